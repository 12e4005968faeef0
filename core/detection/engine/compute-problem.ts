/** Words for a failed micro-batch that name its sheets. */

import { UserError } from "../../base/problem.ts";
import type { MicroBatch } from "./gradient-engine.ts";
import { sheetNames } from "./sheet-names.ts";

/** @param error What was thrown while the micro-batch was computed. */
export function computeProblem(error: unknown, microBatch: MicroBatch): Error {
  if (error instanceof UserError) return error;
  const sheets = sheetNames(microBatch);
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith("Aborted(")) {
    // TensorFlow.js's wasm backend says so if its memory cannot grow. It is unusable afterwards.
    return new UserError(
      {
        message: `The device wasm has not enough memory for ${sheets}`,
        expected:
          "sheets that fit into the 2 GB that WebAssembly gives it, with all that their gradient needs",
        got: message,
        fix: [
          microBatch.sheets.length > 1 ? "a smaller training.batch_size" : "",
          "lower data.max_rows or data.max_cols, which cut large sheets",
          "training.device: native",
        ]
          .filter(Boolean)
          .join("; or "),
      },
      { cause: error },
    );
  }
  return new Error(`Cannot compute ${sheets}: ${message}`, { cause: error });
}
