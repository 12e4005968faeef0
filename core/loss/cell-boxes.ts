/** Boxes as fractions of a sheet, in cells. */

import type { CellBox } from "../proposals/dense-maps.ts";

/**
 * @param boxes `T * 4` cxcywh, as fractions of the sheet.
 * @returns The T boxes, each edge at the nearest edge of a cell.
 */
export function cellBoxes(
  boxes: Float32Array,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): CellBox[] {
  return Array.from({ length: boxes.length / 4 }, (_, t) => {
    const [cx, cy, w, h] = boxes.subarray(4 * t, 4 * t + 4) as unknown as [number, number, number, number];
    const [x1, x2] = [Math.round((cx - w / 2) * columns), Math.round((cx + w / 2) * columns)];
    const [y1, y2] = [Math.round((cy - h / 2) * rows), Math.round((cy + h / 2) * rows)];
    return { x1, y1, x2, y2 };
  });
}
