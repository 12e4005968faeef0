/** Validation sheets as records: what stays the same in all epochs, and the predictions of one. */

import {
  encodeRuns,
  formatRange,
  type PredictionsRecord,
  type SheetPrediction,
  type SheetsRecord,
} from "../../core/plugin.ts";

/** Digits of a score that are kept. */
const SCORE_DIGITS = 4;

/** @param total Validation sheets of the run, also those that are left out. */
export async function sheetsRecord(sheets: readonly SheetPrediction[], total: number): Promise<SheetsRecord> {
  const recorded = [];
  for (const sheet of sheets) {
    recorded.push({
      dataset: sheet.dataset,
      file: sheet.fileName,
      sheet: sheet.sheetName,
      rows: sheet.height,
      cols: sheet.width,
      truth: sheet.truth.map(formatRange),
      marks: encodeRuns(await sheet.marks()),
    });
  }
  return { sheets: recorded, leftOut: total - sheets.length };
}

export function predictionsRecord(sheets: readonly SheetPrediction[]): PredictionsRecord {
  return {
    predicted: sheets.map(({ predicted }) =>
      predicted.map(({ range, score }) => [formatRange(range), Number(score.toFixed(SCORE_DIGITS))] as const),
    ),
  };
}
