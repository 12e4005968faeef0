/** What the training loop is given. */

import type { Config } from "../config/config.ts";
import type { SheetEntry } from "../dataset/dataset.ts";
import type { GradientEngine, Learning } from "../detection/engine/gradient-engine.ts";
import type { RunFacts } from "../hooks/lifecycle.ts";
import type { PluginHost } from "../hooks/plugin-host.ts";
import type { Learner } from "../optim/learner.ts";
import type { ControlAction } from "../runs/control-request.ts";
import type { CheckpointKeeper } from "./checkpoint-keeper.ts";
import type { ProgressState } from "./progress-state.ts";
import type { RunPace } from "./run-pace.ts";
import type { RunProfile } from "./run-profile.ts";

/** Everything that the loop works with. It owns none of it and disposes of nothing. */
export interface RunParts extends Learner {
  readonly config: Config;
  readonly facts: RunFacts;
  readonly train: readonly SheetEntry[];
  readonly validation: readonly SheetEntry[];
  /** How many annotated sheets or workbooks could not be used. */
  readonly leftOut: number;
  readonly engine: GradientEngine;
  /** The training of the learner on the engine. */
  readonly learning: Learning;
  /** Where training begins: `FRESH_PROGRESS`, or what a checkpoint holds. */
  readonly progress: ProgressState;
  readonly host: PluginHost;
  readonly checkpoints: CheckpointKeeper;
  /** Measures the phases of the run, or nothing. */
  readonly profile: RunProfile;
  /** Says how long the training takes; left out where nobody asks for it. */
  readonly pace?: RunPace;
  /** Takes what another process asks of the run; asked between two gradient steps. */
  readonly takeControl: () => readonly ControlAction[];
  /** Aborted by the first signal. The current gradient step is finished, then the run ends. */
  readonly signal: AbortSignal;
}
