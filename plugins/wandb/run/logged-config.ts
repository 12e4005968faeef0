/**
 * The configuration that W&B shows of a run: that of the run, and flat keys for the sizes known at its
 * start and for the run from which it branched off.
 */

import type { Config, HookEvents } from "../../../core/plugin.ts";
import type { ParentRun } from "./branch.ts";

export function loggedConfig(
  config: Config,
  facts: Readonly<HookEvents["onRunStart"]>,
  parent: ParentRun | null = null,
): Record<string, unknown> {
  return {
    ...config,
    "data/train_size": facts.trainSheets,
    "data/val_size": facts.validationSheets,
    "data/datasets": facts.datasets,
    "model/total_params": facts.totalParameters,
    "model/trainable_params": facts.trainableParameters,
    "model/total_params_m": Math.round(facts.totalParameters / 1e4) / 100,
    ...(parent ? { "branch/parent_run": parent.runId, "branch/parent_step": parent.step } : {}),
  };
}
