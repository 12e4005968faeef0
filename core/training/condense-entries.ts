/** Shortens the long sheets of a training as prediction does, so that the network learns what it will see. */

import { limitSheet } from "../augmentation/augment-sheet.ts";
import type { SizeLimits } from "../augmentation/labelled-grid.ts";
import type { Config } from "../config/config.ts";
import type { SheetEntry } from "../dataset/dataset.ts";
import { condenseSheet } from "../detection/condense-sheet.ts";
import { WINDOW } from "../detection/tile-sheet.ts";
import { rangesToBoxes } from "../features/box-range.ts";

/** The largest sheet that the network is trained on. */
export function sampleLimits({ condense, max_rows, max_cols }: Config["data"]): SizeLimits {
  if (!condense) return { maxRows: max_rows, maxCols: max_cols };
  return { maxRows: Math.min(WINDOW.rows, max_rows), maxCols: Math.min(WINDOW.columns, max_cols) };
}

/**
 * A sheet as the network is trained and validated on it: with `data.condense` in its short form, and cut to
 * the size of the windows in which prediction looks at sheets that are larger even so.
 */
export function condenseEntry(entry: SheetEntry, options: Config["data"]): SheetEntry {
  if (!options.condense) return entry;
  const short = condenseSheet(entry.grid);
  const ranges =
    short.grid === entry.grid ? entry.ranges : entry.ranges.flatMap((range) => short.shorten(range) ?? []);
  const sheet = limitSheet({ grid: short.grid, ranges }, sampleLimits(options));
  if (sheet.grid === entry.grid) return entry;
  const { height, width } = sheet.grid;
  return { ...entry, ...sheet, height, width, boxes: rangesToBoxes(sheet.ranges, height, width) };
}
