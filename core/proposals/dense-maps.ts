/** The probability maps of the dense head for one sheet, with fast means over rectangles of cells. */

/** The maps in the order of the channels: whether a cell is inside a table, and on which edge of one. */
export const DENSE_MAPS = ["inside", "left", "top", "right", "bottom"] as const;

/** A rectangle of cells, half open: columns x1 … x2 − 1 and rows y1 … y2 − 1, from 0. */
export interface CellBox {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

export type MapName = (typeof DENSE_MAPS)[number] | "data";

/** The probability maps of one sheet, and its cells with data. */
export class DenseMaps {
  readonly height: number;
  readonly width: number;
  /** [height, width], row-major: the probabilities of "inside", 0 … 1. */
  readonly inside: Float32Array;
  /** [height, width], row-major: 1 where a cell, or the anchor of its merged range, has data. */
  readonly data: Uint8Array;
  readonly #sums: Readonly<Record<MapName, Float64Array>>;

  /**
   * @param logits [height, width, 5], row-major; the last axis is `DENSE_MAPS`.
   * @param data [height, width], row-major, of 1 and 0.
   */
  constructor(height: number, width: number, logits: Float32Array, data: Uint8Array) {
    this.height = height;
    this.width = width;
    this.data = data;
    const maps = DENSE_MAPS.map((_, m) => probabilities(logits, m, height * width));
    this.inside = maps[0]!;
    const summed = DENSE_MAPS.map((name, m) => [name, integral(maps[m]!, height, width)] as const);
    const all = [...summed, ["data", integral(data, height, width)] as const];
    this.#sums = Object.fromEntries(all) as Record<MapName, Float64Array>;
  }

  /** The mean over columns x1 … x2 − 1 and rows y1 … y2 − 1. Cells off the sheet count as 0. */
  mean(map: MapName, x1: number, y1: number, x2: number, y2: number): number {
    const cells = (x2 - x1) * (y2 - y1);
    if (cells <= 0) return 0;
    const left = Math.max(0, x1);
    const top = Math.max(0, y1);
    const right = Math.min(this.width, x2);
    const bottom = Math.min(this.height, y2);
    if (right <= left || bottom <= top) return 0;
    const sums = this.#sums[map];
    const stride = this.width + 1;
    const sum =
      sums[bottom * stride + right]! -
      sums[top * stride + right]! -
      sums[bottom * stride + left]! +
      sums[top * stride + left]!;
    return sum / cells;
  }
}

/** The probabilities of one map, from its logits, which stand `DENSE_MAPS.length` apart. */
function probabilities(logits: Float32Array, map: number, cells: number): Float32Array {
  const values = new Float32Array(cells);
  for (let cell = 0, at = map; cell < cells; cell++, at += DENSE_MAPS.length) {
    values[cell] = 1 / (1 + Math.exp(-logits[at]!));
  }
  return values;
}

/** The integral image, [height + 1, width + 1]: the sum over all cells above and left of a corner. */
function integral(map: ArrayLike<number>, height: number, width: number): Float64Array {
  const stride = width + 1;
  const sums = new Float64Array((height + 1) * stride);
  for (let row = 0, at = 0; row < height; row++) {
    let own = 0;
    for (let to = (row + 1) * stride + 1, end = to + width; to < end; to++) {
      own += map[at++]!;
      sums[to] = sums[to - stride]! + own;
    }
  }
  return sums;
}
