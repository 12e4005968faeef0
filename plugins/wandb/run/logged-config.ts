/** The configuration as W&B has it: nested as in config.yaml, and the flat keys of what is known at the start. */

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
