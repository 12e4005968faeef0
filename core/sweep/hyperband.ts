/**
 * Early termination by W&B's rule of Hyperband: a running trial ends when the newest band that it has reached
 * finds it outside of the best `1 / eta` of all trials that have reached this band. See Li et al., Hyperband
 * (JMLR 18, 2018), and W&B's package `sweeps`, whose decisions these are.
 */

import type { Hyperband, SweepMetric } from "./sweep.ts";

/** W&B's rule from `min_iter` on has this many bands. */
const MOST_BANDS = 100;

/** The bands that lie below `maxIter`: `maxIter / eta`, `maxIter / eta²` …, at most `s` of them. */
export function bandsBelow(maxIter: number, s: number, eta: number): number[] {
  const bands: number[] = [];
  let band = maxIter;
  for (let i = 0; i < s; i++) {
    band /= eta;
    if (band < 1) break;
    bands.push(Math.trunc(band));
  }
  return bands.reverse();
}

/** The bands from `minIter` on: `minIter`, `minIter · eta`, `minIter · eta²` … */
export function bandsFrom(minIter: number, eta: number): number[] {
  const bands: number[] = [];
  for (let band = minIter; bands.length < MOST_BANDS && Number.isSafeInteger(Math.trunc(band)); band *= eta) {
    bands.push(Math.trunc(band));
  }
  return bands;
}

/** Why a trial ends. */
export interface Termination {
  /** The band that decided. */
  readonly band: number;
  /** The trial's value there. */
  readonly value: number;
  /** What the value would have had to reach. */
  readonly threshold: number;
}

/**
 * Decides about a running trial.
 *
 * @param own The values of the metric so far, in their order.
 * @param all Those of every trial, whatever its state, with `own` among them.
 * @returns null if the trial goes on.
 */
export function termination(
  { bands, eta, strict }: Hyperband,
  { goal }: Pick<SweepMetric, "goal">,
  own: readonly number[],
  all: readonly (readonly number[])[],
): Termination | null {
  const band = bands.findLast((each) => each <= own.length);
  if (band === undefined) return null;
  const sign = goal === "maximize" ? -1 : 1;
  const values = all
    .filter((history) => history.length >= band)
    .map((history) => sign * history[band - 1]!)
    .sort((a, b) => a - b);
  const threshold = values[Math.trunc((1 / eta) * values.length)]!;
  const value = strict ? sign * own[band - 1]! : Math.min(...own.map((each) => sign * each));
  return value > threshold ? { band, value: sign * value, threshold: sign * threshold } : null;
}
