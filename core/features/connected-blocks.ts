/**
 * Finds tables without a network: the baseline that a detector has to beat, and a first proposal for labels.
 */

import type { Range } from "../base/range.ts";
import { Content, cellContent } from "./cell-content.ts";
import type { PackedGrid } from "./packed-grid.ts";

/** Smaller blocks are titles, notes and single values. */
const MIN_CELLS = 4;
const MIN_ROWS = 2;

/**
 * The bounding ranges of connected blocks of cells with data. Cells that touch at a side or a corner belong
 * together, and a merged range counts as a whole. Blocks of fewer than 4 cells or of a single row are left
 * out.
 *
 * @returns From top to bottom, then from left to right.
 */
export function connectedBlocks(grid: PackedGrid): Range[] {
  const { height, width } = grid;
  const content = cellContent(grid);
  const isOpen = content.map((bits) => bits & Content.Data);
  const stack: number[] = [];
  const blocks: Range[] = [];
  for (let start = 0; start < isOpen.length; start++) {
    if (isOpen[start] === 0) continue;
    let [top, left, bottom, right] = [height, width, 0, 0];
    let cells = 0;
    isOpen[start] = 0;
    stack.push(start);
    for (let cell = stack.pop(); cell !== undefined; cell = stack.pop()) {
      const row = Math.floor(cell / width);
      const column = cell - row * width;
      cells++;
      top = Math.min(top, row);
      bottom = Math.max(bottom, row);
      left = Math.min(left, column);
      right = Math.max(right, column);
      for (let r = Math.max(0, row - 1); r <= Math.min(height - 1, row + 1); r++) {
        for (let c = Math.max(0, column - 1); c <= Math.min(width - 1, column + 1); c++) {
          const neighbour = r * width + c;
          if (isOpen[neighbour] === 0) continue;
          isOpen[neighbour] = 0;
          stack.push(neighbour);
        }
      }
    }
    if (cells < MIN_CELLS || bottom - top + 1 < MIN_ROWS) continue;
    blocks.push({ top: top + 1, left: left + 1, bottom: bottom + 1, right: right + 1 });
  }
  return blocks.sort((a, b) => a.top - b.top || a.left - b.left);
}
