/** What many workers would make of a gradient step, worked out from the time that each micro-batch takes. */

/** The parts of a gradient step, s. */
export interface StepCost {
  /** Time of one worker for each micro-batch, in the order in which they begin. */
  readonly batches: readonly number[];
  /** What stays on the main thread: the sum of the lanes, norms, AdamW, the copy of the weights. */
  readonly main: number;
}

/**
 * Time of the step if each micro-batch goes to the first worker that is free, as the pool of workers does.
 *
 * @param workers At least 1.
 */
export function stepTime({ batches, main }: StepCost, workers: number): number {
  const free = new Array<number>(workers).fill(0);
  for (const cost of batches) {
    const next = free.indexOf(Math.min(...free));
    free[next]! += cost;
  }
  return Math.max(...free) + main;
}

/** The times of steps with one worker and with several: how much faster they are together. */
export function speedUp(steps: readonly StepCost[], workers: number): number {
  const total = (count: number) => steps.reduce((sum, step) => sum + stepTime(step, count), 0);
  return total(1) / total(workers);
}

/** The same if no step were shorter than its largest micro-batch, but all else were divided evenly. */
export function evenSpeedUp(steps: readonly StepCost[], workers: number): number {
  const timeOf = ({ batches, main }: StepCost, count: number) =>
    Math.max(sum(batches) / count, Math.max(...batches)) + main;
  const total = (count: number) => steps.reduce((time, step) => time + timeOf(step, count), 0);
  return total(1) / total(workers);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
