/** The sheets of a run as plugins see them. */

import type { SheetEntry } from "../dataset/dataset.ts";
import { sheetLook } from "../features/cell-look.ts";
import { fillBuckets } from "../features/packed-grid.ts";
import type { HookEvents, LabelledSheet, Moment } from "../hooks/lifecycle.ts";
import type { RunParts } from "./run-parts.ts";

/** What `onSheetsLoaded` carries. */
export function loadedSheets({
  train,
  validation,
  leftOut,
}: Pick<RunParts, "train" | "validation" | "leftOut">): Omit<HookEvents["onSheetsLoaded"], keyof Moment> {
  return { train: train.map(labelledSheet), validation: validation.map(labelledSheet), leftOut };
}

/** A sheet for plugins. It shares nothing with the sheet of the run that a plugin could change. */
export function labelledSheet(entry: SheetEntry): LabelledSheet {
  const { dataset, fileName, sheetName, height, width, ranges } = entry;
  const truth = ranges.map((range) => ({ ...range }));
  // The grid may lie on disk, and is read when it is looked at.
  const fills = async () => fillBuckets(entry.grid);
  const marks = async () => sheetLook(entry.grid).cells;
  return { dataset, fileName, sheetName, height, width, truth, fills, marks };
}
