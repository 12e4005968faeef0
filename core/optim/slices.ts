/**
 * Cuts the parameters into slices that are summed and updated on their own. A slice has whole parameters,
 * because the norm of a parameter is summed in one go: then no bit depends on the number of slices.
 */

/** A range of parameters, and the range of their values. */
export interface Slice {
  /** Parameters [firstParameter, endParameter). */
  readonly firstParameter: number;
  readonly endParameter: number;
  /** Values [from, to) of an array that is laid out like the parameters. */
  readonly from: number;
  readonly to: number;
}

/**
 * Cuts into slices of about the same size, which lie side by side. With few parameters some are empty.
 *
 * @param offsets Where each parameter begins, ascending from 0.
 * @param size The number of all values.
 */
export function cutSlices(offsets: readonly number[], size: number, parts: number): Slice[] {
  const slices: Slice[] = [];
  const begin = (parameter: number) => offsets[parameter] ?? size;
  let first = 0;
  for (let part = 1; part <= parts; part++) {
    const wanted = (size * part) / parts;
    let end = first;
    // A parameter belongs to the slice in which its middle lies.
    while (end < offsets.length && (begin(end) + begin(end + 1)) / 2 <= wanted) end++;
    if (part === parts) end = offsets.length;
    slices.push({ firstParameter: first, endParameter: end, from: begin(first), to: begin(end) });
    first = end;
  }
  return slices;
}

/** Where the parameters of a slice begin within it. */
export function offsetsWithin(slice: Slice, offsets: readonly number[]): number[] {
  return offsets.slice(slice.firstParameter, slice.endParameter).map((offset) => offset - slice.from);
}
