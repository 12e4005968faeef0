/** Which of the scored boxes of a sheet are its tables: the best first, and none that another one stands for already. */

import { area, intersection, iou } from "./box-overlap.ts";
import type { CellBox, DenseMaps } from "./dense-maps.ts";
import { placeEdges } from "./place-edges.ts";
import type { Proposal } from "./propose.ts";

export interface ScoredBox extends CellBox {
  /** 0 … 1. */
  readonly score: number;
}

/** Tables do not overlap; boxes that share more than this are two views of one. */
const MAX_IOU = 0.3;
/** The same for the share of the smaller one. */
const MAX_SHARE = 0.5;

/** Best first; a box gives way to better ones that it overlaps with. */
export function selectBoxes(boxes: readonly ScoredBox[]): ScoredBox[] {
  const kept: ScoredBox[] = [];
  for (const box of [...boxes].sort((a, b) => b.score - a.score)) {
    const isTaken = kept.some(
      (other) =>
        iou(box, other) > MAX_IOU || intersection(box, other) > MAX_SHARE * Math.min(area(box), area(other)),
    );
    if (!isTaken) kept.push(box);
  }
  return kept;
}

/**
 * The cells of a box that the decoder moved. The decoder says which table, the edge maps say to the cell where it ends: within
 * a cell of its proposal it is the proposal, further away its edges are placed anew.
 */
export function settleBox(box: CellBox, proposal: Proposal | undefined, maps: DenseMaps): CellBox {
  if (proposal !== undefined) {
    const moved = Math.max(
      Math.abs(box.x1 - proposal.x1),
      Math.abs(box.y1 - proposal.y1),
      Math.abs(box.x2 - proposal.x2),
      Math.abs(box.y2 - proposal.y2),
    );
    if (moved <= 1) return proposal;
  }
  return placeEdges(box, maps);
}
