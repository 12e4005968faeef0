/** The linear layer y = x wᵀ + b, with the ReLU, dropout or residual that follows it. */

import * as tf from "@tensorflow/tfjs-core";
import { detach } from "./detach.ts";
import { type Dropout, dropoutAttributes, dropoutMask } from "./dropout.ts";
import { hasFused, runFused } from "./fused.ts";
import { recorded } from "./recorded.ts";
import { reshape } from "./reshape.ts";

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
  return recorded(inputs, () => {
    const added: Record<string, tf.Tensor> = residual === null ? {} : { residual };
    const attributes = { relu, ...dropoutAttributes(dropout) };
    const [y] = runFused("TableLinear", { x, w, b, ...added }, attributes);
    return {
      value: y!,
      saved: relu ? [x, y!] : [x],
      gradient: (dy, [input, output]) => {
        const scale = dropout === null ? 1 : 1 / (1 - dropout.rate);
        const g = relu ? runFused("TableReluGrad", { dy, y: output! }, { scale })[0]! : dy;
        const [dw, db] = runFused("TableLinearGradWeight", { dy: g, x: input! });
        const matrix = w.rank === 2;
        const gradients = [matrix ? dw! : reshape(dw!, w.shape), db!];
        if (inputGradient) {
          const flat = matrix ? w : reshape(w, [w.shape[0]!, -1]);
          gradients.push(runFused("TableLinearGradInput", { dy: g, w: flat })[0]!);
        }
        if (residual !== null) gradients.push(detach(dy));
        return gradients;
      },
    };
  });
}
