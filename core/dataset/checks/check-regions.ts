/** Finds labelled tables of a sheet that look doubtful. */

import { formatRange, type Range, sharedArea } from "../../base/range.ts";
import { Content, cellContent } from "../../features/cell-content.ts";
import type { PackedGrid } from "../../features/packed-grid.ts";

/** A doubt about a label. Training uses the label as it is; a person should look at it. */
export interface RegionDoubt {
  readonly message: string;
  readonly fix?: string;
}

/**
 * Finds tables that overlap, hold no data, are a single cell, or have empty outer rows or columns. Empty
 * means: without a value, a border, a fill or a part of a merged cell.
 *
 * @param ranges Inside the grid.
 */
export function checkRegions(ranges: readonly Range[], grid: PackedGrid): RegionDoubt[] {
  const content = cellContent(grid);
  const doubts = ranges.flatMap((range) => doubtsAbout(range, content, grid.width));
  for (const [index, a] of ranges.entries()) {
    for (const b of ranges.slice(index + 1)) {
      const shared = sharedArea(a, b);
      if (shared > 0) {
        const message = `the tables ${formatRange(a)} and ${formatRange(b)} share ${shared} cells`;
        doubts.push({ message, fix: "end each where its own header reaches" });
      }
    }
  }
  return doubts;
}

function doubtsAbout(range: Range, content: Uint8Array, width: number): RegionDoubt[] {
  const name = `the table ${formatRange(range)}`;
  if (range.top === range.bottom && range.left === range.right)
    return [{ message: `${name} is a single cell` }];
  if (!holds(range, content, width, Content.Data)) return [{ message: `${name} holds no data` }];
  const tight = tightened(range, content, width);
  if (formatRange(tight) === formatRange(range)) return [];
  return [{ message: `${name} has empty outer rows or columns`, fix: formatRange(tight) }];
}

/** The range without its empty outer rows and columns. */
function tightened(range: Range, content: Uint8Array, width: number): Range {
  const anything = Content.Data | Content.Drawn | Content.Merged;
  let { top, left, bottom, right } = range;
  const isEmpty = (part: Partial<Range>) =>
    !holds({ top, left, bottom, right, ...part }, content, width, anything);
  while (isEmpty({ bottom: top })) top++;
  while (isEmpty({ top: bottom })) bottom--;
  while (isEmpty({ right: left })) left++;
  while (isEmpty({ left: right })) right--;
  return { top, left, bottom, right };
}

function holds(range: Range, content: Uint8Array, width: number, bits: number): boolean {
  for (let row = range.top - 1; row < range.bottom; row++) {
    for (let column = range.left - 1; column < range.right; column++) {
      if ((content[row * width + column]! & bits) !== 0) return true;
    }
  }
  return false;
}
