/** The edges of boxes in cells. */

/** The edges of a box: columns x1 … x2 − 1 and rows y1 … y2 − 1, from 0. */
export interface CellEdges {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/**
 * @param boxes `T * 4` cxcywh, as fractions of the sheet.
 * @returns The T boxes, each edge at the nearest edge of a cell.
 */
export function cellEdges(
  boxes: Float32Array,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): CellEdges[] {
  return Array.from({ length: boxes.length / 4 }, (_, t) => {
    const [cx, cy, w, h] = boxes.subarray(4 * t, 4 * t + 4) as unknown as [number, number, number, number];
    const [x1, x2] = [Math.round((cx - w / 2) * columns), Math.round((cx + w / 2) * columns)];
    const [y1, y2] = [Math.round((cy - h / 2) * rows), Math.round((cy + h / 2) * rows)];
    return { x1, y1, x2, y2 };
  });
}
