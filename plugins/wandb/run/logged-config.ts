/**
 * The configuration that W&B shows of a run: that of the run, and flat keys for the sizes known at its
 * start.
 */

import type { Config, HookEvents } from "../../../core/plugin.ts";

export function loggedConfig(
  config: Config,
  facts: Readonly<HookEvents["onRunStart"]>,
): Record<string, unknown> {
  return {
    ...config,
    "data/train_size": facts.trainSheets,
    "data/val_size": facts.validationSheets,
    "data/datasets": facts.datasets,
    "model/total_params": facts.totalParameters,
    "model/trainable_params": facts.trainableParameters,
    "model/total_params_m": Math.round(facts.totalParameters / 1e4) / 100,
  };
}
