/**
 * Convolution with a square kernel and stride, computed as a linear layer over the cells under the kernel.
 */

import * as tf from "@tensorflow/tfjs-core";
import { hasFused, runFused } from "./fused.ts";
import { linear } from "./linear.ts";
import { recorded } from "./recorded.ts";

export interface ConvolutionOptions {
  stride: number;
  /** Rows and columns of zeros around the map. */
  padding: number;
  /** False if x is data: its gradient is not computed. @default true */
  inputGradient?: boolean;
  /** The packed form of w, which is then used in its place, without a gradient. @default null */
  packed?: tf.Tensor | null;
}

/**
 * @param x [B, H, W, C].
 * @param w [O, C, K, K], laid out as in PyTorch.
 * @param b [O].
 * @returns [B·h·w, O] row-major over places, with h = ⌊(H + 2·padding − K) / stride⌋ + 1 and w alike; owned
 * by the caller.
 */
export function convolution(
  x: tf.Tensor,
  w: tf.Tensor,
  b: tf.Tensor,
  { stride, padding, inputGradient = true, packed = null }: ConvolutionOptions,
): tf.Tensor {
  const [, H, W] = x.shape as [number, number, number, number];
  const [O, , K] = w.shape as [number, number, number, number];
  if (!hasFused("TableUnfold")) {
    const taps = tf.transpose(w, [2, 3, 1, 0]) as tf.Tensor4D;
    // Padded apart: TensorFlow's backend takes no number of rows and columns as padding.
    const padded = tf.pad4d(x as tf.Tensor4D, [
      [0, 0],
      [padding, padding],
      [padding, padding],
      [0, 0],
    ]);
    const y = tf.conv2d(padded, taps, stride, "valid");
    return tf.add(tf.reshape(y, [-1, O]), b);
  }
  const size = (length: number) => Math.floor((length + 2 * padding - K) / stride) + 1;
  const geometry = { kernel: K, stride, padding, rows: size(H), columns: size(W) };
  if (packed !== null && packed !== w)
    return runFused("TableConvolutionPacked", { x, packed, b }, geometry)[0]!;
  const unfold = (map: tf.Tensor) => runFused("TableUnfold", { x: map }, geometry)[0]!;
  // The unfolded map has K² times as many numbers as x: without a gradient it is freed at once.
  return tf.tidy(() => {
    const cells = inputGradient
      ? recorded([x], () => ({
          value: unfold(x),
          gradient: (dy) => runFused("TableFold", { dy }, { shape: x.shape, ...geometry }),
        }))
      : unfold(x);
    return linear(cells, w, b, { inputGradient });
  });
}
