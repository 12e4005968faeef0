/** The data of a training: sheets with their grids and tables. */

import type { Range } from "../base/range.ts";
import type { PackedGrid } from "../features/packed-grid.ts";
import type { Split } from "./split.ts";

/** One sheet, ready to train on. */
export interface SheetEntry {
  readonly dataset: string;
  readonly fileName: string;
  readonly sheetName: string;
  /** `dataset/file/sheet`, for messages. */
  readonly label: string;
  /** Rows and columns of the grid. */
  readonly height: number;
  readonly width: number;
  /** In a training, a grid beyond `data.memory_limit` is read from disk whenever this is asked for. */
  readonly grid: PackedGrid;
  /** The labelled tables, all inside the grid, in the annotation's order. */
  readonly ranges: readonly Range[];
  /** [T, 4] the same tables as cxcywh, in 0 … 1 of the grid's width and height; see `rangeToBox`. */
  readonly boxes: Float32Array;
}

/** A sheet that could not be used; without `sheet`, a whole workbook. */
export interface SkippedSheet {
  /** `dataset/file`. */
  readonly file: string;
  readonly sheet?: string;
  readonly reason: string;
}

export interface LoadedData {
  readonly train: SheetEntry[];
  readonly validation: SheetEntry[];
  readonly test: SheetEntry[];
  /** Annotated sheets of each split, whether they were read or not. */
  readonly annotated: Readonly<Record<Split, number>>;
  readonly datasets: string[];
  readonly skipped: SkippedSheet[];
  /**
   * Changes to sheets that are used: clipped regions, cropped grids, names that differ in case or blanks.
   */
  readonly notes: string[];
}

/** What `loadDatasets` reports while it works: `done` of `total` workbooks written or read. */
export interface LoadProgress {
  readonly action: "write" | "read";
  readonly dataset: string;
  readonly fileName: string;
  readonly done: number;
  readonly total: number;
}
