/** The validation sheets of an epoch from the record of a run, with their mistakes. */

import type { PredictionsRecord, RecordedSheet, SheetsRecord } from "../base/history-line.ts";
import { parseRange, type Range } from "../base/range.ts";
import { countSheet, detectionMetrics } from "../scoring/detection-metrics.ts";
import { tableErrors } from "../scoring/table-errors.ts";
import type { HistoryFile } from "./history-file.ts";
import type { EpochSheets, ShownSheet } from "./run-data.ts";

/** The epochs whose validation sheets are kept, ascending. */
export function sheetEpochs(history: HistoryFile): number[] {
  return [...new Set(history.places("predictions").map(({ epoch }) => epoch))].sort((a, b) => a - b);
}

/**
 * The sheets of an epoch; the last validation of the epoch counts.
 *
 * @param eobThreshold The largest EoB of a match, in cells.
 * @returns null if the epoch has none, or they are damaged.
 */
export function readEpochSheets(
  history: HistoryFile,
  epoch: number,
  eobThreshold: number,
): EpochSheets | null {
  const index = history.places("predictions").findLastIndex((place) => place.epoch === epoch);
  if (index < 0) return null;
  const known = history.newestBefore("sheets", "predictions", index);
  const predictions = history.record("predictions", index);
  const sheets = known < 0 ? null : history.record("sheets", known);
  if (predictions === null || sheets === null) return null;
  return { epoch, eobThreshold, sheets: joined(sheets, predictions, eobThreshold), leftOut: sheets.leftOut };
}

function joined(sheets: SheetsRecord, { predicted }: PredictionsRecord, eobThreshold: number): ShownSheet[] {
  return sheets.sheets.flatMap((sheet, index) => {
    const found = predicted[index];
    return found === undefined ? [] : [shownSheet(sheet, found, eobThreshold)];
  });
}

function shownSheet(
  { dataset, file, sheet, rows, cols, marks, truth }: RecordedSheet,
  found: PredictionsRecord["predicted"][number],
  eobThreshold: number,
): ShownSheet {
  const byScore = [...found].sort((a, b) => b[1] - a[1]);
  const known = byScore.map(([range]) => parseRange(range)).filter(isRange);
  const labels = truth.map(parseRange).filter(isRange);
  const errors = tableErrors(labels, known);
  const kinds = [...errors.truth.map(({ kind }) => kind), ...errors.predicted];
  return {
    key: `${dataset} / ${file} › ${sheet}`,
    rows,
    cols,
    marks,
    truth: truth.map((range, index) => ({ range, kind: errors.truth[index]?.kind ?? "missed" })),
    predicted: byScore.map(([range, score], index) => ({
      range,
      score,
      kind: errors.predicted[index] ?? "false",
    })),
    mistakes: [...new Set(kinds)].filter((kind) => kind !== "exact" && kind !== "near"),
    f1: detectionMetrics(countSheet(labels, known, eobThreshold)).f1,
  };
}

function isRange(range: Range | null): range is Range {
  return range !== null;
}
