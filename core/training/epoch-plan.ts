/** In which order an epoch visits its samples, split into gradient steps and micro-batches. */

import { randomStream } from "../base/random.ts";

/** The sheets of one optimiser update: micro-batches of indices of samples, see `SampleSource`. */
export type StepPlan = readonly (readonly number[])[];

export interface PlanOptions {
  /** Samples of the epoch. */
  readonly sheets: number;
  /** Sheets a micro-batch. */
  readonly batchSize: number;
  /** Micro-batches a gradient step; the last step of an epoch has what is left. */
  readonly accumulationSteps: number;
  readonly seed: number;
}

/** Optimiser updates in one epoch. */
export function stepsPerEpoch({ sheets, batchSize, accumulationSteps }: Omit<PlanOptions, "seed">): number {
  return Math.ceil(sheets / (batchSize * accumulationSteps));
}

/**
 * The steps of epoch `epoch` (from 1). The order depends on the seed and the epoch alone: a resumed run sees what the
 * uninterrupted one would have seen. Every sheet comes exactly once.
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
