/** Options that all commands with a network share. */

import { MODES, type Mode } from "../detection/modes.ts";

/** What finds the tables. @param mode The one without the option. */
export function modeArgument(mode: Mode) {
  return {
    type: "enum" as const,
    options: [...MODES],
    default: mode,
    description: "What predicts: the network, Excel's own tables and pivot tables, or both",
  };
}

export const DEVICE_ARGUMENT = {
  type: "string",
  valueHint: "name",
  description: "Device of the network (auto)",
} as const;

export const CHECKPOINT_ARGUMENT = {
  type: "string",
  valueHint: "run",
  description: "A run's folder, a checkpoint file, latest, or pretrained for the weights of the project",
} as const;

export const RUNS_ARGUMENT = {
  type: "string",
  valueHint: "folder",
  description: "The folder of the runs that latest is one of (runs/ of the project)",
} as const;
