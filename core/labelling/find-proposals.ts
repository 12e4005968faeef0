/** Finds the tables that the workbench proposes, and how unsure they are. */

import { formatRange } from "../base/range.ts";
import type { ProposedTable as FoundTable } from "../dataset/labelling/proposed-table.ts";
import { proposedByBlocks, proposedByModel } from "../detection/proposed-tables.ts";
import type { SheetDetector } from "../detection/sheet-detector.ts";
import { connectedBlocks } from "../features/connected-blocks.ts";
import type { PackedGrid } from "../features/packed-grid.ts";
import type { ProposedTable } from "./label-messages.ts";
import type { LookedSheet } from "./reading-messages.ts";

/** What is proposed for a sheet. */
export interface FoundProposals {
  /** In reading order, each range once. */
  readonly tables: readonly ProposedTable[];
  /** 0 … 1. */
  readonly doubt: number;
}

/** A sheet with content. */
interface SheetToSearch extends LookedSheet {
  readonly grid: PackedGrid;
  /** For messages. */
  readonly label: string;
}

export type FindProposals = (sheets: readonly SheetToSearch[]) => Promise<readonly FoundProposals[]>;

/** Without a network nothing is known of a doubt: all sheets have the same. */
const UNKNOWN_DOUBT = 0.5;

/** By a network, and Excel's own objects. */
export function proposalsOfModel(detector: Pick<SheetDetector, "examine">): FindProposals {
  return async (sheets) => {
    const found = await detector.examine(sheets);
    return sheets.map((sheet, index) => {
      const { tables, doubt } = found[index]!;
      return { tables: inReadingOrder(proposedByModel(sheet, tables)), doubt };
    });
  };
}

/** Connected blocks of cells. */
export const proposalsOfBlocks: FindProposals = async (sheets) =>
  sheets.map((sheet) => ({
    tables: inReadingOrder(proposedByBlocks(sheet, connectedBlocks(sheet.grid))),
    doubt: UNKNOWN_DOUBT,
  }));

function inReadingOrder(tables: readonly FoundTable[]): ProposedTable[] {
  const byRange = new Map<string, ProposedTable>();
  const sorted = [...tables].sort((a, b) => a.range.top - b.range.top || a.range.left - b.range.left);
  for (const { range, score, source } of sorted) {
    const text = formatRange(range);
    const isObject = source === "excel_table" || source === "pivot_table";
    if (!byRange.has(text)) byRange.set(text, { range: text, score: isObject ? null : score, source });
  }
  return [...byRange.values()];
}
