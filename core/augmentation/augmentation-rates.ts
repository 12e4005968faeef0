/**
 * How often each change is made. The rates are set by judgement; a sheet has about four changes on average.
 */

import type { StyleKind } from "./change-style.ts";

/** Probabilities, 0 … 1. Lines are rows or columns. */
export interface AugmentationRates {
  /** Rows become columns; only on sheets of few rows. */
  readonly transpose: number;
  /** Lines that are not at the edge of a table are left out; drawn for each axis. */
  readonly deleteLines: number;
  /** Lines of a body are repeated; drawn for each axis. */
  readonly repeatLines: number;
  /** A large sheet is cut to a window; drawn for each axis. */
  readonly crop: number;
  /** A small sheet is repeated several times on one sheet. */
  readonly repeatSheet: number;
  /** Empty lines are put before everything; drawn for each axis. */
  readonly shift: number;
  /** Empty lines are put at one place between things; drawn for each axis. */
  readonly gap: number;
  /** Values vanish from bodies. */
  readonly clearBody: number;
  /** Some or all cells outside tables vanish. */
  readonly clearSurroundings: number;
  /** Columns inside tables change places. */
  readonly shuffleColumns: number;
  /** First rows of tables become bold or filled. */
  readonly paintHeaders: number;
  /** Tables get borders. */
  readonly drawLines: number;
  /** Fills exchange their colours. */
  readonly permuteFills: number;
  /** The whole sheet loses all styles at once. */
  readonly plain: number;
  /** The sheet loses all hints. */
  readonly dropHints: number;
  /** The sheet loses a hint; drawn for each hint. */
  readonly dropHint: number;
  /** The sheet loses one kind of style; drawn for each kind. */
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
  // The network has to find tables that are not Excel tables.
  excelTables: 0.8,
};

/** Rates for sheets that are seen in every epoch. */
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
  dropHints: 0.08,
  dropHint: 0.1,
  drop: DROP,
};

/** Rates for sheets that are seen once: their layouts vary enough already. */
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
