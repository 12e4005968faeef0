/**
 * Compares the weights that a training began with and those that it left, on sheets that neither was chosen
 * by: the content of `fine-tuning.json`.
 */

import type { PredictedTable } from "../base/predicted-table.ts";
import { formatRange } from "../base/range.ts";
import { counted } from "../base/text-layout.ts";
import { type F1Interval, f1Interval } from "../scoring/f1-interval.ts";
import { tableErrors } from "../scoring/table-errors.ts";
import type { EvaluationSheet } from "./load-split.ts";

/** F1 over tables at two tolerances of the edges, 0 … 1, each with a 95 % interval over sheets. */
export interface FineTuningFigures {
  readonly f1_eob_2: number;
  readonly f1_eob_0: number;
  /** [low, high] of F1 at EoB 2. */
  readonly interval_eob_2: readonly [number, number];
  /** [low, high] of F1 at EoB 0. */
  readonly interval_eob_0: readonly [number, number];
}

/** A sheet on which the trained weights are still wrong. */
interface WrongSheet {
  /** Path under the dataset's `files` folder, with forward slashes. */
  readonly workbook: string;
  readonly sheet: string;
  /** The labelled ranges: `A1:F20`. */
  readonly tables: readonly string[];
  /** The ranges that were found, best score first. */
  readonly found: readonly string[];
  /** The largest error of boundary of a labelled table, in cells; null if one was missed or one is false. */
  readonly worst_eob: number | null;
}

/** What a training leaves as `fine-tuning.json` (docs/run-folder.md). */
export interface FineTuning {
  /** The weights of `model.init`; null if the training began with random ones. */
  readonly before: FineTuningFigures | null;
  readonly after: FineTuningFigures;
  /** Folds of the validation; null if the figures are those of a split. */
  readonly folds: number | null;
  /** The sheets that were measured on: `test`, `validation` or `folds`. */
  readonly split: "test" | "validation" | "folds";
  /** The number of these sheets. */
  readonly measured: number;
  /** The worst first. */
  readonly sheets: readonly WrongSheet[];
}

/** The tables of each sheet, best score first, in the order of the sheets. */
export type FoundTables = readonly (readonly PredictedTable[])[];

/** Compares two results on the same sheets. @param before null without initial weights. */
export function fineTuning(
  sheets: readonly EvaluationSheet[],
  before: FoundTables | null,
  after: FoundTables,
  { folds, split }: Pick<FineTuning, "folds" | "split">,
): FineTuning {
  const wrong = sheets.flatMap((sheet, at) => wrongSheet(sheet, after[at]!) ?? []);
  return {
    before: before && figures(sheets, before),
    after: figures(sheets, after),
    folds,
    split,
    measured: sheets.length,
    sheets: wrong.sort((a, b) => rank(b) - rank(a)),
  };
}

/** The comparison in three lines or four, for the console. */
export function fineTuningText({ before, after, split, measured, sheets }: FineTuning): string {
  const where =
    split === "folds"
      ? `each of the ${counted(measured, "sheet")} measured by a training that did not see it`
      : `on the ${counted(measured, "sheet")} of the ${split} split`;
  const row = (name: string, { f1_eob_2, f1_eob_0, interval_eob_2, interval_eob_0 }: FineTuningFigures) =>
    `  ${name}  F1 ${f1_eob_2.toFixed(3)} (${shown(interval_eob_2)}) at EoB 2, ` +
    `${f1_eob_0.toFixed(3)} (${shown(interval_eob_0)}) at EoB 0`;
  return [
    `${where}, with 95 % intervals:`,
    ...(before === null ? [] : [row("before", before)]),
    row("after ", after),
    ...(split === "validation" ? ["  the best epoch was chosen on these sheets: expect less elsewhere"] : []),
    `  ${counted(sheets.length, "sheet")} not yet right in every cell`,
  ].join("\n");
}

function figures(sheets: readonly EvaluationSheet[], found: FoundTables): FineTuningFigures {
  const scored = sheets.map(({ ranges }, at) => ({
    truth: ranges,
    predicted: found[at]!.map(({ range }) => range),
  }));
  const [near, exact] = [f1Interval(scored, 2), f1Interval(scored, 0)];
  const ends = ({ low, high }: F1Interval) => [low, high] as const;
  return {
    f1_eob_2: near.f1,
    f1_eob_0: exact.f1,
    interval_eob_2: ends(near),
    interval_eob_0: ends(exact),
  };
}

/** Null for a sheet whose tables are all found in every cell, and nothing else. */
function wrongSheet(sheet: EvaluationSheet, found: readonly PredictedTable[]): WrongSheet | null {
  const ranges = found.map(({ range }) => range);
  const errors = tableErrors(sheet.ranges, ranges);
  if ([...errors.truth.map(({ kind }) => kind), ...errors.predicted].every((kind) => kind === "exact")) {
    return null;
  }
  const edges = errors.truth.map(({ eob }) => eob);
  const isUnpaired = edges.includes(null) || ranges.length > sheet.ranges.length;
  return {
    workbook: sheet.fileName,
    sheet: sheet.sheetName,
    tables: sheet.ranges.map(formatRange),
    found: ranges.map(formatRange),
    worst_eob: isUnpaired ? null : Math.max(...edges.map(Number)),
  };
}

function rank({ worst_eob }: WrongSheet): number {
  return worst_eob ?? Number.POSITIVE_INFINITY;
}

function shown([low, high]: readonly [number, number]): string {
  return `${low.toFixed(2)} to ${high.toFixed(2)}`;
}
