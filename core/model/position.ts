/**
 * The sine position code of DETR (arXiv 2005.12872), computed as in the published code of Deformable DETR.
 */

const TEMPERATURE = 10_000;

/**
 * The code of each cell: that of its row, then that of its column, each `dim / 2` wide with sin and cos
 * interleaved. Positions count over valid cells and are scaled to 0 … 2π.
 *
 * @param mask [sheets, rows, columns], row-major: 1 where a cell is valid, else 0.
 * @param dim A multiple of 4.
 * @returns [sheets, rows, columns, dim], row-major.
 */
export function sinePosition(
  mask: ArrayLike<number>,
  sheets: number,
  rows: number,
  columns: number,
  dim: number,
): Float32Array {
  const half = dim / 2;
  const codeOf = positionCodes(half);
  const result = new Float32Array(sheets * rows * columns * dim);
  const above = new Int32Array(columns);
  for (let b = 0; b < sheets; b++) {
    const sheet = b * rows * columns;
    const rowTotals = new Int32Array(rows);
    const columnTotals = new Int32Array(columns);
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const valid = mask[sheet + r * columns + c]!;
        rowTotals[r] = rowTotals[r]! + valid;
        columnTotals[c] = columnTotals[c]! + valid;
      }
    }
    above.fill(0);
    for (let r = 0; r < rows; r++) {
      let left = 0;
      for (let c = 0; c < columns; c++) {
        const cell = sheet + r * columns + c;
        above[c] = above[c]! + mask[cell]!;
        left += mask[cell]!;
        result.set(codeOf(angle(above[c]!, columnTotals[c]!)), cell * dim);
        result.set(codeOf(angle(left, rowTotals[r]!)), cell * dim + half);
      }
    }
  }
  return result;
}

/** The angle of cell `count` of `total`, rounded to float32 after every operation as in the reference. */
function angle(count: number, total: number): number {
  const { fround } = Math;
  const fraction = fround(fround(count - 0.5) / fround(total + fround(1e-6)));
  return fround(fround(fraction * 2) * fround(Math.PI));
}

/** Codes by angle; rows and columns share few angles, so each is computed once. */
function positionCodes(size: number): (angle: number) => Float32Array {
  const periods = Float32Array.from(
    { length: size },
    (_, i) => TEMPERATURE ** ((2 * Math.floor(i / 2)) / size),
  );
  const known = new Map<number, Float32Array>();
  return (angle) => {
    let code = known.get(angle);
    if (!code) {
      code = periods.map((period, i) => {
        const phase = Math.fround(angle / period);
        return i % 2 === 0 ? Math.sin(phase) : Math.cos(phase);
      });
      known.set(angle, code);
    }
    return code;
  };
}

/**
 * The sine code of boxes: those of cx, cy, w and h, each `dim / 4` wide with sin and cos interleaved, over
 * 0 … 2π.
 *
 * @param boxes [N, 4] cxcywh in 0 … 1, row-major.
 * @param dim A multiple of 4.
 * @returns [N, dim], row-major.
 */
export function boxPosition(boxes: Float32Array, dim: number): Float32Array {
  const size = dim / 4;
  const codeOf = positionCodes(size);
  const result = new Float32Array(boxes.length * size);
  for (const [i, value] of boxes.entries()) result.set(codeOf(Math.fround(value * 2 * Math.PI)), i * size);
  return result;
}
