/** The goldens' tiny detector: its weights, its padded batch of two sheets and the reference's answers. */

import { join } from "node:path";
import type { PtMap, PtTensor } from "../../core/checkpoint/pt-value.ts";
import { readPtFile } from "../../core/checkpoint/read-pt.ts";
import { type Batch, makeBatch } from "../../core/model/batch.ts";
import type { DetectorConfig } from "../../core/model/detector-config.ts";
import { layOutParameters, type ParameterSet } from "../../core/model/parameters.ts";
import { GOLDEN_DIR, type GoldenTensor, readGolden } from "./golden.ts";

export interface TinyModel {
  sheets: [number, number][];
  input_nonzero: number[];
  input_shape: [number, number, number, number];
  targets: GoldenTensor[];
  backbone: GoldenTensor[];
  logits: GoldenTensor[];
  boxes: GoldenTensor[];
  loss: { total: number; cls: number; l1: number; iou: number };
  grad_norms: Record<string, number>;
  trajectory: {
    lr: number;
    weight_decay: number;
    max_norm: number;
    steps: { loss: number; total_norm: number }[];
  };
}

export const tiny = readGolden<TinyModel>("tiny_model");

/** Configuration and weights as the checkpoint holds them. */
export function tinyCheckpoint(): { config: DetectorConfig; parameters: ParameterSet } {
  const file = readPtFile(join(GOLDEN_DIR, "tiny_model.pt")) as PtMap;
  const config = Object.fromEntries(file.get("config") as PtMap) as unknown as DetectorConfig;
  const state = file.get("model_state_dict") as Map<string, PtTensor>;
  const parameters = layOutParameters(config);
  if (parameters.names.join() !== [...state.keys()].join())
    throw new Error("Names differ from the checkpoint's");
  parameters.names.forEach((name, i) => {
    const { shape, data } = state.get(name)!;
    if (shape.join() !== parameters.shapes[i]!.join()) throw new Error(`The shape of ${name} differs`);
    parameters.view(name).set(data as Float32Array);
  });
  return { config, parameters };
}

/** The sheets' cells, [H, W, 43] of the padded grid. */
function tinyCells(sheet: number): Float32Array {
  const [, H, W, C] = tiny.input_shape;
  const size = H * W * C;
  const cells = new Float32Array(size);
  for (const i of tiny.input_nonzero) if (Math.floor(i / size) === sheet) cells[i - sheet * size] = 1;
  return cells;
}

/** The two sheets as one padded batch, or one of them by itself. */
export function tinyBatch(config: DetectorConfig, sheets: readonly number[] = [0, 1]): Batch {
  const [, , W, C] = tiny.input_shape;
  const sizes = sheets.map((sheet) => tiny.sheets[sheet]!);
  return makeBatch(sizes, config, (index, cells, paddedWidth, offset) => {
    const from = tinyCells(sheets[index]!);
    const [rows, columns] = sizes[index]!;
    for (let r = 0; r < rows; r++) {
      cells.set(from.subarray(r * W * C, (r * W + columns) * C), offset + r * paddedWidth * C);
    }
  });
}

export const tinyTargets = tiny.targets.map(({ data }) => Float32Array.from(data));
