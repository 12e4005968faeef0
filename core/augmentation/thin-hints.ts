/** Takes hints from single cells, so that the network cannot recognise a sheet by them. */

import type { Random } from "../base/random.ts";
import type { AugmentationRates } from "./augmentation-rates.ts";
import type { SheetDraft } from "./sheet-draft.ts";

/** With the probability of `rates.thinHints` each cell loses each of its hints with 1/8, in place. */
export function thinHints({ hints }: SheetDraft, rates: AugmentationRates, random: Random): void {
  if (!random.chance(rates.thinHints)) return;
  for (let at = 0; at < hints.length; at++) {
    // A bit is missing in all three draws once in eight times.
    if (hints[at] !== 0) hints[at]! &= random.uint32() | random.uint32() | random.uint32();
  }
}
