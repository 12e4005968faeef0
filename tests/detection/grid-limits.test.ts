/** Tests how much of a sheet the network looks at. */

import { expect, test } from "bun:test";
import { gridLimits } from "../../core/detection/grid-limits.ts";

test("gridLimits() keeps a sheet whole where it can, and otherwise its first columns and what fits of their rows", () => {
  for (const [height, width, rows, columns] of [
    [100, 30, 100, 30],
    [1024, 16_384, 1024, 16_384],
    [1_048_576, 16, 1_048_576, 16],
    [1_048_576, 23, 729_444, 23],
    [1_048_576, 16_384, 16_384, 1024],
    [2000, 16_384, 2000, 8388],
    [0, 0, 0, 0],
  ] as const) {
    expect(gridLimits({ height, width })).toEqual({ maxRows: rows, maxCols: columns });
  }
});
