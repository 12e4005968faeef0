/** Counts what is on one labelled sheet. */

import type { Range } from "../../base/range.ts";
import { Content, cellContent } from "../../features/cell-content.ts";
import { CHANNEL_COUNT } from "../../features/grid.ts";
import { type PackedGrid, unpackVectors } from "../../features/packed-grid.ts";

/** One labelled table. */
interface TableStatistics {
  /** In cells. */
  readonly rows: number;
  readonly columns: number;
  /** The share of its cells with something visible in them, 0 … 1. */
  readonly filled: number;
}

export interface SheetStatistics {
  /** The sheet's extent before cropping, in cells. */
  readonly rows: number;
  readonly columns: number;
  readonly tables: readonly TableStatistics[];
  /** The share of cells with something visible that lie in tables, 0 … 1; null if nothing is visible. */
  readonly filledInTables: number | null;
  /**
   * [43] the mean of each channel over all cells, over cells in tables and over cells outside. NaN without
   * any.
   */
  readonly channels: Float64Array;
  readonly channelsInTables: Float64Array;
  readonly channelsOutside: Float64Array;
}

/**
 * @param size The sheet's extent before cropping.
 * @param ranges The tables, inside the grid.
 */
export function sheetStatistics(
  size: { readonly height: number; readonly width: number },
  grid: PackedGrid,
  ranges: readonly Range[],
): SheetStatistics {
  const { height, width } = grid;
  const content = cellContent(grid);
  const inTable = new Uint8Array(height * width);
  const tables = ranges.map((range) => {
    let visible = 0;
    for (let row = range.top - 1; row < range.bottom; row++) {
      for (let column = range.left - 1; column < range.right; column++) {
        const at = row * width + column;
        inTable[at] = 1;
        if ((content[at]! & Content.Visible) !== 0) visible++;
      }
    }
    const rows = range.bottom - range.top + 1;
    const columns = range.right - range.left + 1;
    return { rows, columns, filled: visible / (rows * columns) };
  });
  const visible = { all: 0, inTables: 0 };
  for (let at = 0; at < content.length; at++) {
    if ((content[at]! & Content.Visible) === 0) continue;
    visible.all++;
    visible.inTables += inTable[at]!;
  }
  return {
    rows: size.height,
    columns: size.width,
    tables,
    filledInTables: visible.all === 0 ? null : visible.inTables / visible.all,
    ...channelMeans(grid, inTable),
  };
}

function channelMeans(
  { vectors, cells }: PackedGrid,
  inTable: Uint8Array,
): Pick<SheetStatistics, "channels" | "channelsInTables" | "channelsOutside"> {
  // Counts distinct vectors first, since a sheet has few of them.
  const values = unpackVectors(vectors);
  const distinct = values.length / CHANNEL_COUNT;
  const counts = [new Float64Array(distinct), new Float64Array(distinct)];
  for (let cell = 0; cell < cells.length; cell++) counts[inTable[cell]!]![cells[cell]!]!++;
  const sums = counts.map((ofVector) => {
    const sum = new Float64Array(CHANNEL_COUNT);
    for (let index = 0; index < distinct; index++) {
      const times = ofVector[index]!;
      if (times === 0) continue;
      for (let c = 0; c < CHANNEL_COUNT; c++) sum[c]! += times * values[index * CHANNEL_COUNT + c]!;
    }
    return sum;
  });
  const [outside, inside] = sums as [Float64Array, Float64Array];
  const [cellsOutside, cellsInside] = counts.map((of) => of.reduce((a, b) => a + b, 0)) as [number, number];
  return {
    channels: inside.map((sum, c) => (sum + outside[c]!) / cells.length),
    channelsInTables: inside.map((sum) => sum / cellsInside),
    channelsOutside: outside.map((sum) => sum / cellsOutside),
  };
}
