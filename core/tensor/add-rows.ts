/** Adds a row of a small table to every token, as for the level embedding. */

import * as tf from "@tensorflow/tfjs-core";
import { hasFused, runFused } from "./fused.ts";
import { gatherRows } from "./gather-rows.ts";

/**
 * x[t] + table[index[t]].
 *
 * @param x [T, N], data without a gradient.
 * @param table [K, N].
 * @param index [T] int32 in 0 … K − 1.
 * @returns [T, N], owned by the caller.
 */
export function addRows(x: tf.Tensor, table: tf.Tensor, index: tf.Tensor1D): tf.Tensor {
  if (!hasFused("TableAddRows")) return tf.add(x, gatherRows(table, index));
  return tf.customGrad((...args) => {
    const [rows, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    save([index]);
    return {
      value: runFused("TableAddRows", { x, table: rows, index })[0]!,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        runFused("TableAddRowsGrad", { dy, index: saved[0]! }, { rows: table.shape[0]! }),
    };
  })(table);
}
