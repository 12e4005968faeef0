/** Work on a slice of the parameters, as it is sent to a thread. */

import type { SliceArrays, UpdateOptions } from "../../optim/update-slice.ts";

/** A part of a buffer that all threads share. */
export interface SharedPart {
  /** The number under which the buffer was shared. */
  readonly buffer: number;
  /** In bytes. */
  readonly offset: number;
  /** In numbers. */
  readonly length: number;
}

/** Work on a slice. It changes its arrays in place, so it must not be done twice. */
export type SliceTask<Numbers = SharedPart> =
  | {
      readonly kind: "sum";
      /** The summands of each lane, in the order in which they are added. The first one is written to. */
      readonly lanes: readonly (readonly Numbers[])[];
      /** Receives the sum. It may be the first summand of the first lane, and no other. */
      readonly into: Numbers;
      /** Where the parameters begin within the arrays. */
      readonly offsets: readonly number[];
    }
  | { readonly kind: "update"; readonly slice: SliceArrays<Numbers>; readonly options: UpdateOptions }
  | {
      readonly kind: "takeOver";
      readonly slice: SliceArrays<Numbers>;
      /** The new weights of the slice. */
      readonly weights: Numbers;
      readonly options: UpdateOptions;
    };

/** The task with each array replaced, as `of` says. */
export function mapArrays<From, To>(task: SliceTask<From>, of: (array: From) => To): SliceTask<To> {
  if (task.kind === "sum") {
    return { ...task, lanes: task.lanes.map((lane) => lane.map(of)), into: of(task.into) };
  }
  const { parameters, gradient, expAvg, expAvgSq, average } = task.slice;
  const slice = {
    parameters: of(parameters),
    gradient: of(gradient),
    expAvg: of(expAvg),
    expAvgSq: of(expAvgSq),
    average: average === null ? null : of(average),
  };
  return task.kind === "update" ? { ...task, slice } : { ...task, slice, weights: of(task.weights) };
}
