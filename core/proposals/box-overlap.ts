/** The overlap of boxes of cells. */

import type { CellBox } from "./dense-maps.ts";

/** The number of cells in a box. */
export function area({ x1, y1, x2, y2 }: CellBox): number {
  return (x2 - x1) * (y2 - y1);
}

/** The number of cells in both boxes. */
export function intersection(a: CellBox, b: CellBox): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Intersection over union, 0 … 1. */
export function iou(a: CellBox, b: CellBox): number {
  const common = intersection(a, b);
  return common / (area(a) + area(b) - common);
}
