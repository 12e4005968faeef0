/**
 * The report of an evaluation: one plain object. It is the JSON document; text and page are made from it.
 */

import type { PredictedTable } from "../base/predicted-table.ts";
import type { Range } from "../base/range.ts";
import type { Mode } from "../detection/modes.ts";
import { type Calibration, calibration } from "../scoring/calibration.ts";
import { type Scores, scoreSheets } from "../scoring/score-sheets.ts";
import { PREDICTED_KINDS, type PredictedKind, TRUTH_KINDS, type TruthKind } from "../scoring/table-errors.ts";
import { SCORE_THRESHOLDS, type ThresholdReport, thresholdTable } from "../scoring/threshold-table.ts";
import type { LoadedSplit } from "./load-split.ts";
import {
  connectedRanges,
  type MeasuredSheet,
  measureSheet,
  predictedTables,
  readTable,
  trueRanges,
} from "./measured-sheet.ts";
import { type GroupName, groupsOf } from "./sheet-groups.ts";
import type { SheetReport } from "./sheet-report.ts";

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

/** A split whose sheets are measured. */
export interface MeasuredSplit {
  /** In the order of the datasets and of their annotations. */
  readonly sheets: readonly MeasuredSheet[];
  /** The number of workbooks with these sheets. */
  readonly workbooks: number;
  readonly skipped: LoadedSplit["skipped"];
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
  const sheets = split.sheets.map((sheet, i) => measureSheet(sheet, predicted[i]!, swept?.[i] ?? null));
  return summedReport(facts, { ...split, sheets }, swept !== null);
}

/**
 * The report of sheets that are measured, whichever processes measured them.
 *
 * @param isSwept True: all sheets were measured at low scores too, and the report has a table of thresholds.
 */
export function summedReport(
  facts: EvaluationFacts,
  { sheets, workbooks, skipped, notes }: MeasuredSplit,
  isSwept: boolean,
): EvaluationReport {
  const truth = sheets.map(trueRanges);
  const predicted = sheets.map(predictedTables);
  const blocks = sheets.map(connectedRanges);
  const compare = (indices: readonly number[]): Compared => ({
    scores: scoreSheets(
      indices.map((i) => ({ truth: truth[i]!, predicted: predicted[i]!.map(({ range }) => range) })),
    ),
    baseline: scoreSheets(indices.map((i) => ({ truth: truth[i]!, predicted: blocks[i]! }))),
  });
  const reports = sheets.map(({ report }) => report);
  const groups = Object.entries(groupsOf(sheets)).map(([name, parts]) => [
    name,
    parts.map((part) => ({ name: part.name, sheets: part.indices.length, ...compare(part.indices) })),
  ]);
  const swept = isSwept ? sheets.map((sheet) => sheet.swept!.map(readTable)) : null;
  return {
    version: REPORT_VERSION,
    ...facts,
    counts: {
      workbooks,
      sheets: sheets.length,
      sheets_without_tables: truth.filter((ranges) => ranges.length === 0).length,
      tables: truth.reduce((sum, ranges) => sum + ranges.length, 0),
      predicted: predicted.reduce((sum, tables) => sum + tables.length, 0),
    },
    ...compare(sheets.map((_, i) => i)),
    groups: Object.fromEntries(groups) as EvaluationReport["groups"],
    errors: {
      truth: tally(
        TRUTH_KINDS,
        reports.flatMap((report) => report.truth.map(({ kind }) => kind)),
      ),
      predicted: tally(
        PREDICTED_KINDS,
        reports.flatMap((report) => report.predicted.map(({ kind }) => kind)),
      ),
    },
    calibration: calibrationOf(facts, truth, swept ?? predicted, isSwept),
    thresholds:
      swept &&
      thresholdTable(
        truth.map((ranges) => ({ ranges })),
        swept,
      ),
    worst: worstFirst(reports),
    sheets: reports,
    skipped,
    notes,
  };
}

function calibrationOf(
  { score_threshold: threshold }: EvaluationFacts,
  truth: readonly (readonly Range[])[],
  predicted: readonly (readonly PredictedTable[])[],
  isSwept: boolean,
): Calibration | null {
  if (threshold === null) return null;
  const scored = truth.map((ranges, i) => ({ truth: ranges, predicted: predicted[i]! }));
  return calibration(scored, isSwept ? SCORE_THRESHOLDS[0]! : threshold);
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
