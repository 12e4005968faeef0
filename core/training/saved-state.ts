/** The newest state of a run on the disk, for advice on how to go on. */

import type { Moment } from "../hooks/lifecycle.ts";

export interface SavedState {
  /** The name of the file in `checkpoints/`. */
  readonly name: string;
  /** The last step that is in it, and its epoch. */
  readonly moment: Moment;
  /** Whether all of that epoch is in it. */
  readonly isWholeEpoch: boolean;
}

/** "last.pt, the state after epoch 4", "last.pt, the state after step 31 in epoch 5". */
export function describeSaved({ name, moment, isWholeEpoch }: SavedState): string {
  const { step, epoch } = moment;
  return `${name}, the state after ${isWholeEpoch ? `epoch ${epoch}` : `step ${step} in epoch ${epoch}`}`;
}
