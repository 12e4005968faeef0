/** Says how long a training takes, once its first gradient steps are measured. */

import { counted, formatDuration } from "../base/text-layout.ts";

/** The first step also compiles kernels and starts workers: it is not counted. */
const UNCOUNTED = 1;
/** Steps that are measured. */
const MEASURED = 5;

/** What is left of a training, for its estimate. */
export interface WorkLeft {
  /** Gradient steps of this training that are left when this process begins. */
  readonly steps: number;
  /** Trainings of the same length that follow this one. */
  readonly following: number;
  /** All gradient steps of such a training. */
  readonly stepsOfEach: number;
  readonly workers: number;
}

/**
 * Measures the first gradient steps of a process and says once how long the rest takes.
 *
 * Life cycle: the clock starts when it is made; `step` is called after every gradient step.
 */
export class RunPace {
  readonly #left: WorkLeft;
  readonly #say: (text: string) => void;
  readonly #now: () => number;
  readonly #seconds: number[] = [];
  #since: number;

  /** @param now Milliseconds of a clock that never goes back. */
  constructor(left: WorkLeft, say: (text: string) => void, now: () => number = () => performance.now()) {
    this.#left = left;
    this.#say = say;
    this.#now = now;
    this.#since = now();
  }

  step(): void {
    if (this.#seconds.length >= UNCOUNTED + MEASURED) return;
    const at = this.#now();
    this.#seconds.push((at - this.#since) / 1000);
    this.#since = at;
    if (this.#seconds.length < UNCOUNTED + MEASURED) return;
    this.#say(paceLine(this.#seconds.slice(UNCOUNTED), this.#seconds.length, this.#left));
  }
}

/**
 * The line with the estimate: `about 4 minutes to go (3m10s to 4m40s): 84 gradient steps on 2 workers`. The
 * interval is the mean of the steps and two standard errors on each side; validation comes on top.
 *
 * @param seconds The seconds of each measured step.
 * @param done The steps of this process that are done.
 */
export function paceLine(seconds: readonly number[], done: number, left: WorkLeft): string {
  const mean = seconds.reduce((sum, each) => sum + each, 0) / seconds.length;
  const variance = seconds.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (seconds.length - 1);
  const error = 2 * Math.sqrt(variance / seconds.length);
  const steps = Math.max(0, left.steps - done) + left.following * left.stepsOfEach;
  const [low, high] = [Math.max(0, mean - error) * steps, (mean + error) * steps];
  const span = `${formatDuration(low)} to ${formatDuration(high)}`;
  const work = `${counted(steps, "gradient step")} on ${counted(left.workers, "worker")}`;
  const trainings = left.following === 0 ? "" : ` in ${counted(left.following + 1, "training")}`;
  return `${aboutDuration(mean * steps)} to go (${span}): ${work}${trainings}; validation comes on top`;
}

/** `less than a minute`, `about 4 minutes`, `about 2.5 hours`. */
export function aboutDuration(seconds: number): string {
  if (seconds < 50) return "less than a minute";
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `about ${counted(Math.max(1, minutes), "minute")}`;
  return `about ${counted(Number((seconds / 3600).toFixed(1)), "hour")}`;
}
