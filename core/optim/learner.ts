/** What a training changes: the weights, their running average and the state of the optimiser. */

import { isShared } from "../base/shared-floats.ts";
import type { ParameterSet } from "../model/parameters.ts";
import type { AdamWState } from "./adamw.ts";

/** Every update changes all three in place. In shared memory, threads can do so in slices. */
export interface Learner {
  readonly parameters: ParameterSet;
  /** The running average of the weights, laid out as `parameters.flat`; null where none is kept. */
  readonly average: Float32Array | null;
  readonly optimizer: AdamWState;
}

/** Whether all of it lies in shared memory. */
export function isInSharedMemory({ parameters: { flat }, optimizer, average }: Learner): boolean {
  return [flat, optimizer.expAvg, optimizer.expAvgSq, average ?? flat].every(isShared);
}
