/** The linear layer y = x wᵀ + b, with the ReLU, dropout or residual that follows it. */

import * as tf from "@tensorflow/tfjs-core";
import { type Dropout, dropoutAttributes, dropoutMask } from "./dropout.ts";
import { hasFused, runFused } from "./fused.ts";

export interface LinearOptions {
  /** Whether a ReLU follows the bias. @default false */
  relu?: boolean;
  /** Dropout after the ReLU; only with `relu`. @default null */
  dropout?: Dropout | null;
  /** [T, O], added at the end; not with `relu`. @default none */
  residual?: tf.Tensor | null;
  /** False if x is data: its gradient is not computed. @default true */
  inputGradient?: boolean;
  /** The packed form of w, which is then used in its place; without dropout and gradient. @default null */
  packed?: tf.Tensor | null;
}

/**
 * A linear layer over T rows.
 *
 * @param x [T, I].
 * @param w [O, I], laid out as in PyTorch (I may be several axes); it outlives the tape, as parameters do.
 * @param b [O].
 * @returns [T, O], owned by the caller.
 */
export function linear(
  x: tf.Tensor,
  w: tf.Tensor,
  b: tf.Tensor,
  { relu = false, dropout = null, residual = null, inputGradient = true, packed = null }: LinearOptions = {},
): tf.Tensor {
  if (packed !== null && packed !== w) {
    const extra: Record<string, tf.Tensor> = residual === null ? {} : { residual };
    return runFused("TableLinearPacked", { x, packed, b, ...extra }, { relu })[0]!;
  }
  if (!hasFused("TableLinear")) {
    let y: tf.Tensor = tf.add(
      tf.matMul(x as tf.Tensor2D, tf.reshape(w, [w.shape[0]!, -1]) as tf.Tensor2D, false, true),
      b,
    );
    if (relu) y = tf.relu(y);
    if (dropout !== null) y = tf.mul(y, dropoutMask(dropout, y.shape));
    return residual === null ? y : tf.add(y, residual);
  }
  const inputs = [w, b, ...(inputGradient ? [x] : []), ...(residual === null ? [] : [residual])];
  return tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc;
    const extra: Record<string, tf.Tensor> = residual === null ? {} : { residual };
    const attributes = { relu, ...dropoutAttributes(dropout) };
    const [y] = runFused("TableLinear", { x, w, b, ...extra }, attributes);
    save(relu ? [x, y!] : [x]);
    return {
      value: y!,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [input, output] = saved as [tf.Tensor, tf.Tensor];
        const scale = dropout === null ? 1 : 1 / (1 - dropout.rate);
        const g = relu ? runFused("TableReluGrad", { dy, y: output }, { scale })[0]! : dy;
        const [dw, db] = runFused("TableLinearGradWeight", { dy: g, x: input });
        const gradients = [tf.reshape(dw!, w.shape), db!];
        if (inputGradient) {
          const matrix = w.rank === 2 ? w : tf.reshape(w, [w.shape[0]!, -1]);
          gradients.push(runFused("TableLinearGradInput", { dy: g, w: matrix })[0]!);
        }
        if (residual !== null) gradients.push(dy.clone());
        return gradients;
      },
    };
  })(...inputs);
}
