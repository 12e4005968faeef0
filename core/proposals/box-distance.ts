/** How far two boxes of cells are from being the same. */

import type { CellBox } from "./dense-maps.ts";

/** The largest distance between two edges of one side, in cells; as the EoB of their ranges. */
export function boxDistance(a: CellBox, b: CellBox): number {
  return Math.max(Math.abs(a.x1 - b.x1), Math.abs(a.y1 - b.y1), Math.abs(a.x2 - b.x2), Math.abs(a.y2 - b.y2));
}
