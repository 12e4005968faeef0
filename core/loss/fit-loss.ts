/** The loss of scores that say how well each proposal fits a table. */

import { boxDistance } from "../proposals/box-distance.ts";
import type { CellBox } from "../proposals/dense-maps.ts";
import { cellBoxes } from "./cell-boxes.ts";

/** The fit of a proposal whose edges are all at most this many cells off: such a table counts at EoB 2. */
const NEAR = 2;
/** The fit of a near proposal. One of the two usual measures, EoB 0 and EoB 2, counts it. */
const NEAR_FIT = 0.5;

/** The fit of a query without a proposal: its score is not trained. */
const UNKNOWN = -1;

/**
 * How well each proposal fits a table: 1 if all edges are right, 0.5 if each is at most 2 cells off, else
 * 0. Unlike a matching it says the same of equal proposals, so the score of a proposal does not depend on
 * which of its neighbours happened to be matched.
 *
 * @param proposals In cells.
 * @param boxes `T * 4` tables, cxcywh, as fractions of the sheet.
 * @param count Q, the queries of a sheet; those behind the proposals get −1.
 */
export function fitOfProposals(
  proposals: readonly CellBox[],
  boxes: Float32Array,
  sheet: { readonly rows: number; readonly columns: number },
  count: number,
): Float32Array {
  const fit = new Float32Array(count).fill(UNKNOWN);
  const tables = cellBoxes(boxes, sheet);
  for (const [q, box] of proposals.slice(0, count).entries()) {
    const nearest = tables.reduce((least, table) => Math.min(least, boxDistance(box, table)), NEAR + 1);
    fit[q] = nearest === 0 ? 1 : nearest <= NEAR ? NEAR_FIT : 0;
  }
  return fit;
}

/**
 * The cross-entropy of a logit whose probability should be `fit`, and its derivative; both 0 for an unknown
 * fit. The best probability is the expected fit, so that scores can be compared and added.
 */
export function fitLoss(logit: number, fit: number): { loss: number; slope: number } {
  if (fit === UNKNOWN) return { loss: 0, slope: 0 };
  const loss = Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))) - fit * logit;
  return { loss, slope: 1 / (1 + Math.exp(-logit)) - fit };
}
