/**
 * Finds connected blocks of cells that may be tables, in the dense map "inside" or in the cells with data.
 */

import type { CellBox, DenseMaps } from "./dense-maps.ts";

const MIN_CELLS = 4;

/**
 * The bounding boxes of connected cells with inside ≥ `threshold`.
 *
 * @param cut Whether an edge between two cells separates them, as where tables touch. Cells that touch at a
 *   corner are then not connected.
 */
export function blocks(maps: DenseMaps, threshold: number, cut: boolean): CellBox[] {
  const at = (name: "left" | "top" | "right" | "bottom", y: number, x: number) =>
    maps.mean(name, x, y, x + 1, y + 1);
  const apart = (row: number, column: number, down: number, right: number): boolean => {
    if (!cut) return false;
    if (down !== 0 && right !== 0) return true;
    const r = Math.max(row, row + down);
    const c = Math.max(column, column + right);
    return down !== 0
      ? at("top", r, column) + at("bottom", r - 1, column) > 1
      : at("left", row, c) + at("right", row, c - 1) > 1;
  };
  const isOpen = new Uint8Array(maps.inside.length);
  for (let cell = 0; cell < isOpen.length; cell++) isOpen[cell] = maps.inside[cell]! >= threshold ? 1 : 0;
  return connected(isOpen, maps, apart);
}

/** The bounding boxes of cells with data that are connected at sides or corners. */
export function dataBlocks(maps: DenseMaps): CellBox[] {
  return connected(maps.data.slice(), maps, () => false);
}

/** @param isOpen [height, width], row-major: 1 where a cell is part of a block. All zeros afterwards. */
function connected(
  isOpen: Uint8Array,
  { height, width }: DenseMaps,
  apart: (row: number, column: number, down: number, right: number) => boolean,
): CellBox[] {
  const found: CellBox[] = [];
  const stack: number[] = [];
  for (let start = 0; start < isOpen.length; start++) {
    if (isOpen[start] === 0) continue;
    let [x1, y1, x2, y2] = [width, height, 0, 0];
    isOpen[start] = 0;
    stack.push(start);
    for (let cell = stack.pop(); cell !== undefined; cell = stack.pop()) {
      const row = Math.floor(cell / width);
      const column = cell - row * width;
      x1 = Math.min(x1, column);
      y1 = Math.min(y1, row);
      x2 = Math.max(x2, column + 1);
      y2 = Math.max(y2, row + 1);
      for (let down = -1; down <= 1; down++) {
        for (let right = -1; right <= 1; right++) {
          const r = row + down;
          const c = column + right;
          if (r < 0 || c < 0 || r >= height || c >= width || isOpen[r * width + c] === 0) continue;
          if (apart(row, column, down, right)) continue;
          isOpen[r * width + c] = 0;
          stack.push(r * width + c);
        }
      }
    }
    if ((x2 - x1) * (y2 - y1) >= MIN_CELLS) found.push({ x1, y1, x2, y2 });
  }
  return found;
}
