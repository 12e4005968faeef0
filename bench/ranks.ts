/**
 * Measures a training step of the network shared by ranks of MPI, and how much of it the exchange of weights
 * and gradients takes. Without a launcher it measures one process. Prints one JSON line.
 *
 * usage: mpirun -np 2 bun bench/ranks.ts [--config minimal|full] [--device auto] [--steps 3]
 *
 * - step_s: the fastest step after a warm-up, with its update; a single process has one thread per core;
 * - exchange_s: slices of the sums of lanes between all ranks, the gradient to rank 0, and slices of the new
 *   weights between all ranks, while nothing computes;
 * - exchange_share: exchange_s / step_s, an upper limit: a rank that is done early sends while others work.
 */

import type { ExitCode } from "../core/base/problem.ts";
import { sharedFloats } from "../core/base/shared-floats.ts";
import type { EngineOptions, GradientEngine, MicroBatch } from "../core/detection/engine/gradient-engine.ts";
import { maxLanes } from "../core/detection/engine/lanes.ts";
import { openLearning } from "../core/detection/engine/learning.ts";
import { openEngine, openRankedEngine } from "../core/detection/open-engine.ts";
import { serveRank } from "../core/detection/serve-rank.ts";
import { countParameters } from "../core/model/architecture.ts";
import { DEFAULT_DETECTOR } from "../core/model/detector-config.ts";
import { createParameters } from "../core/model/parameters.ts";
import { freshAdamW } from "../core/optim/adamw.ts";
import { clipScale } from "../core/optim/gradient-norms.ts";
import { cutSlices } from "../core/optim/slices.ts";
import { launchedRank } from "../core/ranks/launched-ranks.ts";
import { RankGroup } from "../core/ranks/rank-group.ts";
import { FULL_DETECTOR } from "../tests/support/full-detector.ts";
import { madeUpSheet } from "../tests/support/sheets.ts";
import { benchArguments, optionNumber } from "./bench-arguments.ts";

const flags = benchArguments("ranks", {
  config: { type: "enum", options: ["minimal", "full"], default: "full", description: "The network" },
  device: { type: "string", valueHint: "name", default: "auto", description: "Device of the network" },
  steps: { type: "string", valueHint: "number", default: "3", description: "Steps to measure" },
});
const steps = optionNumber("steps", flags.steps);
const detector = flags.config === "full" ? FULL_DETECTOR : DEFAULT_DETECTOR;
const SIZE = countParameters(detector);
const parameters = createParameters(detector, 0, sharedFloats(SIZE));
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
    const received = inbox(group);
    for (let time = 0; time < EXCHANGES; time++) await exchange(group, received);
    return await serveRank(group, console.error);
  }
  const code = await measure(group);
  await group.end(code);
  return code;
}

async function measure(group: RankGroup | null): Promise<ExitCode> {
  let exchangeSeconds = group === null ? 0 : Number.POSITIVE_INFINITY;
  const received = group === null ? [] : inbox(group);
  for (let time = 0; group !== null && time < EXCHANGES; time++) {
    exchangeSeconds = Math.min(exchangeSeconds, await seconds(() => exchange(group, received)));
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
    parameters: SIZE,
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
  const learner = { parameters, average: null, optimizer: freshAdamW(SIZE) };
  engine.setParameters(parameters.flat);
  const learning = openLearning(engine, learner);
  const sheets = SHEETS.map((rows) => madeUpSheet(rows, 20, [[0.5, 0.5, 0.4, 0.6]], `sheet of ${rows} rows`));
  const batches = (step: number): MicroBatch[] =>
    sheets.map((sheet, index) => ({ sheets: [sheet], seed: [step, index], weight: 1 / sheets.length }));
  let best = Number.POSITIVE_INFINITY;
  for (let step = 0; step <= steps; step++) {
    const time = await seconds(async () => {
      const { norms } = await learning.gradient(batches(step));
      const gradientScale = clipScale(norms.global, 0.1);
      await learning.update({ lr: 1e-4, weightDecay: 1e-4, gradientScale, averaging: null });
    });
    if (step > 0) best = Math.min(best, time);
  }
  return best;
}

/** Memory for what each rank sends. */
function inbox({ size }: RankGroup): Float32Array[] {
  return Array.from({ length: size }, () => new Float32Array(SIZE));
}

/** What a step moves. The received numbers are of no interest. */
async function exchange(
  { messages, rank, size }: RankGroup,
  received: readonly Float32Array[],
): Promise<void> {
  const slices = cutSlices(parameters.offsets, SIZE, size);
  const part = (of: number) => parameters.flat.subarray(slices[of]!.from, slices[of]!.to);
  const swap = (sent: (to: number) => Float32Array, expected: (from: number) => number) =>
    Promise.all(
      received.map(async (into, other) => {
        if (other === rank) return;
        const incoming = messages.receiveNumbers(other, into.subarray(0, expected(other)));
        await Promise.all([messages.sendNumbers(other, sent(other)), incoming]);
      }),
    );
  const lanes = Math.max(1, maxLanes(SIZE) / size);
  for (let lane = 0; lane < lanes; lane++) await swap(part, () => part(rank).length);
  if (rank > 0) await messages.sendNumbers(0, part(rank));
  else
    await Promise.all(
      received
        .slice(1)
        .map((into, i) => messages.receiveNumbers(i + 1, into.subarray(0, part(i + 1).length))),
    );
  await swap(
    () => part(rank),
    (from) => part(from).length,
  );
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
