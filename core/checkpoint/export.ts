/** Exports the weights of a checkpoint to a file, for other tools and for distribution. */

import type { Json } from "../base/json.ts";
import { isRecord } from "../base/plain-object.ts";
import { UserError } from "../base/problem.ts";
import { evaluationWeights, FORMAT_VERSION, type LoadedCheckpoint } from "./detector-state.ts";
import { exportedConfig } from "./exported-config.ts";
import { refuseNonFiniteWeights } from "./finite-weights.ts";
import { PtTensor } from "./pt-value.ts";
import { writeSafetensors } from "./safetensors.ts";
import { floatWeights, type StateDict } from "./state-dict.ts";
import { writePtFile } from "./write-pt.ts";

export const EXPORT_FORMATS = ["safetensors", "pt"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const EXPORT_DTYPES = ["float32", "float16", "bfloat16"] as const;
export type ExportDType = (typeof EXPORT_DTYPES)[number];

/**
 * Writes the weights that evaluate and predict use (the running average if there is one), with epoch,
 * metrics and configuration: as text under `extra` in the metadata of a safetensors file, as `extra` in a
 * `.pt` file.
 *
 * @param dtype The type of the elements. Values are rounded to the nearest, ties to even.
 * @throws {UserError} If a weight is not finite or does not fit into float16, or the file cannot be written.
 */
export function exportWeights(
  checkpoint: LoadedCheckpoint,
  path: string,
  format: ExportFormat,
  dtype: ExportDType,
): void {
  const weights = evaluationWeights(checkpoint);
  refuseNonFiniteWeights(floatWeights(weights), checkpoint.path);
  const tensors = converted(weights, dtype, checkpoint.path);
  const extra = described(checkpoint);
  if (format === "safetensors") {
    const metadata = new Map([
      ["format", "pt"], // other tools ask for this entry
      ["extra", JSON.stringify(extra)],
    ]);
    writeSafetensors(path, { tensors, metadata });
  } else {
    writePtFile(path, { format_version: FORMAT_VERSION, model_state_dict: tensors, extra });
  }
}

/** Weights that were exported before have epoch and metrics in `extra` already. */
function described({ epoch, valMetrics, bestValF1, extra }: LoadedCheckpoint): { [key: string]: Json } {
  return {
    epoch: epoch ?? extra?.epoch ?? null,
    val_metrics: valMetrics ?? extra?.val_metrics ?? null,
    best_val_f1: bestValF1 ?? extra?.best_val_f1 ?? null,
    run_id: extra?.run_id ?? null,
    config: exportedConfig(isRecord(extra?.config) ? extra.config : {}, valMetrics),
  };
}

function converted(state: StateDict, dtype: ExportDType, file: string): StateDict {
  return new Map([...state].map(([name, tensor]) => [name, convert(tensor, dtype, name, file)]));
}

function convert(tensor: PtTensor, dtype: ExportDType, name: string, file: string): PtTensor {
  if (tensor.dtype === dtype || !/float/.test(tensor.dtype)) return tensor;
  const values = tensor.toFloat32();
  if (dtype === "float32") return new PtTensor("float32", tensor.shape, values);
  if (dtype === "bfloat16") return new PtTensor("bfloat16", tensor.shape, toBfloat16(values));
  const halves = new Float16Array(values);
  const lost = values.findIndex((_, i) => !Number.isFinite(halves[i]));
  if (lost >= 0) {
    throw new UserError({
      file,
      where: `tensor ${name}`,
      message: "Cannot export as float16",
      expected: "values within ±65504",
      got: String(values[lost]),
      fix: "--dtype bfloat16 or float32",
    });
  }
  return new PtTensor("float16", tensor.shape, new Uint16Array(halves.buffer));
}

/** The upper half of each float32, rounded to the nearest, ties to even. All values are finite. */
function toBfloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (word) => (word + 0x7fff + ((word >>> 16) & 1)) >>> 16);
}
