/** What a person does to the ranges of a sheet: move, stretch, split, join; and what is wrong with ranges. */

import { formatRange, overlaps, parseRange, type Range } from "../../../base/range.ts";
import type { ProposedTable } from "../../label-messages.ts";

/** How far a sheet goes. */
export interface Extent {
  readonly rows: number;
  readonly cols: number;
}

/** The edges that a drag or a key takes along. */
export interface Edges {
  readonly top?: boolean;
  readonly left?: boolean;
  readonly bottom?: boolean;
  readonly right?: boolean;
}

/** Where a table is taken apart: the second part begins with this row or column. */
export interface Cut {
  readonly axis: "row" | "col";
  readonly at: number;
}

/** Moves a range, as far as the sheet goes. */
export function moved(range: Range, rows: number, cols: number, extent: Extent): Range {
  const down = clamp(rows, 1 - range.top, extent.rows - range.bottom);
  const right = clamp(cols, 1 - range.left, extent.cols - range.right);
  return {
    top: range.top + down,
    left: range.left + right,
    bottom: range.bottom + down,
    right: range.right + right,
  };
}

/** Moves some edges of a range. An edge that passes the one opposite becomes that one. */
export function stretched(range: Range, edges: Edges, rows: number, cols: number, extent: Extent): Range {
  const top = edges.top ? clamp(range.top + rows, 1, extent.rows) : range.top;
  const bottom = edges.bottom ? clamp(range.bottom + rows, 1, extent.rows) : range.bottom;
  const left = edges.left ? clamp(range.left + cols, 1, extent.cols) : range.left;
  const right = edges.right ? clamp(range.right + cols, 1, extent.cols) : range.right;
  return {
    top: Math.min(top, bottom),
    left: Math.min(left, right),
    bottom: Math.max(top, bottom),
    right: Math.max(left, right),
  };
}

/** The two parts of a range; null if the cut does not go through it. */
export function split(range: Range, { axis, at }: Cut): readonly [Range, Range] | null {
  if (axis === "row") {
    if (at <= range.top || at > range.bottom) return null;
    return [
      { ...range, bottom: at - 1 },
      { ...range, top: at },
    ];
  }
  if (at <= range.left || at > range.right) return null;
  return [
    { ...range, right: at - 1 },
    { ...range, left: at },
  ];
}

/** The cut nearest to a wish; null for a range that has a single line along the axis. */
export function nearestCut(range: Range, axis: "row" | "col", at: number): Cut | null {
  const [first, last] = axis === "row" ? [range.top, range.bottom] : [range.left, range.right];
  return first === last ? null : { axis, at: clamp(at, first + 1, last) };
}

/** A place for a new table of at most 3 × 3 cells: at a cell, below the tables there, or else beside them. */
export function freePlace(row: number, col: number, taken: readonly Range[], extent: Extent): Range {
  const sized = (top: number, left: number): Range => ({
    top,
    left,
    bottom: Math.min(top + 2, extent.rows),
    right: Math.min(left + 2, extent.cols),
  });
  let [top, left] = [Math.min(row, extent.rows), Math.min(col, extent.cols)];
  for (const range of [...taken].sort((a, b) => a.top - b.top)) {
    if (overlaps(range, sized(top, left))) top = range.bottom + 2;
  }
  if (top <= extent.rows) return sized(top, left);
  top = Math.min(row, extent.rows);
  left = Math.min(Math.max(1, ...taken.map(({ right }) => right + 2)), extent.cols);
  return sized(top, left);
}

/** One sentence per range that is none, lies outside or shares cells with another; at most ten. */
export function problemsOf(tables: readonly string[], extent: Extent): string[] {
  const problems: string[] = [];
  const ranges = tables.map(parseRange);
  ranges.forEach((range, index) => {
    if (range === null) problems.push(`${tables[index]} is no range such as B3:F20.`);
    else if (range.bottom > extent.rows || range.right > extent.cols) {
      problems.push(`${tables[index]} reaches beyond the sheet.`);
    }
  });
  for (const [a, b] of overlapping(ranges.filter((range) => range !== null))) {
    problems.push(`${formatRange(a)} and ${formatRange(b)} share cells.`);
  }
  return problems.slice(0, 10);
}

/** Pairs that share cells, at most ten; sorted by their first row so that 10,000 ranges take no time. */
function overlapping(ranges: readonly Range[]): [Range, Range][] {
  const pairs: [Range, Range][] = [];
  let open: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.top - b.top || a.left - b.left)) {
    open = open.filter(({ bottom }) => bottom >= range.top);
    for (const other of open) if (overlaps(other, range)) pairs.push([other, range]);
    if (pairs.length >= 10) break;
    open.push(range);
  }
  return pairs;
}

/** What an open sheet shows: the proposals, and of those that share cells Excel's own tables first. */
export function draftTables(proposals: readonly ProposedTable[]): string[] {
  const rank = ({ source, score }: ProposedTable) =>
    source === "excel_table" || source === "pivot_table" ? 2 : (score ?? 0);
  const taken: Range[] = [];
  for (const proposal of [...proposals].sort((a, b) => rank(b) - rank(a))) {
    const range = parseRange(proposal.range);
    if (range !== null && !taken.some((other) => overlaps(other, range))) taken.push(range);
  }
  return taken.sort((a, b) => a.top - b.top || a.left - b.left).map(formatRange);
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
