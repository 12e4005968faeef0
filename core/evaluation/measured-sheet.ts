/** One measured sheet: all that the sums of a report need of it, as plain JSON. It has no grid. */

import type { PredictedTable } from "../base/predicted-table.ts";
import { formatRange, parseRange, type Range } from "../base/range.ts";
import type { EvaluationSheet } from "./load-split.ts";
import { type SheetReport, sheetReport } from "./sheet-report.ts";

/** A predicted table in JSON: its range as `A1:F20`, its score 0 … 1. */
interface WrittenTable {
  readonly range: string;
  readonly score: number;
}

export interface MeasuredSheet {
  readonly report: SheetReport;
  /** `label_origin` and `confidence` of the label; null if it has none. */
  readonly origin: string | null;
  readonly confidence: string | null;
  /** The tables at a low threshold, best score first; null unless thresholds were requested. */
  readonly swept: readonly WrittenTable[] | null;
}

/**
 * Measures a sheet.
 *
 * @param predicted The tables found on it, best score first.
 * @param swept Those found at a low threshold; null if there was no such pass.
 */
export function measureSheet(
  sheet: EvaluationSheet,
  predicted: readonly PredictedTable[],
  swept: readonly PredictedTable[] | null,
): MeasuredSheet {
  const { origin, confidence } = sheet;
  return {
    report: sheetReport(sheet, predicted),
    origin,
    confidence,
    swept: swept === null ? null : swept.map(writtenTable),
  };
}

/** The true tables of a sheet. */
export function trueRanges({ report }: MeasuredSheet): Range[] {
  return report.truth.map(({ range }) => parseRange(range)!);
}

/** The predicted tables of a sheet, best score first. */
export function predictedTables({ report }: MeasuredSheet): PredictedTable[] {
  return report.predicted.map(readTable);
}

/** The connected blocks of a sheet. */
export function connectedRanges({ report }: MeasuredSheet): Range[] {
  return report.baseline.map((range) => parseRange(range)!);
}

function writtenTable({ range, score }: PredictedTable): WrittenTable {
  return { range: formatRange(range), score };
}

/** The table of one in JSON. */
export function readTable({ range, score }: WrittenTable): PredictedTable {
  return { range: parseRange(range)!, score };
}
