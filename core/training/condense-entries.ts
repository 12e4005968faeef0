/** Shortens the long sheets of a training as prediction does, so that the network learns what it will see. */

import { limitSheet } from "../augmentation/augment-sheet.ts";
import type { SizeLimits } from "../augmentation/labelled-grid.ts";
import type { Config } from "../config/config.ts";
import type { LoadedData, SheetEntry } from "../dataset/dataset.ts";
import { condenseSheet } from "../detection/condense-sheet.ts";
import { WINDOW } from "../detection/tile-sheet.ts";
import { rangesToBoxes } from "../features/box-range.ts";

/** The largest sheet that the network is trained on. */
export function sampleLimits({ condense, max_rows, max_cols }: Config["data"]): SizeLimits {
  if (!condense) return { maxRows: max_rows, maxCols: max_cols };
  return { maxRows: Math.min(WINDOW.rows, max_rows), maxCols: Math.min(WINDOW.columns, max_cols) };
}

/**
 * The data as the network is trained and validated on it: with `data.condense` every sheet in its short
 * form, and cut to the size of the windows in which prediction looks at sheets that are larger even so.
 */
export function condenseData(data: LoadedData, options: Config["data"]): LoadedData {
  if (!options.condense) return data;
  const limits = sampleLimits(options);
  const condensed = (entries: readonly SheetEntry[]) => entries.map((entry) => condensedEntry(entry, limits));
  return { ...data, train: condensed(data.train), validation: condensed(data.validation) };
}

function condensedEntry(entry: SheetEntry, limits: SizeLimits): SheetEntry {
  const short = condenseSheet(entry.grid);
  const ranges =
    short.grid === entry.grid ? entry.ranges : entry.ranges.flatMap((range) => short.shorten(range) ?? []);
  const sheet = limitSheet({ grid: short.grid, ranges }, limits);
  if (sheet.grid === entry.grid) return entry;
  return { ...entry, ...sheet, boxes: rangesToBoxes(sheet.ranges, sheet.grid.height, sheet.grid.width) };
}
