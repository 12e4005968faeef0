/** A sweep: what its file says, checked and complete. */

import type { Distribution } from "./distribution.ts";

export interface SweepParameter {
  /** The keys that lead to it: `["training.lr"]`, or `["training", "lr"]` where the file nests it. */
  readonly path: readonly string[];
  /** The keys with dots between them: `training.lr`. */
  readonly name: string;
  readonly distribution: Distribution;
}

export interface SweepMetric {
  readonly name: string;
  readonly goal: "minimize" | "maximize";
  /** No new trial starts once one has reached it; null: there is no such value. */
  readonly target: number | null;
}

/** Early termination by W&B's rule of Hyperband. */
export interface Hyperband {
  /** Numbers of values of the metric, at least 1, ascending: after so many a trial is compared. */
  readonly bands: readonly number[];
  /** At each band the best `1 / eta` of the trials go on. */
  readonly eta: number;
  /** True: the value at the band counts. False: the best value so far does. */
  readonly strict: boolean;
}

export interface Sweep {
  /** The file, as the user named it. */
  readonly file: string;
  readonly name: string;
  readonly description: string | null;
  readonly method: "grid" | "random" | "bayes";
  readonly metric: SweepMetric;
  readonly hyperband: Hyperband | null;
  /** The most trials of the sweep; null: there is no limit. */
  readonly runCap: number | null;
  readonly program: string | null;
  /** The words of the command, with `${…}` where a trial's own words belong. */
  readonly command: readonly string[];
  /** In the order of their names, which is the order of a grid. */
  readonly parameters: readonly SweepParameter[];
}
