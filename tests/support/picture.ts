/** Grids and ranges for tests, as people would draw and write them. */

import { parseRange, type Range } from "../../core/base/range.ts";
import { CHANNEL_COUNT, CHANNELS, type Channel } from "../../core/features/grid.ts";
import { type PackedGrid, packGrid } from "../../core/features/packed-grid.ts";

/**
 * One string per row: `x` is a short text, `L` one of 50 characters or more, `9` a number, anything else an
 * empty cell.
 */
export function picture(...rows: string[]): PackedGrid {
  const [height, width] = [rows.length, rows[0]!.length];
  const data = new Float32Array(height * width * CHANNEL_COUNT);
  rows.forEach((row, r) => {
    [...row].forEach((mark, c) => {
      const channels: Channel[] = [
        /[xL9]/.test(mark) ? "has_data" : "is_visibly_empty",
        "bg_color_white",
        mark === "L" ? "length_l" : "length_s",
        ...(mark === "9" ? (["digit_proportion"] as const) : []),
      ];
      for (const channel of channels) data[(r * width + c) * CHANNEL_COUNT + CHANNELS.indexOf(channel)] = 1;
    });
  });
  return packGrid({ height, width, data });
}

/** `A1:B2 D1:E9` → two ranges; "" → none. */
export function ranges(text: string): Range[] {
  return text.split(" ").flatMap((each) => (each === "" ? [] : parseRange(each)!));
}
