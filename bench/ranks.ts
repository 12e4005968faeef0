/**
 * Measures a gradient step of the network shared by ranks of MPI, and how much of it the exchange of weights
 * and gradients takes. Without a launcher it measures one process. Prints one JSON line.
 *
 * usage: mpirun -np 2 bun bench/ranks.ts [--config minimal|full] [--device auto] [--steps 3]
 *
 * - step_s: the fastest step after a warm-up; a single process has one thread per core;
 * - exchange_s: the weights to all ranks and the sums of a step's lanes back, while nothing computes;
 * - exchange_share: exchange_s / step_s, an upper limit: a rank that is done early sends while others work.
 */

import type { ExitCode } from "../core/base/problem.ts";
import type { EngineOptions, GradientEngine, MicroBatch } from "../core/detection/engine/gradient-engine.ts";
import { maxLanes } from "../core/detection/engine/lanes.ts";
import { openEngine, openRankedEngine } from "../core/detection/open-engine.ts";
import { serveRank } from "../core/detection/serve-rank.ts";
import { DEFAULT_DETECTOR } from "../core/model/detector-config.ts";
import { createParameters } from "../core/model/parameters.ts";
import { launchedRank } from "../core/ranks/launched-ranks.ts";
import { RankGroup } from "../core/ranks/rank-group.ts";
import { FULL_DETECTOR } from "../tests/support/full-detector.ts";
import { madeUpSheet } from "../tests/support/sheets.ts";
import { benchArguments } from "./bench-arguments.ts";

const flags = benchArguments("ranks", {
  config: { type: "enum", options: ["minimal", "full"], default: "full", description: "The network" },
  device: { type: "string", valueHint: "name", default: "auto", description: "Device of the network" },
  steps: { type: "string", valueHint: "number", default: "3", description: "Steps to measure" },
});
const detector = flags.config === "full" ? FULL_DETECTOR : DEFAULT_DETECTOR;
const parameters = createParameters(detector, 0);
const SHEETS = [60, 100, 80, 40, 120, 60, 90, 50];

/** Times that the exchange is repeated; the fastest counts. */
const EXCHANGES = 5;

const launched = launchedRank(process.env);
process.exit(launched === null ? await measure(null) : await onRank(launched));

async function onRank(launched: NonNullable<ReturnType<typeof launchedRank>>): Promise<ExitCode> {
  const group = await RankGroup.join(
    launched,
    {},
    { stop() {}, lost: ({ message }) => console.error(message) },
  );
  if (group.rank > 0) {
    for (let time = 0; time < EXCHANGES; time++) await exchange(group);
    return await serveRank(group, console.error);
  }
  const code = await measure(group);
  await group.end(code);
  return code;
}

async function measure(group: RankGroup | null): Promise<ExitCode> {
  let exchangeSeconds = group === null ? 0 : Number.POSITIVE_INFINITY;
  for (let time = 0; group !== null && time < EXCHANGES; time++) {
    exchangeSeconds = Math.min(exchangeSeconds, await seconds(() => exchange(group)));
  }
  const options: EngineOptions = {
    device: flags.device,
    workers: "auto",
    seed: 0,
    detector,
    loss: { lambda_cls: 2, lambda_l1: 5, lambda_iou: 2 },
  };
  await using engine = group === null ? await openEngine(options) : await openRankedEngine(options, group);
  const stepSeconds = await fastestStep(engine);
  const result = {
    config: flags.config,
    parameters: parameters.flat.length,
    device: engine.device,
    ranks: group?.size ?? 1,
    step_s: stepSeconds,
    exchange_s: exchangeSeconds,
    exchange_share: exchangeSeconds / stepSeconds,
  };
  console.log(JSON.stringify(result));
  return 0;
}

async function fastestStep(engine: GradientEngine): Promise<number> {
  const gradient = new Float32Array(parameters.flat.length);
  const sheets = SHEETS.map((rows) => madeUpSheet(rows, 20, [[0.5, 0.5, 0.4, 0.6]], `sheet of ${rows} rows`));
  const batches = (step: number): MicroBatch[] =>
    sheets.map((sheet, index) => ({ sheets: [sheet], seed: [step, index], weight: 1 / sheets.length }));
  let best = Number.POSITIVE_INFINITY;
  for (let step = 0; step <= Number(flags.steps); step++) {
    engine.setParameters(parameters.flat);
    const time = await seconds(() => engine.gradient(batches(step), gradient));
    if (step > 0) best = Math.min(best, time);
  }
  return best;
}

/** What a step moves: the weights to all ranks, and back from each rank its share of the lanes. */
async function exchange({ messages, rank, size }: RankGroup): Promise<void> {
  const numbers = parameters.flat;
  await messages.broadcastNumbers(numbers);
  const lanes = Math.max(1, maxLanes(numbers.length) / size);
  for (let lane = 0; lane < lanes; lane++) {
    if (rank > 0) await messages.sendNumbers(0, numbers);
    else for (let from = 1; from < size; from++) await messages.receiveNumbers(from, numbers);
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
