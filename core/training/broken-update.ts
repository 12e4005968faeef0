/** The error of an update that failed half-way: what it leaves must not be saved. */

import type { Moment } from "../hooks/lifecycle.ts";
import { describeSaved, type SavedState } from "./saved-state.ts";

export class BrokenUpdateError extends Error {
  override readonly name = "BrokenUpdateError";

  /** @param saved The newest state on the disk, for the advice. */
  constructor(cause: unknown, { step, epoch }: Moment, saved: SavedState | null) {
    const what = cause instanceof Error ? cause.message : String(cause);
    const next = saved ? `resume goes on from ${describeSaved(saved)}` : "nothing is saved yet: start again";
    super(
      `The update of step ${step}, epoch ${epoch}, failed half-way, so its weights are not saved; ` +
        `${next}: ${what}`,
      {
        cause,
      },
    );
  }
}
