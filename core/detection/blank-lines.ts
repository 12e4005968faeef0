/**
 * Joins and splits found tables at blank rows and columns, where a user asks for it.
 *
 * - **Join**: two tables, one above the other, become one if at most N rows lie between them, these rows hold
 *   nothing in the columns of the two, and the columns of one lie within those of the other. The joined table
 *   has the lower score of the two. It must not overlap a third table.
 * - **Split**: a table becomes several at every run of N or more rows in it that hold nothing. Each part is
 *   the smallest range around its cells with content, and has the score of the table. Blank rows at the edges
 *   of the table are cut off where there are N or more.
 *
 * The same rules hold for columns, with rows and columns exchanged. A row holds something if one of its cells
 * has a value or a formula, or is part of a merged range that has one.
 */

import { bestFirst, type PredictedTable } from "../base/predicted-table.ts";
import { formatRange, overlaps, type Range, unionRange } from "../base/range.ts";
import { Content, cellContent } from "../features/cell-content.ts";
import type { PackedGrid } from "../features/packed-grid.ts";

/** Numbers of blank lines on one axis; null: tables are not joined, or not split. */
export interface BlankLineRule {
  /** At most so many lines part tables that are joined, 0 or more. */
  readonly join: number | null;
  /** At least so many lines split a table, 1 or more, and more than `join`. */
  readonly split: number | null;
}

export interface BlankLineRules {
  readonly rows: BlankLineRule;
  readonly columns: BlankLineRule;
}

/** Whether the cell at `row` and `column`, counted from 1, holds something. */
type Holds = (row: number, column: number) => boolean;

/** The rules for one sheet. */
export interface BlankLines {
  /**
   * Splits, then joins: first at rows, then at columns.
   *
   * @param fixed Ranges that stay as they are, and that no joined table may overlap.
   * @returns The tables, best score first.
   */
  apply(tables: readonly PredictedTable[], fixed: readonly Range[]): PredictedTable[];
}

/** Prepares the rules for a sheet. The grid is not needed afterwards. */
export function blankLines(grid: PackedGrid, { rows, columns }: BlankLineRules): BlankLines {
  const content = cellContent(grid);
  const { width } = grid;
  const holds: Holds = (row, column) => (content[(row - 1) * width + column - 1]! & Content.Data) !== 0;
  const turnedHolds: Holds = (row, column) => holds(column, row);
  return {
    apply(tables, fixed) {
      const byRows = applyToRows(tables, rows, holds, fixed);
      const byColumns = applyToRows(byRows.map(turnTable), columns, turnedHolds, fixed.map(turn));
      return byColumns.map(turnTable).sort(bestFirst);
    },
  };
}

/** Exchanges rows and columns. */
function turn({ top, left, bottom, right }: Range): Range {
  return { top: left, left: top, bottom: right, right: bottom };
}

function turnTable(table: PredictedTable): PredictedTable {
  return { ...table, range: turn(table.range) };
}

function applyToRows(
  tables: readonly PredictedTable[],
  { join, split }: BlankLineRule,
  holds: Holds,
  fixed: readonly Range[],
): PredictedTable[] {
  const parts =
    split === null ? [...tables] : each(tables.flatMap((table) => splitTable(table, split, holds)));
  return join === null ? parts : joinTables(parts, join, holds, fixed);
}

/** One table per range: the first, which has the best score. */
function each(tables: readonly PredictedTable[]): PredictedTable[] {
  const byRange = new Map<string, PredictedTable>();
  for (const table of tables) {
    const key = formatRange(table.range);
    if (!byRange.has(key)) byRange.set(key, table);
  }
  return [...byRange.values()];
}

/** The parts of a table; the table itself where no run of blank rows is long enough or all are blank. */
function splitTable(table: PredictedTable, least: number, holds: Holds): PredictedTable[] {
  const { top, left, bottom, right } = table.range;
  const filled: number[] = [];
  for (let row = top; row <= bottom; row++) if (!isBlank(row, left, right, holds)) filled.push(row);
  if (filled.length === 0) return [table];
  const gaps = [top - 1, ...filled].map((row, at) => (filled[at] ?? bottom + 1) - row - 1);
  if (gaps.every((gap) => gap < least)) return [table];
  const parts: number[][] = [];
  for (const [at, row] of filled.entries()) {
    if (at === 0 || gaps[at]! >= least) parts.push([row]);
    else parts.at(-1)!.push(row);
  }
  return parts.map((rows) => ({ ...table, range: around(rows, left, right, holds) }));
}

/** The smallest range around what these rows hold. */
function around(rows: readonly number[], left: number, right: number, holds: Holds): Range {
  const isFilled = (column: number) => rows.some((row) => holds(row, column));
  let [first, last] = [left, right];
  while (!isFilled(first)) first++;
  while (!isFilled(last)) last--;
  return { top: rows[0]!, left: first, bottom: rows.at(-1)!, right: last };
}

/** Joins the nearest two tables that belong together, until no two do. */
function joinTables(
  tables: readonly PredictedTable[],
  most: number,
  holds: Holds,
  fixed: readonly Range[],
): PredictedTable[] {
  const joined = [...tables];
  // Pairs that were found not to belong together. This stays so: what parts them can only grow.
  const apart = new Map<PredictedTable, Set<PredictedTable>>(tables.map((table) => [table, new Set()]));
  for (;;) {
    const next = nearPairs(joined, most).find(({ above, below }) => {
      if (apart.get(above)!.has(below)) return false;
      const others = joined.filter((table) => table !== above && table !== below);
      const ranges = [...others.map(({ range }) => range), ...fixed];
      if (canJoin(above.range, below.range, holds, ranges)) return true;
      apart.get(above)!.add(below);
      return false;
    });
    if (next === undefined) return joined;
    const { above, below } = next;
    const range = unionRange(above.range, below.range);
    const table = { ...above, range, score: Math.min(above.score, below.score) };
    apart.set(table, new Set());
    joined.splice(joined.indexOf(below), 1);
    joined[joined.indexOf(above)] = table;
  }
}

/** Two tables, one above the other. */
interface Pair {
  readonly above: PredictedTable;
  readonly below: PredictedTable;
  /** The rows between them. */
  readonly gap: number;
}

/** The pairs with at most so many rows between them and columns within each other's, the nearest first. */
function nearPairs(tables: readonly PredictedTable[], most: number): Pair[] {
  const isWithin = (a: Range, b: Range) => a.left >= b.left && a.right <= b.right;
  const byTop = [...tables].sort((a, b) => a.range.top - b.range.top);
  const pairs = tables.flatMap((above) => {
    const first = above.range.bottom + 1;
    const own: Pair[] = [];
    for (let at = firstFrom(first, byTop); at < byTop.length; at++) {
      const below = byTop[at]!;
      const gap = below.range.top - first;
      if (gap > most) break;
      const { range } = below;
      if (isWithin(above.range, range) || isWithin(range, above.range)) own.push({ above, below, gap });
    }
    return own;
  });
  return pairs.sort((a, b) => a.gap - b.gap || a.above.range.top - b.above.range.top);
}

/** The place of the first table that begins in this row or below. @param byTop From top to bottom. */
function firstFrom(row: number, byTop: readonly PredictedTable[]): number {
  let [low, high] = [0, byTop.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byTop[middle]!.range.top < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Whether a pair of `nearPairs` belongs together.
 *
 * @param others Ranges that the joined table must not overlap.
 */
function canJoin(above: Range, below: Range, holds: Holds, others: readonly Range[]): boolean {
  const union = unionRange(above, below);
  for (let row = above.bottom + 1; row < below.top; row++) {
    if (!isBlank(row, union.left, union.right, holds)) return false;
  }
  return !others.some((other) => overlaps(other, union));
}

function isBlank(row: number, left: number, right: number, holds: Holds): boolean {
  for (let column = left; column <= right; column++) if (holds(row, column)) return false;
  return true;
}
