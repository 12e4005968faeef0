/**
 * The report of an evaluation: one plain object. It is the JSON document; text and page are made from it.
 */

import type { PredictedTable } from "../base/predicted-table.ts";
import { formatRange, type Range } from "../base/range.ts";
import type { Mode } from "../detection/modes.ts";
import { connectedBlocks } from "../features/connected-blocks.ts";
import { type Calibration, calibration } from "../scoring/calibration.ts";
import { countSheet } from "../scoring/detection-metrics.ts";
import { type Scores, scoreSheets } from "../scoring/score-sheets.ts";
import {
  NEAR_EOB,
  PREDICTED_KINDS,
  type PredictedKind,
  TRUTH_KINDS,
  type TruthKind,
  tableErrors,
} from "../scoring/table-errors.ts";
import { SCORE_THRESHOLDS, type ThresholdReport, thresholdTable } from "../scoring/threshold-table.ts";
import type { EvaluationSheet, LoadedSplit } from "./load-split.ts";
import { type GroupName, groupsOf } from "./sheet-groups.ts";

/** Raised when a key of the document is removed or changes its meaning, not for new keys. */
const REPORT_VERSION = 1;

/** What was evaluated and how. */
export interface EvaluationFacts {
  readonly mode: Mode;
  /** The checkpoint's file; null if no network was used. */
  readonly checkpoint: string | null;
  /** The device that the network ran on; null without a network. */
  readonly device: string | null;
  /** Least score of a predicted table, 0 … 1; null without a network. */
  readonly score_threshold: number | null;
  readonly datasets: readonly string[];
  readonly split: string;
  /** The limits of a grid, in cells. */
  readonly max_rows: number;
  readonly max_cols: number;
}

/** The same figures for the predictions and for connected blocks of cells. */
export interface Compared {
  readonly scores: readonly Scores[];
  readonly baseline: readonly Scores[];
}

export interface GroupReport extends Compared {
  readonly name: string;
  readonly sheets: number;
}

/** A true table and how it was found. */
interface TruthReport {
  readonly range: string;
  readonly kind: TruthKind;
  /**
   * The prediction that it was matched with or that overlaps it most, and the EoB in cells. Null if it was
   * missed.
   */
  readonly predicted: string | null;
  readonly eob: number | null;
}

interface PredictedReport {
  readonly range: string;
  readonly score: number;
  readonly kind: PredictedKind;
}

export interface SheetReport {
  readonly dataset: string;
  readonly file: string;
  readonly sheet: string;
  /** The size of the grid, in cells. */
  readonly rows: number;
  readonly columns: number;
  readonly truth: readonly TruthReport[];
  /** Best score first. */
  readonly predicted: readonly PredictedReport[];
  /** Connected blocks of cells. */
  readonly baseline: readonly string[];
  /** True tables without a match plus predictions without one, at EoB 0, 1 and 2. */
  readonly mistakes: readonly number[];
}

export interface EvaluationReport extends EvaluationFacts, Compared {
  readonly version: number;
  readonly counts: {
    readonly workbooks: number;
    readonly sheets: number;
    readonly sheets_without_tables: number;
    readonly tables: number;
    readonly predicted: number;
  };
  readonly groups: Readonly<Record<GroupName, readonly GroupReport[]>>;
  readonly errors: {
    readonly truth: Readonly<Record<TruthKind, number>>;
    readonly predicted: Readonly<Record<PredictedKind, number>>;
  };
  /**
   * How well scores agree with precision: of the predictions, or of those at lower scores too if thresholds
   * were requested. Null without a network.
   */
  readonly calibration: Calibration | null;
  /** Null unless thresholds were requested. */
  readonly thresholds: readonly ThresholdReport[] | null;
  /**
   * Indices into `sheets`, the sheet with the most mistakes first; sheets without any at EoB 0 are left
   * out.
   */
  readonly worst: readonly number[];
  readonly sheets: readonly SheetReport[];
  /** Labelled sheets of the split that could not be used. They count nowhere. */
  readonly skipped: LoadedSplit["skipped"];
  /** Changes to sheets that are counted: cropped grids, clipped regions. */
  readonly notes: readonly string[];
}

/**
 * Counts, groups and compares the predictions on a split.
 *
 * @param predicted The tables found on each sheet of `split`, best score first.
 * @param swept The tables of each sheet at a low threshold, for the table of thresholds. Null: no such
 *   table.
 */
export function evaluationReport(
  facts: EvaluationFacts,
  split: LoadedSplit,
  predicted: readonly (readonly PredictedTable[])[],
  swept: readonly (readonly PredictedTable[])[] | null = null,
): EvaluationReport {
  const { sheets } = split;
  const blocks = sheets.map(({ grid }) => connectedBlocks(grid));
  const compare = (indices: readonly number[]): Compared => ({
    scores: scoreSheets(
      indices.map((i) => ({ truth: sheets[i]!.ranges, predicted: rangesOf(predicted[i]!) })),
    ),
    baseline: scoreSheets(indices.map((i) => ({ truth: sheets[i]!.ranges, predicted: blocks[i]! }))),
  });
  const reports = sheets.map((sheet, i) => sheetReport(sheet, predicted[i]!, blocks[i]!));
  const groups = Object.entries(groupsOf(sheets)).map(([name, parts]) => [
    name,
    parts.map((part) => ({ name: part.name, sheets: part.indices.length, ...compare(part.indices) })),
  ]);
  return {
    version: REPORT_VERSION,
    ...facts,
    counts: {
      workbooks: split.workbooks,
      sheets: sheets.length,
      sheets_without_tables: sheets.filter(({ ranges }) => ranges.length === 0).length,
      tables: sheets.reduce((sum, { ranges }) => sum + ranges.length, 0),
      predicted: predicted.reduce((sum, tables) => sum + tables.length, 0),
    },
    ...compare(sheets.map((_, i) => i)),
    groups: Object.fromEntries(groups) as EvaluationReport["groups"],
    errors: {
      truth: tally(
        TRUTH_KINDS,
        reports.flatMap(({ truth }) => truth.map(({ kind }) => kind)),
      ),
      predicted: tally(
        PREDICTED_KINDS,
        reports.flatMap((report) => report.predicted.map(({ kind }) => kind)),
      ),
    },
    calibration: calibrationOf(facts, sheets, swept ?? predicted, swept !== null),
    thresholds: swept && thresholdTable(sheets, swept),
    worst: worstFirst(reports),
    sheets: reports,
    skipped: split.skipped,
    notes: split.notes,
  };
}

function calibrationOf(
  { score_threshold: threshold }: EvaluationFacts,
  sheets: readonly EvaluationSheet[],
  predicted: readonly (readonly PredictedTable[])[],
  isSwept: boolean,
): Calibration | null {
  if (threshold === null) return null;
  const scored = sheets.map(({ ranges }, i) => ({ truth: ranges, predicted: predicted[i]! }));
  return calibration(scored, isSwept ? SCORE_THRESHOLDS[0]! : threshold);
}

function sheetReport(
  sheet: EvaluationSheet,
  predicted: readonly PredictedTable[],
  blocks: readonly Range[],
): SheetReport {
  const ranges = rangesOf(predicted);
  const errors = tableErrors(sheet.ranges, ranges);
  return {
    dataset: sheet.dataset,
    file: sheet.fileName,
    sheet: sheet.sheetName,
    rows: sheet.grid.height,
    columns: sheet.grid.width,
    truth: sheet.ranges.map((range, index) => {
      const { kind, predicted: with_, eob } = errors.truth[index]!;
      return {
        range: formatRange(range),
        kind,
        predicted: with_ === null ? null : formatRange(ranges[with_]!),
        eob,
      };
    }),
    predicted: predicted.map(({ range, score }, index) => ({
      range: formatRange(range),
      score,
      kind: errors.predicted[index]!,
    })),
    baseline: blocks.map(formatRange),
    mistakes: [0, 1, NEAR_EOB].map((threshold) => {
      const { truth, predicted: count, matched } = countSheet(sheet.ranges, ranges, threshold);
      return truth + count - 2 * matched;
    }),
  };
}

/** Sorts by mistakes at EoB 2, then at 1, then at 0. Equal sheets keep their order. */
function worstFirst(sheets: readonly SheetReport[]): number[] {
  const mistakes = (index: number, at: number) => sheets[index]!.mistakes[at]!;
  return sheets
    .map((_, index) => index)
    .filter((index) => mistakes(index, 0) > 0)
    .sort(
      (a, b) =>
        mistakes(b, 2) - mistakes(a, 2) || mistakes(b, 1) - mistakes(a, 1) || mistakes(b, 0) - mistakes(a, 0),
    );
}

function tally<Kind extends string>(
  kinds: readonly Kind[],
  found: readonly Kind[],
): Readonly<Record<Kind, number>> {
  const counts = kinds.map((kind) => [kind, found.filter((each) => each === kind).length]);
  return Object.fromEntries(counts) as Readonly<Record<Kind, number>>;
}

function rangesOf(tables: readonly PredictedTable[]): Range[] {
  return tables.map(({ range }) => range);
}
