/** What an evaluation says about one sheet: its tables, what was found, and the mistakes. */

import type { PredictedTable } from "../base/predicted-table.ts";
import { formatRange } from "../base/range.ts";
import { connectedBlocks } from "../features/connected-blocks.ts";
import { countSheet } from "../scoring/detection-metrics.ts";
import { NEAR_EOB, type PredictedKind, type TruthKind, tableErrors } from "../scoring/table-errors.ts";
import type { EvaluationSheet } from "./load-split.ts";

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

/** @param predicted Best score first. */
export function sheetReport(sheet: EvaluationSheet, predicted: readonly PredictedTable[]): SheetReport {
  const ranges = predicted.map(({ range }) => range);
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
    baseline: connectedBlocks(sheet.grid).map(formatRange),
    mistakes: [0, 1, NEAR_EOB].map((threshold) => {
      const { truth, predicted: count, matched } = countSheet(sheet.ranges, ranges, threshold);
      return truth + count - 2 * matched;
    }),
  };
}
