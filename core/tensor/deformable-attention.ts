/**
 * Multi-scale deformable attention (arXiv 2010.04159): a few weighted reads of every level for each query.
 */

import * as tf from "@tensorflow/tfjs-core";
import { detach } from "./detach.ts";
import { hasFused, runFused } from "./fused.ts";
import { gatherRows } from "./gather-rows.ts";
import { recorded } from "./recorded.ts";

/** [rows, columns] of a level's map. */
export type LevelSize = readonly [number, number];

/**
 * The places that each head reads. With centres, offsets are in cells of the level; with boxes, an offset
 * of P is half the size of the box.
 *
 * Letters: B sheets, Q queries, M heads, L levels, P points.
 *
 * @param offsets [B, Q, M, L, P, 2], (x, y).
 * @param ref [B, Q, L, 2] centres (x, y), or [B, Q, L, 4] boxes cxcywh, in fractions of the level's padded
 * size.
 * @param sizes L pairs [rows, columns].
 * @param refGradient False if ref is data: its gradient is not computed.
 * @returns [B, Q, M, L, P, 2] (x, y) in the same fractions, owned by the caller.
 */
export function samplingLocations(
  offsets: tf.Tensor,
  ref: tf.Tensor,
  sizes: readonly LevelSize[],
  refGradient: boolean,
): tf.Tensor {
  const [B, Q, , L, P] = offsets.shape as [number, number, number, number, number, number];
  if (!hasFused("TableSamplingLocations")) {
    const centre = tf.reshape(tf.slice(ref, [0, 0, 0, 0], [B, Q, L, 2]), [B, Q, 1, L, 1, 2]);
    if (ref.shape[3] === 2) {
      const widths = tf.tensor(sizes.map(([rows, columns]) => [columns, rows]));
      return tf.add(centre, tf.div(offsets, tf.reshape(widths, [1, 1, 1, L, 1, 2])));
    }
    const size = tf.reshape(tf.slice(ref, [0, 0, 0, 2], [B, Q, L, 2]), [B, Q, 1, L, 1, 2]);
    return tf.add(centre, tf.mul(tf.mul(offsets, size), 0.5 / P));
  }
  const levels = sizesTensor(sizes);
  return recorded(refGradient ? [offsets, ref] : [offsets], () => ({
    value: runFused("TableSamplingLocations", { offsets, ref, sizes: levels })[0]!,
    saved: [offsets, ref, levels],
    gradient: (dloc, [offsets, ref, sizes]) =>
      runFused(
        "TableSamplingLocationsGrad",
        { dloc, offsets: offsets!, ref: ref!, sizes: sizes! },
        { refGradient },
      ),
  }));
}

/**
 * Reads every level's value map at fractional positions and sums the reads by weight: bilinear, zero outside
 * (`grid_sample` with align_corners=False).
 *
 * Letters: B sheets, Q queries, M heads, d channels per head, L levels, P points per level,
 * S = Σ rows·columns over levels (levels joined in order, each row-major).
 *
 * @param value [B, S, M, d] float32.
 * @param sizes L pairs [rows, columns], finest level first.
 * @param loc [B, Q, M, L, P, 2] float32, (x, y) = (column, row) as fractions of the level's padded width
 *   and height. The centre of cell i is (i + 0.5) / size; cells outside the map count as 0.
 * @param weight [B, Q, M, L, P] float32, summing to 1 over L·P for each query and head.
 * @returns [B, Q, M·d] float32, owned by the caller. The inputs are not disposed.
 * @throws {RangeError} If S differs from the number of cells in `sizes`.
 *
 * @example One level of 1×2 cells, read half-way between the two centres: (10 + 20) / 2
 * const value = tf.tensor4d([10, 20], [1, 2, 1, 1]);
 * const loc = tf.tensor([0.5, 0.5], [1, 1, 1, 1, 1, 2]);
 * msDeformAttn(value, [[1, 2]], loc, tf.ones([1, 1, 1, 1, 1])).dataSync(); // [15]
 */
export function msDeformAttn(
  value: tf.Tensor,
  sizes: readonly LevelSize[],
  loc: tf.Tensor,
  weight: tf.Tensor,
): tf.Tensor {
  const cells = sizes.reduce((sum, [rows, columns]) => sum + rows * columns, 0);
  if (value.shape[1] !== cells) {
    throw new RangeError(`The levels have ${cells} cells, but value has ${value.shape[1]} tokens`);
  }
  if (!hasFused("TableDeformable")) return composedMsDeformAttn(value, sizes, loc, weight);
  const levels = sizesTensor(sizes);
  return recorded([value, loc, weight], () => ({
    value: runFused("TableDeformable", { value, sizes: levels, loc, weight })[0]!,
    saved: [value, loc, weight, levels],
    gradient: (dy, [value, loc, weight, sizes]) =>
      runFused("TableDeformableGrad", { dy, value: value!, sizes: sizes!, loc: loc!, weight: weight! }),
  }));
}

function sizesTensor(sizes: readonly LevelSize[]): tf.Tensor {
  return tf.tensor2d(
    sizes.map(([rows, columns]) => [rows, columns]),
    [sizes.length, 2],
    "int32",
  );
}

/** The composition of plain operations: four reads per level, one for each of the cells around a place. */
function composedMsDeformAttn(
  value: tf.Tensor,
  sizes: readonly LevelSize[],
  loc: tf.Tensor,
  weight: tf.Tensor,
): tf.Tensor {
  const [B, S, M, d] = value.shape as [number, number, number, number];
  const [, Q, , L, P] = loc.shape as [number, number, number, number, number, number];
  const rowsOfHeads = tf.reshape(value, [B * S * M, d]);
  const [xs, ys] = tf.unstack(loc, 5) as [tf.Tensor, tf.Tensor];
  // The row of `rowsOfHeads` that holds token 0 of each sheet and head.
  const first = tf.add(
    tf.reshape(tf.mul(tf.range(0, B), S * M), [B, 1, 1, 1]),
    tf.reshape(tf.range(0, M), [1, 1, M, 1]),
  );
  const reads: tf.Tensor[] = [];
  let start = 0;
  for (let level = 0; level < L; level++) {
    const [rows, columns] = sizes[level]!;
    const at = (x: tf.Tensor, size: number) =>
      tf.sub(tf.mul(tf.reshape(tf.slice(x, [0, 0, 0, level, 0], [B, Q, M, 1, P]), [B, Q, M, P]), size), 0.5);
    const a = tf.reshape(tf.slice(weight, [0, 0, 0, level, 0], [B, Q, M, 1, P]), [B, Q, M, P]);
    const x = at(xs, columns);
    const y = at(ys, rows);
    const [left, top] = [detach(tf.floor(x)), detach(tf.floor(y))];
    const [fx, fy] = [tf.sub(x, left), tf.sub(y, top)];
    for (const [down, right] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const) {
      const [row, column] = [tf.add(top, down), tf.add(left, right)];
      const inside = tf.logicalAnd(
        tf.logicalAnd(tf.greaterEqual(row, 0), tf.less(row, rows)),
        tf.logicalAnd(tf.greaterEqual(column, 0), tf.less(column, columns)),
      );
      const share = tf.mul(down ? fy : tf.sub(1, fy), right ? fx : tf.sub(1, fx));
      const factor = tf.mul(tf.mul(share, a), tf.cast(inside, "float32"));
      const cell = tf.add(
        tf.mul(tf.clipByValue(row, 0, rows - 1), columns),
        tf.clipByValue(column, 0, columns - 1),
      );
      const index = tf.cast(tf.add(tf.mul(tf.add(cell, start), M), first), "int32");
      const read = gatherRows(rowsOfHeads, tf.reshape(index, [-1]) as tf.Tensor1D);
      reads.push(
        tf.sum(tf.mul(tf.reshape(read, [B * Q * M, P, d]), tf.reshape(factor, [B * Q * M, P, 1])), 1),
      );
    }
    start += rows * columns;
  }
  return tf.reshape(tf.addN(reads), [B, Q, M * d]);
}
