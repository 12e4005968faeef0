/** A folder with workbooks and an untrained tiny network, and `bun run predict` run in it. */

import { join } from "node:path";
import type { Json } from "../../core/base/json.ts";
import { parameterTensors } from "../../core/checkpoint/state-dict.ts";
import { writePtFile } from "../../core/checkpoint/write-pt.ts";
import { detectorSettings } from "../../core/detection/detector-settings.ts";
import type { SheetLayout } from "../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { loadConfig } from "../../core/hooks/load-config.ts";
import { createParameters } from "../../core/model/parameters.ts";
import { filledSheet } from "../support/dataset-folder.ts";
import { type Command, type CommandResult, endOf, startCommand } from "../support/run-command.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

export interface PredictProject {
  readonly folder: string;
  /** Runs `core/commands/predict.ts` in the folder, on the device that is everywhere and starts soonest. */
  predict(args: readonly string[], stdin?: string): Promise<CommandResult>;
  /** Starts it and returns at once. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Command;
  /** Writes a workbook of these sheets; folders are made. Returns its path. */
  workbook(name: string, sheets?: readonly SheetLayout[]): string;
  /** Writes any file. */
  file(name: string, content: string | Uint8Array): string;
  remove(): void;
}

/** The network's file in the folder, in the place where a run has it. */
export const CHECKPOINT = join("run", "checkpoints", "best.pt");

const CONFIG = `
data: { dataset_names: [synthetic] }
model:
  backbone: { base_width: 4, depths: [1, 1, 1, 1], stem_stride: 2 }
  detr: { num_queries: 4, num_encoder_layers: 1, num_decoder_layers: 2, hidden_dim: 16, num_heads: 2, num_points: 2, ffn_ratio: 2 }
evaluation: { score_threshold: 0.0001 }
`;

export async function predictProject(): Promise<PredictProject> {
  const temporary = temporaryFolder("predict");
  const folder = temporary.path;
  const file = (name: string, content: string | Uint8Array) => temporary.write(name, content);
  const { config } = await loadConfig(file("config.yaml", CONFIG), []);
  const parameters = createParameters(detectorSettings(config.model), 5);
  file(CHECKPOINT, "");
  writePtFile(join(folder, CHECKPOINT), {
    format_version: 1,
    model_state_dict: parameterTensors(parameters),
    extra: { config: config as unknown as Json },
  });
  const start = (args: readonly string[], stdin?: string, env: Readonly<Record<string, string>> = {}) =>
    startCommand("core/commands/predict.ts", ["--device", "wasm", ...args], { cwd: folder, stdin, env });
  return {
    folder,
    predict: (args, stdin = "") => endOf(start(args, stdin)),
    start: (args, env) => start(args, undefined, env),
    workbook: (name, sheets = [filledSheet("Sheet1", 6, 4)]) => file(name, encodeWorkbook({ sheets })),
    file,
    remove: () => temporary.remove(),
  };
}
