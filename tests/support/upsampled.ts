/** Nearest-neighbour upsampling by its definition, cell by cell: what `upsample` is compared with. */

import type { GoldenTensor } from "./golden.ts";

export interface Upsampling {
  readonly x: GoldenTensor;
  readonly rows: number;
  readonly columns: number;
  /** [B, rows, columns, C]: what the result is multiplied with. */
  readonly cotangent: GoldenTensor;
}

/** Even sizes, odd ones, one of each, and a single place. */
export const UPSAMPLINGS: readonly Upsampling[] = [
  upsampling([2, 3, 2, 5], 6, 4),
  upsampling([2, 3, 4, 3], 5, 7),
  upsampling([1, 2, 3, 1], 3, 6),
  upsampling([3, 1, 1, 4], 1, 2),
];

function upsampling(shape: [number, number, number, number], rows: number, columns: number): Upsampling {
  const [B, , , C] = shape;
  const wave = (shape: number[], speed: number): GoldenTensor => {
    const size = shape.reduce((product, length) => product * length, 1);
    return { shape, data: Array.from({ length: size }, (_, i) => Math.fround(Math.sin(speed * i + 1))) };
  };
  return { x: wave(shape, 0.7), rows, columns, cotangent: wave([B, rows, columns, C], 1.3) };
}

/** Place (r, c) holds x at (⌊r / 2⌋, ⌊c / 2⌋); the gradient is that of Σ result · cotangent. */
export function upsampled({ x, rows, columns, cotangent }: Upsampling): {
  value: number[];
  gradient: number[];
} {
  const [B, h, w, C] = x.shape as [number, number, number, number];
  const value: number[] = [];
  const gradient = x.data.map(() => 0);
  for (let b = 0; b < B; b++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        for (let k = 0; k < C; k++) {
          const from = ((b * h + (row >> 1)) * w + (column >> 1)) * C + k;
          gradient[from]! += cotangent.data[value.length]!;
          value.push(x.data[from]!);
        }
      }
    }
  }
  return { value, gradient };
}
