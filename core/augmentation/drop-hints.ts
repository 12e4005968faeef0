/** Removes hints from whole sheets, so that the network does not rely on a single one of them. */

import type { Random } from "../base/random.ts";
import { HINT_COUNT } from "../features/hints/hint-bits.ts";
import type { AugmentationRates } from "./augmentation-rates.ts";
import type { SheetDraft } from "./sheet-draft.ts";

/** Removes all hints or some kinds of them from all cells, in place. */
export function dropHints({ hints }: SheetDraft, rates: AugmentationRates, random: Random): void {
  let kept = random.chance(rates.dropHints) ? 0 : -1;
  for (let hint = 0; hint < HINT_COUNT; hint++) if (random.chance(rates.dropHint)) kept &= ~(1 << hint);
  for (let at = 0; at < hints.length; at++) hints[at]! &= kept;
}
