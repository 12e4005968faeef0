/**
 * Measures what a data set costs a training as it grows: loads a dataset, keeps its grids within
 * `data.memory_limit`, and makes all samples of an epoch, without a network. Prints one JSON line.
 *
 * usage: bun bench/scaling-data.ts DATASET --root FOLDER [--memory-limit 64] [--cache FOLDER] [--epochs 1]
 *
 * - load_cpu_s: processor time from the start until all sheets are there; the first time all workbooks are
 *   read, later their grids come from the cache;
 * - grids_memory_mb, grids_disk_mb: where the grids lie; on disk they are compressed;
 * - loaded_mb: resident memory after loading; peak_mb: the most over the whole process;
 * - sample_us: processor time per sample of an epoch, in its order.
 */

import { join } from "node:path";
import { PROJECT_ROOT } from "../core/base/project-root.ts";
import { wholeNumber } from "../core/commands/define-data-command.ts";
import { GridStore } from "../core/dataset/grid-store.ts";
import { loadDatasets } from "../core/dataset/load-datasets.ts";
import { loadConfig } from "../core/hooks/load-config.ts";
import { condenseEntry } from "../core/training/condense-entries.ts";
import { planEpoch } from "../core/training/epoch-plan.ts";
import { planOptions } from "../core/training/run-length.ts";
import { openSampleSource } from "../core/training/sample-source.ts";
import { peakMemoryMb } from "../tests/support/peak-memory.ts";
import { benchArguments, orEnd } from "./bench-arguments.ts";

const flags = benchArguments("scaling-data", {
  dataset: { type: "positional", valueHint: "dataset", description: "The name of a dataset in --root" },
  root: { type: "string", valueHint: "folder", default: "training_data", description: "Where it lies" },
  "memory-limit": {
    type: "string",
    valueHint: "MB",
    default: "64",
    description: "data.memory_limit: the memory for its grids",
  },
  cache: { type: "string", valueHint: "folder", description: "Where grids are kept (the project's cache)" },
  epochs: { type: "string", valueHint: "number", default: "1", description: "Epochs of samples to make" },
});
const name = flags.dataset;
const limit = orEnd(() => wholeNumber("memory-limit", flags["memory-limit"], 0)!);
const epochs = orEnd(() => wholeNumber("epochs", flags.epochs, 0)!);

const { config } = await loadConfig(join(PROJECT_ROOT, "configs", "minimal.yaml"), [
  `--data.root=${flags.root}`,
  `--data.dataset_names=${name}`,
  `--data.memory_limit=${limit}`,
  ...["--data.train_ratio=1", "--data.val_ratio=0", "--data.test_ratio=0"],
]);
using grids = new GridStore(limit * 2 ** 20);
const { train, validation } = await loadDatasets(config.data, {
  splits: ["train", "validation"],
  keep: (entry) => grids.keep(condenseEntry(entry, config.data)),
  ...(flags.cache === undefined ? {} : { cacheFolder: flags.cache }),
}).catch((error) =>
  orEnd(() => {
    throw error;
  }),
);
const loadCpu = cpuSeconds();
Bun.gc(true);
const loadedMb = megabytes(process.memoryUsage.rss());

const before = cpuSeconds();
let samples = 0;
let cells = 0;
for (let epoch = 1; epoch <= epochs; epoch++) {
  const source = openSampleSource(config, train);
  for (const index of planEpoch(epoch, planOptions(config, train)).flat(2)) {
    const { grid } = source.sample(epoch, index);
    cells += grid.height * grid.width;
    samples++;
  }
}
const result = {
  sheets: train.length + validation.length,
  memory_limit_mb: limit,
  grids_memory_mb: megabytes(grids.size.memory),
  grids_disk_mb: megabytes(grids.size.disk),
  load_cpu_s: round(loadCpu, 2),
  loaded_mb: loadedMb,
  peak_mb: peakMemoryMb(),
  cells_per_sample: samples === 0 ? null : Math.round(cells / samples),
  sample_us: samples === 0 ? null : round(((cpuSeconds() - before) * 1e6) / samples, 1),
};
console.log(JSON.stringify(result));

/** Processor time of all threads since the start of the process, s. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
