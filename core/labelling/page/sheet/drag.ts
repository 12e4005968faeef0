/** A drag of the pointer over the sheet: it draws a new table, moves one, or stretches one. */

import { formatRange, type Range, unionRange } from "../../../base/range.ts";
import type { Opened } from "../state/opened.ts";
import { type Edges, moved, stretched } from "../state/range-edits.ts";
import type { Grab } from "./grab.ts";

interface Cell {
  readonly row: number;
  readonly col: number;
}

export class Drag {
  readonly #opened: Opened;
  readonly #kind: "draw" | "move" | "stretch";
  readonly #from: Cell;
  readonly #edges: Edges;
  readonly #before: Range;
  /** The ranges when the drag began. */
  readonly #tables: readonly string[];
  /** The place of the table that changes; the place after the last one for a new table. */
  readonly table: number;
  /** What the table would be if the drag ended now. */
  range: Range;

  constructor(opened: Opened, { kind, table, edges, row, col }: Grab) {
    this.#opened = opened;
    this.#tables = opened.edit.tables;
    this.#kind = kind === "move" || kind === "stretch" ? kind : "draw";
    this.#edges = edges;
    this.#from = this.#kind === "draw" ? { row, col } : clampTo(opened.tables[table]!, row, col);
    this.#before = this.#kind === "draw" ? cellRange({ row, col }) : opened.tables[table]!;
    this.table = this.#kind === "draw" ? opened.tables.length : table;
    this.range = this.#before;
  }

  /** @returns true if the range is another than before this move. */
  moveTo(cell: Cell): boolean {
    const before = formatRange(this.range);
    const { extent } = this.#opened;
    const [rows, cols] = [cell.row - this.#from.row, cell.col - this.#from.col];
    if (this.#kind === "draw") this.range = unionRange(cellRange(this.#from), cellRange(cell));
    else if (this.#kind === "move") this.range = moved(this.#before, rows, cols, extent);
    else this.range = stretchedTo(this.#before, this.#edges, cell, extent);
    return formatRange(this.range) !== before;
  }

  /** False once a key or another page has changed the tables since: the table may be another, or gone. */
  get isValid(): boolean {
    return this.#opened.edit.tables === this.#tables;
  }

  /** The tables after the drag; null if it changed nothing: a click. */
  result(): Range[] | null {
    if (formatRange(this.range) === formatRange(this.#before)) return null;
    const { tables } = this.#opened;
    return this.#kind === "draw" ? [...tables, this.range] : tables.with(this.table, this.range);
  }
}

/** The edges that a handle moves go to the cell under the pointer. */
function stretchedTo(range: Range, edges: Edges, { row, col }: Cell, extent: Opened["extent"]): Range {
  const down = row - (edges.top ? range.top : range.bottom);
  const right = col - (edges.left ? range.left : range.right);
  return stretched(range, edges, down, right, extent);
}

function cellRange({ row, col }: Cell): Range {
  return { top: row, left: col, bottom: row, right: col };
}

/** A border is also grabbed from the cell beside it: the drag starts at the table's own cell. */
function clampTo({ top, left, bottom, right }: Range, row: number, col: number): Cell {
  return { row: Math.max(top, Math.min(row, bottom)), col: Math.max(left, Math.min(col, right)) };
}
