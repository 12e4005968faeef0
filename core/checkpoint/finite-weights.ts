/** Refuses weights that are not finite: a network with one of them finds nothing, and says nothing. */

import { UserError } from "../base/problem.ts";

/** How many values of an array are NaN or infinite. */
export function countNonFinite(values: Float32Array | Float64Array): number {
  let count = 0;
  // A number times 0 is 0; NaN and the infinities give NaN.
  for (let at = 0; at < values.length; at++) if (values[at]! * 0 !== 0) count++;
  return count;
}

/** What of some weights is not finite. */
export interface NonFinite {
  /** The first tensor with such a value. */
  readonly name: string;
  /** Its first such value, NaN or infinite. */
  readonly value: number;
  readonly tensors: number;
  readonly values: number;
}

/** @param weights Each tensor's values by its name. @returns Null if all of them are finite. */
export function findNonFinite(weights: Iterable<readonly [string, Float32Array]>): NonFinite | null {
  const bad: { name: string; value: number; count: number }[] = [];
  for (const [name, values] of weights) {
    const count = countNonFinite(values);
    if (count > 0) bad.push({ name, value: values.find((value) => !Number.isFinite(value))!, count });
  }
  const [first] = bad;
  if (first === undefined) return null;
  const values = bad.reduce((sum, { count }) => sum + count, 0);
  return { name: first.name, value: first.value, tensors: bad.length, values };
}

/** "NaN, and 41 more values of 7 tensors", for messages. */
export function describeNonFinite({ value, tensors, values }: NonFinite): string {
  const more = values - 1;
  if (more === 0) return `${value}`;
  const which = tensors === 1 ? "this tensor" : `${tensors} tensors`;
  return `${value}, and ${more} more such value${more === 1 ? "" : "s"} of ${which}`;
}

/**
 * @param file The file of the weights, for the message.
 * @throws {UserError} If a weight is NaN or infinite as a float32.
 */
export function refuseNonFiniteWeights(
  weights: Iterable<readonly [string, Float32Array]>,
  file: string,
): void {
  const found = findNonFinite(weights);
  if (found === null) return;
  throw new UserError({
    file,
    where: `tensor ${found.name}`,
    message: "Cannot use the weights: they are not finite",
    expected: "finite numbers",
    got: describeNonFinite(found),
    fix: "name an earlier checkpoint: the training that wrote this one diverged",
  });
}
