/**
 * Selects the tables among the scored boxes of a sheet: non-maximum suppression, and the final place of
 * edges.
 */

import { boxDistance } from "./box-distance.ts";
import { area, intersection, iou } from "./box-overlap.ts";
import type { CellBox, DenseMaps } from "./dense-maps.ts";
import { placeEdges } from "./place-edges.ts";
import type { Proposal } from "./propose.ts";

export interface ScoredBox extends CellBox {
  /** The probability of being a table, 0 … 1. */
  readonly score: number;
}

/** The IoU above which two boxes are views of one table, as tables do not overlap. */
const MAX_IOU = 0.3;
/** The same for the share of the smaller box that lies inside the other. */
const MAX_SHARE = 0.5;

/** The boxes, best first, without those that overlap a better one too much. */
export function selectBoxes(boxes: readonly ScoredBox[]): ScoredBox[] {
  const kept: ScoredBox[] = [];
  for (const box of [...boxes].sort((a, b) => b.score - a.score)) {
    if (!kept.some((other) => exclude(box, other))) kept.push(box);
  }
  return kept;
}

/** Whether two boxes cannot both be tables. */
export function exclude(a: CellBox, b: CellBox): boolean {
  return iou(a, b) > MAX_IOU || intersection(a, b) > MAX_SHARE * Math.min(area(a), area(b));
}

/**
 * The cells of a box from the decoder. The decoder says which table it is, the edge maps say to the cell
 * where it ends: a box within one cell of its proposal is the proposal, any other gets its edges placed
 * anew.
 */
export function settleBox(box: CellBox, proposal: Proposal | undefined, maps: DenseMaps): CellBox {
  if (proposal !== undefined && boxDistance(box, proposal) <= 1) return proposal;
  return placeEdges(box, maps);
}
