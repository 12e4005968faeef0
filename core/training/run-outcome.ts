/** How a run ended. */

import type { RunStatus } from "../hooks/lifecycle.ts";
import type { ProgressState } from "./progress-state.ts";

export interface RunOutcome {
  readonly status: RunStatus;
  /** Why, for `stopped`. */
  readonly reason: string | null;
  /** Set for `failed` alone. */
  readonly error: Error | null;
  readonly progress: ProgressState;
}
