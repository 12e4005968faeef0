/** A folder outside the project with a tiny dataset and a configuration, and the real commands run in it. */

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, type CommandResult, endOf, startCommand } from "./run-command.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { type TinyDatasetOptions, writeTinyDataset } from "./tiny-dataset.ts";

export interface TestProject {
  readonly folder: string;
  /** The configuration's file. */
  readonly config: string;
  /** Where runs are made. */
  readonly runs: string;
  /** Runs `core/commands/train.ts` in the folder; `--runs` is added. */
  train(args: readonly string[], env?: Record<string, string>): Promise<CommandResult>;
  /** Starts it and returns at once. */
  start(args: readonly string[], env?: Record<string, string>): Command;
  /** The folders of the runs so far, in the order of their names. */
  runFolders(): string[];
  /** Writes a file into the folder and returns its path. */
  write(name: string, text: string): string;
  remove(): void;
}

/** A network of a few thousand parameters: a step takes milliseconds. */
const MODEL = `
model:
  backbone: { base_width: 4, depths: [1, 1, 1, 1], stem_stride: 2 }
  detr: { num_queries: 4, num_encoder_layers: 1, num_decoder_layers: 2, hidden_dim: 16, num_heads: 2, num_points: 2, ffn_ratio: 2 }
`;

/** @param plugins The `plugins` section in YAML's flow style. */
export function testProject(
  options: TinyDatasetOptions & { epochs?: number; plugins?: string } = {},
): TestProject {
  const temporary = temporaryFolder("project");
  const folder = temporary.path;
  const runs = join(folder, "runs");
  writeTinyDataset(join(folder, "data"), options);
  const config = join(folder, "config.yaml");
  writeFileSync(
    config,
    `experiment: { name: tiny, seed: 3 }
data: { dataset_names: [${options.name ?? "tiny"}], root: data, train_ratio: 0.7, val_ratio: 0.3, test_ratio: 0, split_seed: 2, cache: false }
${MODEL}
training: { device: wasm, workers: 1, gradient_accumulation_steps: 2, max_epochs: ${options.epochs ?? 2}, lr: 1e-3, warmup_epochs: 1 }
evaluation: { score_threshold: 0.05 }
plugins: ${options.plugins ?? "{ checkpoint: { save_every_n_epochs: 1 }, system_metrics: true, architecture: true, progress: true }"}
`,
  );
  const start = (args: readonly string[], env: Record<string, string> = {}) =>
    startCommand("core/commands/train.ts", [...args, "--runs", runs], {
      cwd: folder,
      env: { WANDB_MODE: "", WANDB_API_KEY: "", ...env },
    });
  return {
    folder,
    config,
    runs,
    start,
    train: (args, env) => endOf(start(args, env)),
    runFolders() {
      mkdirSync(runs, { recursive: true });
      // The tenth run of a minute comes after the second.
      return readdirSync(runs)
        .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
        .map((name) => join(runs, name));
    },
    write: (name, text) => temporary.write(name, text),
    remove: () => temporary.remove(),
  };
}
