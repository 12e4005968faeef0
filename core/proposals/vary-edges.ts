/** Varies boxes: moves one edge where the maps leave open where it lies. */

import type { CellBox, DenseMaps, MapName } from "./dense-maps.ts";
import { tighten } from "./place-edges.ts";

/** The farthest that an edge moves, in cells. */
const REACH = 2;
/** The least mean of an edge map over a line for that line to be another place of the edge. */
const MIN_EDGE = 0.02;

/** @returns Boxes inside of the sheet, none of them empty; some may be equal, or equal to the one given. */
export function varyEdges(box: CellBox, maps: DenseMaps): CellBox[] {
  const { x1, y1, x2, y2 } = box;
  const found: CellBox[] = [];
  const offer = (map: MapName, moved: CellBox, line: CellBox) => {
    if (moved.x1 < 0 || moved.y1 < 0 || moved.x2 > maps.width || moved.y2 > maps.height) return;
    if (moved.x1 >= moved.x2 || moved.y1 >= moved.y2) return;
    if (maps.mean(map, line.x1, line.y1, line.x2, line.y2) >= MIN_EDGE) found.push(tighten(moved, maps));
  };
  for (let step = -REACH; step <= REACH; step++) {
    if (step === 0) continue;
    const [left, top, right, bottom] = [x1 + step, y1 + step, x2 + step, y2 + step];
    offer("left", { x1: left, y1, x2, y2 }, { x1: left, y1, x2: left + 1, y2 });
    offer("top", { x1, y1: top, x2, y2 }, { x1, y1: top, x2, y2: top + 1 });
    offer("right", { x1, y1, x2: right, y2 }, { x1: right - 1, y1, x2: right, y2 });
    offer("bottom", { x1, y1, x2, y2: bottom }, { x1, y1: bottom - 1, x2, y2: bottom });
  }
  return found;
}
