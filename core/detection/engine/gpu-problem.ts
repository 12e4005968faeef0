/** Words for a failure of the GPU. */

import { UserError } from "../../base/problem.ts";
import type { GpuFailure } from "../../tensor/webgpu/gpu-watch.ts";
import type { MicroBatch } from "./gradient-engine.ts";
import { sheetNames } from "./sheet-names.ts";

/** @param cause What the work threw, if anything. */
export function gpuProblem(failure: GpuFailure, microBatch: MicroBatch, cause?: unknown): UserError {
  const sheets = sheetNames(microBatch);
  const got = failure.message;
  switch (failure.kind) {
    case "lost":
      return new UserError(
        {
          message: `The GPU was lost while it computed ${sheets}`,
          expected: "a device that stays: no driver reset, no sleep, no eGPU unplugged",
          got,
          fix: "go on from the last checkpoint with --resume; if it happens again: training.device: cpu",
        },
        { cause },
      );
    case "out-of-memory":
      return new UserError(
        {
          message: `The GPU has not enough memory for ${sheets}`,
          got,
          fix: [
            microBatch.sheets.length > 1 ? "a smaller training.batch_size" : "",
            "lower data.max_rows or data.max_cols, which cut large sheets",
            "training.device: cpu",
          ]
            .filter(Boolean)
            .join("; or "),
        },
        { cause },
      );
    case "error":
      return new UserError(
        {
          message: `The GPU refused a command while it computed ${sheets}`,
          got,
          fix: "your GPU's current driver; else training.device: cpu",
        },
        { cause },
      );
  }
}
