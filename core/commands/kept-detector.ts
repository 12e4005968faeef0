/** Options of commands that keep a detector open for other programs, and the detector that they describe. */

import { MODES, type Mode } from "../detection/modes.ts";
import type { DetectorOptions } from "../library/library-types.ts";
import { share } from "./define-data-command.ts";
import { CHECKPOINT_ARGUMENT, DEVICE_ARGUMENT } from "./detection-arguments.ts";

export const DETECTOR_ARGUMENTS = {
  checkpoint: CHECKPOINT_ARGUMENT,
  mode: {
    type: "enum" as const,
    options: [...MODES],
    default: "hybrid",
    description: "What finds the tables: the network, Excel's own tables and pivot tables, or both",
  },
  threshold: {
    type: "string" as const,
    valueHint: "0…1",
    description: "Least score of a table (the one stored with the weights)",
  },
  device: DEVICE_ARGUMENT,
};

interface DetectorArguments {
  readonly checkpoint?: string | undefined;
  readonly mode?: string | undefined;
  readonly threshold?: string | undefined;
  readonly device?: string | undefined;
}

/** What `openDetector` takes. @throws {UserError} Exit code 2, if the threshold is no number from 0 to 1. */
export function detectorOptions({ checkpoint, mode, threshold, device }: DetectorArguments): DetectorOptions {
  return {
    ...(checkpoint === undefined ? {} : { weights: checkpoint }),
    mode: mode as Mode | undefined,
    threshold: share("threshold", threshold),
    device: device ?? "auto",
  };
}
