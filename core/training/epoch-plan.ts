/** The order in which an epoch visits its samples, divided into gradient steps and micro-batches. */

import { randomStream } from "../base/random.ts";

/** The micro-batches of one optimiser update; each is a list of indices of samples, see `SampleSource`. */
export type StepPlan = readonly (readonly number[])[];

export interface PlanOptions {
  /** Samples of the epoch. */
  readonly sheets: number;
  /** Sheets per micro-batch. */
  readonly batchSize: number;
  /** Micro-batches per gradient step; the last step of an epoch takes what is left. */
  readonly accumulationSteps: number;
  readonly seed: number;
}

/** Optimiser updates per epoch. */
export function stepsPerEpoch({ sheets, batchSize, accumulationSteps }: Omit<PlanOptions, "seed">): number {
  return Math.ceil(sheets / (batchSize * accumulationSteps));
}

/**
 * The steps of epoch `epoch` (from 1); every sheet comes exactly once. The order depends on the seed and
 * the epoch only, so a resumed run visits the sheets as an uninterrupted one would.
 */
export function planEpoch(
  epoch: number,
  { sheets, batchSize, accumulationSteps, seed }: PlanOptions,
): StepPlan[] {
  const order = randomStream(seed, "sheet order", epoch).shuffled(
    Array.from({ length: sheets }, (_, i) => i),
  );
  return chunks(chunks(order, batchSize), accumulationSteps);
}

function chunks<T>(values: readonly T[], size: number): T[][] {
  const result: T[][] = [];
  for (let at = 0; at < values.length; at += size) result.push(values.slice(at, at + size));
  return result;
}
