/** Adds a row of a small table to every token, as for the level embedding. */

import * as tf from "@tensorflow/tfjs-core";
import { hasFused, runFused } from "./fused.ts";
import { gatherRows } from "./gather-rows.ts";
import { recorded } from "./recorded.ts";

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
  return recorded([table], () => ({
    value: runFused("TableAddRows", { x, table, index })[0]!,
    saved: [index],
    gradient: (dy, [index]) => runFused("TableAddRowsGrad", { dy, index: index! }, { rows: table.shape[0]! }),
  }));
}
