/** How a run ended. */

import type { RunStatus, StopRequest } from "../hooks/lifecycle.ts";
import type { ProgressState } from "./progress-state.ts";

export interface RunOutcome {
  readonly status: RunStatus;
  /** Why, for `stopped`. */
  readonly reason: string | null;
  /** The requests of plugins that ended the run; empty unless it is `stopped`. */
  readonly stopRequests: readonly StopRequest[];
  /** Requests that ended nothing: they came in the last epoch. */
  readonly lateRequests: readonly StopRequest[];
  /** Set for `failed` alone. */
  readonly error: Error | null;
  readonly progress: ProgressState;
}
