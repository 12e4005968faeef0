/**
 * Measures how the cost of a training grows: with the size of a sheet and its tables, with the number of
 * workers, and with the size of the data set. Prints tables in Markdown.
 *
 * usage: bun bench/scaling.ts [--part sheets,workers,data] [--config minimal] [--device wasm] [--passes 2]
 *          [--workbooks 200,800] [--memory-limit 2]
 *
 * - sheets: processor time of a gradient on one worker, the fastest of the passes, and per 1,000 cells;
 * - workers: one and two are measured on the clock, where the machine has cores for them; all are also worked
 *   out from the time of each micro-batch on one worker: each goes to the first worker that is free. The
 *   last column is what lanes of equal length would give, with the largest sheet as the limit;
 * - data: datasets of generated workbooks, read from their files and then from the cache, with grids kept
 *   within a limit and without one.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { nearest } from "../core/base/nearest.ts";
import { usageError } from "../core/base/problem.ts";
import { runProgram } from "../core/base/run-program.ts";
import { wholeNumber } from "../core/commands/define-data-command.ts";
import { generateDataset } from "../core/dataset/generate-dataset.ts";
import type { EngineSheet, GradientEngine, MicroBatch } from "../core/detection/engine/gradient-engine.ts";
import { processingOrder } from "../core/detection/engine/order.ts";
import { openEngine } from "../core/detection/open-engine.ts";
import { DEFAULT_DETECTOR } from "../core/model/detector-config.ts";
import { createParameters } from "../core/model/parameters.ts";
import { adamwStep, freshAdamW } from "../core/optim/adamw.ts";
import { clipScale, gradientNorms } from "../core/optim/gradient-norms.ts";
import { FULL_DETECTOR } from "../tests/support/full-detector.ts";
import { madeUpSheet } from "../tests/support/sheets.ts";
import { benchArguments, orEnd } from "./bench-arguments.ts";
import { printedObject } from "./printed-object.ts";
import { evenSpeedUp, type StepCost, speedUp } from "./scaling-lanes.ts";
import workload from "./workload.json";

const PARTS = ["sheets", "workers", "data"];
/** Rows and columns. */
const SIZES: readonly (readonly [number, number])[] = [
  [20, 8],
  [50, 16],
  [100, 30],
  [200, 60],
  [400, 96],
];
/** Tables on a sheet of 100 × 30 cells; the network has ten queries. */
const TABLES = [0, 1, 4, 9];
const WORKERS = [1, 2, 4, 8];
/** Workers that are measured; more than one need as many cores. */
const MEASURED = [1, 2];

const flags = benchArguments("scaling", {
  part: {
    type: "string",
    valueHint: "names",
    default: PARTS.join(","),
    description: `What to measure, with commas: ${PARTS.join(", ")}`,
  },
  config: { type: "enum", options: ["minimal", "full"], default: "minimal", description: "The network" },
  device: { type: "string", valueHint: "name", default: "wasm", description: "Device of the network" },
  passes: { type: "string", valueHint: "number", default: "2", description: "Passes; the fastest counts" },
  workbooks: {
    type: "string",
    valueHint: "numbers",
    default: "200,800",
    description: "Sizes of the datasets, with commas",
  },
  "memory-limit": {
    type: "string",
    valueHint: "MB",
    default: "1",
    description: "data.memory_limit of the bounded trainings",
  },
});
const { parts, passes, workbooks, limit } = orEnd(() => ({
  parts: flags.part.split(",").map(partOf),
  passes: wholeNumber("passes", flags.passes, 1)!,
  workbooks: flags.workbooks.split(",").map((count) => wholeNumber("workbooks", count, 1)!),
  limit: wholeNumber("memory-limit", flags["memory-limit"], 0)!,
}));
const detector = flags.config === "full" ? FULL_DETECTOR : DEFAULT_DETECTOR;
const parameters = createParameters(detector, 0);
const gradient = new Float32Array(parameters.flat.length);
const state = freshAdamW(parameters.flat.length);

if (parts.includes("sheets")) await measureSheets();
if (parts.includes("workers")) await measureWorkers();
if (parts.includes("data")) await measureData();

async function measureSheets(): Promise<void> {
  await using engine = await open(1);
  const cases = [
    ...SIZES.map(([rows, columns]) => ({ rows, columns, tables: 1 })),
    ...TABLES.filter((tables) => tables !== 1).map((tables) => ({ rows: 100, columns: 30, tables })),
  ].map((each) => ({
    ...each,
    sheet: sheetOf(each.rows, each.columns, each.tables),
    best: Number.POSITIVE_INFINITY,
  }));
  // All sheets in every pass: the first ones would otherwise pay for code that is not compiled yet.
  for (let pass = 0; pass <= passes; pass++) {
    for (const each of cases) {
      const start = cpuSeconds();
      await engine.gradient([batchOf(each.sheet, pass)], gradient);
      if (pass > 0) each.best = Math.min(each.best, cpuSeconds() - start);
    }
  }
  console.log(
    `| ${flags.config}, ${flags.device}: sheet | cells | tables | gradient, ms | per 1,000 cells, ms |`,
  );
  console.log("|---|---|---|---|---|");
  for (const { rows, columns, tables, best } of cases) {
    const [cells, ms] = [rows * columns, 1000 * best];
    const figures = [cells.toLocaleString("en"), tables, ms.toFixed(1), ((1000 * ms) / cells).toFixed(2)];
    console.log(`| ${rows} × ${columns} | ${figures.join(" | ")} |`);
  }
}

async function measureWorkers(): Promise<void> {
  const steps = batchesOfSteps();
  const costs = await costsOf(steps);
  const clock = new Map<number, number>();
  for (const workers of MEASURED.filter((count) => count <= availableParallelism())) {
    await using engine = await open(workers);
    clock.set(workers, await fastest(() => trainAll(engine, steps), clockSeconds));
  }
  const shares = costs.map(({ batches }) => Math.max(...batches) / batches.reduce((a, b) => a + b, 0));
  console.log(`\n| ${flags.config}, ${flags.device}: workers | measured | worked out | even lanes |`);
  console.log("|---|---|---|---|");
  for (const workers of WORKERS) {
    const time = clock.get(workers);
    const measured = time === undefined ? "" : (clock.get(1)! / time).toFixed(2);
    const cells = [measured, speedUp(costs, workers).toFixed(2), evenSpeedUp(costs, workers).toFixed(2)];
    console.log(`| ${workers} | ${cells.join(" | ")} |`);
  }
  const percents = shares.map((share) => `${(100 * share).toFixed(0)} %`).join(" and ");
  const main = costs.map((cost) => `${(1000 * cost.main).toFixed(0)} ms`).join(" and ");
  console.log(`\nThe largest sheet takes ${percents} of the steps; ${main} stay on the main thread.`);
}

async function measureData(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "bench-scaling-"));
  const heads = ["sheets", "limit", "grids in memory", "on disk", "resident", "load", "sample"];
  try {
    console.log(`\n| ${heads.join(" | ")} |\n|${"---|".repeat(heads.length)}`);
    for (const count of workbooks) {
      const name = `generated-${count}`;
      await generateDataset(root, name, { count, seed: 1 });
      // The first load fills the cache.
      await dataFigures(name, root, limit, 0);
      for (const each of [limit, 2 ** 20]) {
        const figures = await dataFigures(name, root, each, 1);
        const cells = [
          Number(figures.sheets).toLocaleString("en"),
          each === limit ? `${each} MB` : "none",
          `${figures.grids_memory_mb} MB`,
          `${figures.grids_disk_mb} MB`,
          `${figures.loaded_mb} MB`,
          `${figures.load_cpu_s} s`,
          `${figures.sample_us} µs`,
        ];
        console.log(`| ${cells.join(" | ")} |`);
      }
    }
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Loads a dataset in a process of its own, whose memory nothing else is in. */
async function dataFigures(
  name: string,
  root: string,
  limitMb: number,
  epochs: number,
): Promise<Record<string, unknown>> {
  const options = ["--root", root, "--cache", join(root, "cache"), "--memory-limit", String(limitMb)];
  const script = join(import.meta.dir, "scaling-data.ts");
  const command = [process.execPath, script, name, ...options, "--epochs", String(epochs)];
  const { code, output } = await runProgram(command);
  const figures = printedObject(output);
  if (code !== 0 || figures === null) throw new Error(`${command.join(" ")}\n${output}`);
  return figures;
}

/** The time of each micro-batch on one worker, and what stays on the main thread. */
async function costsOf(steps: readonly MicroBatch[][]): Promise<StepCost[]> {
  await using engine = await open(1);
  const costs: StepCost[] = [];
  for (const step of steps) {
    const batches: number[] = [];
    for (const index of processingOrder(step)) {
      batches.push(await fastest(() => engine.gradient([step[index]!], gradient), cpuSeconds));
    }
    costs.push({ batches, main: await fastest(async () => update(engine), cpuSeconds) });
  }
  return costs;
}

/** The steps of the workload. */
function batchesOfSteps(): MicroBatch[][] {
  const sheets = (workload.sheets as [number, number, number[][]][]).map(([rows, columns, boxes], index) =>
    madeUpSheet(rows, columns, boxes, `sheet ${index}`),
  );
  const steps: MicroBatch[][] = [];
  for (let start = 0; start < sheets.length; start += workload.accumulate) {
    steps.push(sheets.slice(start, start + workload.accumulate).map(batchOf));
  }
  return steps;
}

function batchOf(sheet: EngineSheet, index: number): MicroBatch {
  return { sheets: [sheet], seed: [index], weight: 1 };
}

async function trainAll(engine: GradientEngine, steps: readonly MicroBatch[][]): Promise<void> {
  for (const step of steps) {
    await engine.gradient(step, gradient);
    update(engine);
  }
}

function update(engine: GradientEngine): void {
  const { global } = gradientNorms(gradient, parameters);
  const scale = { lr: 1e-5, weightDecay: 1e-4, gradientScale: clipScale(global, 0.1) };
  adamwStep(parameters.flat, gradient, state, scale);
  engine.setParameters(parameters.flat);
}

/** `tables` boxes side by side, each with a gap to the next. */
function sheetOf(rows: number, columns: number, tables: number): EngineSheet {
  const boxes = Array.from({ length: tables }, (_, table) => [
    (table + 0.5) / tables,
    0.5,
    0.8 / tables,
    0.8,
  ]);
  return madeUpSheet(rows, columns, boxes, `${rows} x ${columns}, ${tables} tables`);
}

async function open(workers: number): Promise<GradientEngine> {
  const loss = { lambda_cls: 2, lambda_l1: 5, lambda_iou: 2 };
  const engine = await openEngine({ device: flags.device, workers, seed: 0, detector, loss });
  engine.setParameters(parameters.flat);
  return engine;
}

/** The fastest of the passes, after one to warm up, on a clock in seconds. */
async function fastest(work: () => Promise<unknown>, clock: () => number): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let pass = 0; pass <= passes; pass++) {
    const start = clock();
    await work();
    if (pass > 0) best = Math.min(best, clock() - start);
  }
  return best;
}

/** Processor time of all threads, s. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function clockSeconds(): number {
  return performance.now() / 1000;
}

function partOf(name: string): string {
  if (PARTS.includes(name)) return name;
  throw usageError({
    where: "command line",
    message: "Cannot read --part",
    expected: `some of ${PARTS.join(", ")}, with commas`,
    got: name,
    fix: `--part=${nearest(name, PARTS) ?? PARTS[0]}`,
  });
}
