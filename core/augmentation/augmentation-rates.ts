/** How often each change is made: set by judgement, moderate ones; a sheet has about four on average. */

import type { StyleKind } from "./change-style.ts";

/** Probabilities, 0 … 1. */
export interface AugmentationRates {
  /** Rows become columns; small sheets only. */
  readonly transpose: number;
  /** Lines that are no table's edge are left out; for each axis. */
  readonly deleteLines: number;
  /** Body lines are repeated; for each axis. */
  readonly repeatLines: number;
  /** A large sheet is cut to a window. */
  readonly crop: number;
  /** A small sheet comes several times on one. */
  readonly repeatSheet: number;
  /** Empty lines before everything. */
  readonly shift: number;
  /** Empty lines at a place between things; for each axis. */
  readonly gap: number;
  /** Values vanish from bodies. */
  readonly clearBody: number;
  /** All, or some, of what stands outside of tables vanishes. */
  readonly clearSurroundings: number;
  /** Columns inside of tables change places. */
  readonly shuffleColumns: number;
  /** First rows of tables become bold or filled. */
  readonly paintHeaders: number;
  /** Tables get borders. */
  readonly drawLines: number;
  /** Fills exchange their colours. */
  readonly permuteFills: number;
  /** The whole sheet loses all styles at once. */
  readonly plain: number;
  /** The sheet loses one kind of style; for each kind by itself. */
  readonly drop: Readonly<Record<StyleKind, number>>;
}

const DROP = {
  fills: 0.2,
  fonts: 0.2,
  borders: 0.25,
  bold: 0.2,
  sizes: 0.2,
  formats: 0.2,
  formulas: 0.2,
  // The network is to find tables where Excel knows of none.
  excelTables: 0.8,
};

/** For sheets that come again every epoch. */
export const DATASET_RATES: AugmentationRates = {
  transpose: 0.03,
  deleteLines: 0.5,
  repeatLines: 0.35,
  crop: 0.9,
  shift: 0.5,
  gap: 0.3,
  clearBody: 0.3,
  clearSurroundings: 0.25,
  repeatSheet: 0.06,
  shuffleColumns: 0.3,
  paintHeaders: 0.12,
  drawLines: 0.1,
  permuteFills: 0.4,
  plain: 0.1,
  drop: DROP,
};

/** For sheets that are never seen again: their layout varies enough by itself. */
export const FRESH_RATES: AugmentationRates = {
  ...DATASET_RATES,
  transpose: 0,
  deleteLines: 0,
  repeatLines: 0,
  shift: 0,
  gap: 0,
  clearBody: 0.1,
  clearSurroundings: 0,
  repeatSheet: 0,
  shuffleColumns: 0,
  paintHeaders: 0,
  drawLines: 0,
  permuteFills: 0,
  plain: 0,
  drop: { ...DROP, fills: 0.05, fonts: 0.05, borders: 0.05, bold: 0.05, sizes: 0.05, formats: 0.05 },
};
