/** The sheet that is open: its layout, what the person said about it, and what is selected on it. */

import { formatRange, parseRange, type Range } from "../../../base/range.ts";
import type { OpenedSheet, ProposedTable, SheetLayout } from "../../label-messages.ts";
import { Axis } from "../sheet/axis.ts";
import type { CellCache } from "../sheet/cell-cache.ts";
import { type Edit, EditHistory } from "./edit-history.ts";
import { type Cut, draftTables, type Extent } from "./range-edits.ts";

export class Opened {
  readonly id: string;
  readonly layout: SheetLayout;
  readonly rows: Axis;
  readonly cols: Axis;
  readonly merges: readonly Range[];
  readonly cells: CellCache;
  readonly extent: Extent;
  readonly history: EditHistory;
  /** Places in `tables`; the last one is the one that keys change. */
  selected: readonly number[] = [];
  /** Where the last click was: a new table and a cut begin there. */
  cursor: { readonly row: number; readonly col: number } = { row: 1, col: 1 };
  /** The cut that a person is choosing; null if none. */
  cut: Cut | null = null;
  proposals: readonly ProposedTable[];
  version: number;
  by: string | null;
  at: string | null;
  problem: string | null;
  /** The range in view has to change so that this can be seen; the drawing takes it. */
  reveal: Range | null = null;
  #tables: { of: readonly string[]; ranges: Range[] } | null = null;

  constructor(sheet: OpenedSheet, cells: CellCache, kept: Edit | null) {
    this.id = sheet.id;
    this.layout = sheet.layout;
    this.rows = new Axis(sheet.layout.heights);
    this.cols = new Axis(sheet.layout.widths);
    this.extent = { rows: this.rows.count, cols: this.cols.count };
    this.merges = sheet.layout.merges.map(parseRange).filter((range) => range !== null);
    this.cells = cells;
    this.proposals = sheet.proposals;
    this.version = sheet.version;
    this.by = sheet.by;
    this.at = sheet.at;
    this.problem = sheet.problem;
    const isKept = kept !== null && kept.state !== "open";
    this.history = new EditHistory(isKept ? kept : { ...editOf(sheet), ...notesOf(kept ?? sheet) });
  }

  get edit(): Edit {
    return this.history.present;
  }

  /** The ranges on the sheet. */
  get tables(): readonly Range[] {
    const { tables } = this.edit;
    if (this.#tables?.of !== tables) {
      this.#tables = { of: tables, ranges: tables.map(parseRange).filter((range) => range !== null) };
    }
    return this.#tables.ranges;
  }

  /** The place of the table that keys change; null if none is selected. */
  get main(): number | null {
    return this.selected.at(-1) ?? null;
  }

  /** The proposal that a table still is; null for one that a person drew or changed. */
  proposalOf(range: string): ProposedTable | null {
    return this.proposals.find((proposal) => sameRange(proposal.range, range)) ?? null;
  }
}

/** What the label says; of an open sheet the proposals, which are what a person would accept. */
export function editOf({ state, tables, confidence, note, proposals }: Omit<OpenedSheet, "layout">): Edit {
  return { state, tables: state === "open" ? draftTables(proposals) : tables, confidence, note };
}

/** What is said about a sheet beside its ranges. */
function notesOf({ confidence, note }: Pick<Edit, "confidence" | "note">): Pick<Edit, "confidence" | "note"> {
  return { confidence, note };
}

function sameRange(a: string, b: string): boolean {
  const range = parseRange(a);
  return range !== null && formatRange(range) === b;
}
