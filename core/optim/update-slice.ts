/** One update of a slice of what is trained: AdamW, then the running average of the weights. */

import { type AdamWOptions, adamwStep, followMoments } from "./adamw.ts";
import { updateAverage } from "./weight-average.ts";

/** A slice of each array, all of one length. */
export interface SliceArrays<Numbers = Float32Array> {
  readonly parameters: Numbers;
  readonly gradient: Numbers;
  readonly expAvg: Numbers;
  readonly expAvgSq: Numbers;
  /** Null where no average is kept. */
  readonly average: Numbers | null;
}

export interface UpdateOptions extends AdamWOptions {
  /** Updates of AdamW before this one. */
  readonly step: number;
  /** How the average follows, see `updateAverage`; null where none is kept. */
  readonly averaging: { readonly decay: number; readonly step: number } | null;
}

/** Changes everything but the gradient, in place. */
export function updateSlice(slice: SliceArrays, options: UpdateOptions): void {
  const { parameters, gradient, expAvg, expAvgSq } = slice;
  adamwStep(parameters, gradient, { step: options.step, expAvg, expAvgSq }, options);
  follow(slice, options);
}

/** The same bits as `updateSlice` for a slice whose new weights another process has computed. */
export function takeOverSlice(slice: SliceArrays, weights: Float32Array, options: UpdateOptions): void {
  const { parameters, gradient, expAvg, expAvgSq } = slice;
  followMoments(gradient, { step: options.step, expAvg, expAvgSq }, options);
  parameters.set(weights);
  follow(slice, options);
}

function follow({ parameters, average }: SliceArrays, { averaging }: UpdateOptions): void {
  if (average && averaging) updateAverage(average, parameters, averaging.decay, averaging.step);
}
