/** What a thread does with a slice of the parameters: it adds up gradients, or updates the weights. */

import { squaresOf } from "../../optim/gradient-norms.ts";
import { takeOverSlice, updateSlice } from "../../optim/update-slice.ts";
import { addGradient, sumLanes } from "./lanes.ts";
import type { SliceTask } from "./slice-task.ts";

/** @returns The sum of the squares of each parameter for a task of kind `sum`; nothing for others. */
export function doSliceTask(task: SliceTask<Float32Array>): Float64Array {
  if (task.kind === "sum") return addUp(task.lanes, task.into, task.offsets);
  if (task.kind === "update") updateSlice(task.slice, task.options);
  else takeOverSlice(task.slice, task.weights, task.options);
  return new Float64Array(0);
}

/** Parameter by parameter, so that the sum is still in the processor's cache when its norm is computed. */
function addUp(
  lanes: readonly (readonly Float32Array[])[],
  into: Float32Array,
  offsets: readonly number[],
): Float64Array {
  const squares = new Float64Array(offsets.length);
  for (const [parameter, from] of offsets.entries()) {
    const to = offsets[parameter + 1] ?? into.length;
    const totals = lanes.map(([first, ...others]) => {
      const total = first!.subarray(from, to);
      for (const other of others) addGradient(other.subarray(from, to), total);
      return total;
    });
    const sum = into.subarray(from, to);
    sumLanes(totals, sum);
    squares[parameter] = squaresOf(sum, [0])[0]!;
  }
  return squares;
}
