/** The learning rate over a run: a linear warm-up, then half a cosine period, in optimiser steps. */

/** As in the reference. */
const LOWEST_RATE = 1e-6;

export interface Schedule {
  /** The highest rate, reached at the end of the warm-up. */
  lr: number;
  /** Steps of the warm-up. If it is as long as the run, or longer, there is no cosine part. */
  warmupSteps: number;
  totalSteps: number;
  /** The rate of the first step as a fraction of `lr`. @default 0.1 */
  startFactor?: number;
  /** The rate at the end of the cosine, one step after the last. @default 1e-6, or `lr` if it is lower */
  etaMin?: number;
}

/** The rate that the cosine falls to; it never rises, so a peak below the usual end is kept. */
export function lowestRate({ lr, etaMin }: Pick<Schedule, "lr" | "etaMin">): number {
  return etaMin ?? Math.min(LOWEST_RATE, lr);
}

/**
 * The rate of step `step` in closed form: PyTorch's LinearLR(startFactor → 1), then CosineAnnealingLR.
 *
 * @param step The step that is about to be taken, from 1.
 *
 * @example
 * learningRate(1, { lr: 1, warmupSteps: 10, totalSteps: 20 }); // 0.1
 * learningRate(11, { lr: 1, warmupSteps: 10, totalSteps: 20 }); // 1
 */
export function learningRate(step: number, schedule: Schedule): number {
  const { lr, warmupSteps, totalSteps, startFactor = 0.1 } = schedule;
  const etaMin = lowestRate(schedule);
  const done = step - 1;
  if (done < warmupSteps) return lr * (startFactor + (1 - startFactor) * (done / warmupSteps));
  const length = totalSteps - warmupSteps;
  if (length <= 0) return lr;
  const progress = Math.min(1, (done - warmupSteps) / length);
  return etaMin + (lr - etaMin) * 0.5 * (1 + Math.cos(Math.PI * progress));
}
