/** What the sheets of a dataset look like, in numbers that can be compared between datasets. */

import { CHANNELS, type Channel } from "../../features/grid.ts";
import { type Distribution, distribution, integerBins, type Measure, percentBins } from "./distribution.ts";
import type { SheetStatistics } from "./sheet-statistics.ts";

/** A channel over the sheets of a dataset. Shares are in 0 … 1. */
export interface ChannelStatistics {
  readonly channel: Channel;
  /** The share of sheets with at least one cell that has it. */
  readonly ofSheets: number;
  /**
   * The mean over sheets of its mean over cells: over all cells, cells in tables, cells outside. Null
   * without any.
   */
  readonly ofCells: number;
  readonly inTables: number | null;
  readonly outside: number | null;
}

export interface DatasetStatistics {
  readonly dataset: string;
  readonly workbooks: number;
  readonly sheets: number;
  readonly tables: number;
  readonly sheetsWithoutTables: number;
  /** Labelled sheets that could not be used. */
  readonly leftOut: number;
  /** Sheets whose line says `skipped`. They are not counted anywhere else. */
  readonly skipped: number;
  /** One distribution for each of `MEASURES`, by name. */
  readonly distributions: Readonly<Record<string, Distribution>>;
  readonly channels: readonly ChannelStatistics[];
}

type Values = (sheets: readonly SheetStatistics[]) => number[];

const ROWS = [1, 4, 8, 16, 32, 64, 128, 256, 512];
const COLUMNS = [1, 2, 3, 5, 8, 12, 16, 32, 64];

/** All measures with a histogram, and where their numbers come from. */
const SOURCES: readonly { readonly measure: Measure; readonly values: Values }[] = [
  {
    measure: measure("tables per sheet", "sheets", "", [0, 1, 2, 3, 4, 5, 6, 11]),
    values: (sheets) => sheets.map(({ tables }) => tables.length),
  },
  {
    measure: measure("rows of a sheet", "sheets", "", ROWS),
    values: (sheets) => sheets.map(({ rows }) => rows),
  },
  {
    measure: measure("columns of a sheet", "sheets", "", COLUMNS),
    values: (sheets) => sheets.map(({ columns }) => columns),
  },
  {
    measure: measure("rows of a table", "tables", "", ROWS),
    values: (sheets) => sheets.flatMap(({ tables }) => tables.map(({ rows }) => rows)),
  },
  {
    measure: measure("columns of a table", "tables", "", COLUMNS),
    values: (sheets) => sheets.flatMap(({ tables }) => tables.map(({ columns }) => columns)),
  },
  {
    measure: { name: "filled cells of a table", of: "tables", unit: "%", bins: percentBins() },
    values: (sheets) => sheets.flatMap(({ tables }) => tables.map(({ filled }) => 100 * filled)),
  },
  {
    measure: {
      name: "a sheet's filled cells that are in tables",
      of: "sheets",
      unit: "%",
      bins: percentBins(),
    },
    values: (sheets) => sheets.flatMap(({ filledInTables: share }) => (share === null ? [] : [100 * share])),
  },
];

/** In the order in which they are shown. */
export const MEASURES: readonly Measure[] = SOURCES.map((source) => source.measure);

/** The statistics of a dataset from those of its usable sheets. */
export function datasetStatistics(
  dataset: string,
  sheets: readonly SheetStatistics[],
  counts: { readonly workbooks: number; readonly leftOut: number; readonly skipped: number },
): DatasetStatistics {
  return {
    dataset,
    ...counts,
    sheets: sheets.length,
    tables: sheets.reduce((sum, { tables }) => sum + tables.length, 0),
    sheetsWithoutTables: sheets.filter(({ tables }) => tables.length === 0).length,
    distributions: Object.fromEntries(
      SOURCES.map(({ measure: { name, bins }, values }) => [name, distribution(values(sheets), bins)]),
    ),
    channels: CHANNELS.map((channel, c) => ({
      channel,
      ofSheets: mean(sheets.map(({ channels }) => (channels[c]! > 0 ? 1 : 0))) ?? 0,
      ofCells: mean(sheets.map(({ channels }) => channels[c]!)) ?? 0,
      inTables: mean(sheets.map(({ channelsInTables }) => channelsInTables[c]!)),
      outside: mean(sheets.map(({ channelsOutside }) => channelsOutside[c]!)),
    })),
  };
}

function measure(name: string, of: string, unit: Measure["unit"], starts: readonly number[]): Measure {
  return { name, of, unit, bins: integerBins(starts) };
}

/** The mean of the numbers that are not NaN; null if all are. */
function mean(values: readonly number[]): number | null {
  const numbers = values.filter((value) => !Number.isNaN(value));
  return numbers.length === 0 ? null : numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}
