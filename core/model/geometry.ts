/**
 * Everything that follows from the sizes of a batch's sheets alone: level sizes, valid places, positions,
 * centres.
 */

import type { LevelSize } from "../tensor/deformable-attention.ts";
import { type DetectorConfig, LEVELS } from "./detector-config.ts";
import { sinePosition } from "./position.ts";

/**
 * Letters: B sheets, L levels, S tokens over all levels (level after level, each row-major), D hidden size.
 */
export interface Geometry {
  readonly sheets: number;
  /** The rows of the padded grid: those of the largest sheet, rounded up to the stride of the stem. */
  readonly rows: number;
  readonly columns: number;
  readonly levels: readonly LevelSize[];
  /** S. */
  readonly tokens: number;
  /** Per level [B, rows, columns]: 1 inside a sheet, 0 in padding; null where no sheet is padded. */
  readonly valid: readonly Float32Array[] | null;
  /** [B, S, D]: the sine code of each token. */
  readonly position: Float32Array;
  /** [B, S]: the level of each token. */
  readonly levelOf: Int32Array;
  /** [B, L, 2]: the valid share of each level's width and height, (w, h). */
  readonly ratios: Float32Array;
  /** [B, S, L, 2]: the centre of each token as a fraction of every level, (x, y). */
  readonly centres: Float32Array;
}

/**
 * @param sizes [rows, columns] of each sheet, in cells; none is empty.
 * @throws {RangeError} If there is no sheet, or one has no cells.
 */
export function batchGeometry(sizes: readonly LevelSize[], config: DetectorConfig): Geometry {
  if (sizes.length === 0 || sizes.some(([rows, columns]) => !(rows >= 1 && columns >= 1))) {
    throw new RangeError(`Every sheet of a batch needs cells, got ${JSON.stringify(sizes)}`);
  }
  const stride = config.stem_stride;
  const B = sizes.length;
  const D = config.hidden_dim;
  const half = (size: number) => Math.ceil(size / 2);
  const pyramid = (size: number) => {
    const lengths = [Math.ceil(size / stride)];
    while (lengths.length < LEVELS) lengths.push(half(lengths.at(-1)!));
    return lengths;
  };
  const rows = Math.max(...sizes.map((size) => size[0]));
  const columns = Math.max(...sizes.map((size) => size[1]));
  const [allRows, allColumns] = [pyramid(rows), pyramid(columns)];
  const levels = allRows.map((length, level): LevelSize => [length, allColumns[level]!]);
  const tokens = levels.reduce((sum, [h, w]) => sum + h * w, 0);
  // A token is valid if its first cell is, on coarser levels if its first token is.
  const own = sizes.map(([r, c]) => ({ rows: pyramid(r), columns: pyramid(c) }));

  const valid = levels.map(([h, w], level) => {
    const mask = new Float32Array(B * h * w);
    own.forEach((sheet, b) => {
      for (let r = 0; r < sheet.rows[level]!; r++) {
        const start = (b * h + r) * w;
        mask.fill(1, start, start + sheet.columns[level]!);
      }
    });
    return mask;
  });
  const ratios = new Float32Array(B * LEVELS * 2);
  const position = new Float32Array(B * tokens * D);
  const levelOf = new Int32Array(B * tokens);
  const centres = new Float32Array(B * tokens * LEVELS * 2);
  own.forEach((sheet, b) => {
    levels.forEach(([h, w], level) => {
      ratios.set([sheet.columns[level]! / w, sheet.rows[level]! / h], (b * LEVELS + level) * 2);
    });
  });
  let start = 0;
  levels.forEach(([h, w], level) => {
    const codes = sinePosition(valid[level]!, B, h, w, D);
    own.forEach((sheet, b) => {
      const first = b * tokens + start;
      position.set(codes.subarray(b * h * w * D, (b + 1) * h * w * D), first * D);
      levelOf.fill(level, first, first + h * w);
      for (let r = 0, at = first * LEVELS * 2; r < h; r++) {
        for (let c = 0; c < w; c++) {
          for (let other = 0; other < LEVELS; other++, at += 2) {
            const ratio = (b * LEVELS + other) * 2;
            centres[at] = ((c + 0.5) / sheet.columns[level]!) * ratios[ratio]!;
            centres[at + 1] = ((r + 0.5) / sheet.rows[level]!) * ratios[ratio + 1]!;
          }
        }
      }
    });
    start += h * w;
  });
  const padded = valid.some((mask) => mask.includes(0));
  return {
    sheets: B,
    rows: Math.ceil(rows / stride) * stride,
    columns: Math.ceil(columns / stride) * stride,
    levels,
    tokens,
    valid: padded ? valid : null,
    position,
    levelOf,
    ratios,
    centres,
  };
}
