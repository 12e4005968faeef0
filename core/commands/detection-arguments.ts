/** Options that all commands with a network share. */

import { DEVICE_CHOICES } from "../base/device-choices.ts";
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
  type: "enum" as const,
  options: [...DEVICE_CHOICES],
  default: "auto",
  description: "Device of the network",
};

/** The least score of a table. @param of What the tables are: "a predicted table". */
export const thresholdArgument = (of: string) =>
  ({
    type: "string",
    valueHint: "0…1",
    description: `Least score of ${of} (the one stored with the weights)`,
  }) as const;

export const CHECKPOINT_ARGUMENT = {
  type: "string",
  valueHint: "run",
  description:
    "A run's folder or name, a checkpoint file, latest, or pretrained for the weights of the project",
} as const;

export const RUNS_ARGUMENT = {
  type: "string",
  valueHint: "folder",
  description: "The folder of the runs that a name or latest is one of (runs/ of the project)",
} as const;
