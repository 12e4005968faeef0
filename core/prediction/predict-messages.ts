/** The messages between the main thread and a predicting thread. */

import type { PredictedTable } from "../base/predicted-table.ts";
import type { Problem } from "../base/problem.ts";
import type { Mode } from "../detection/modes.ts";
import type { DetectorInput } from "../detection/sheet-detector.ts";
import type { WorkbookOutcome } from "./workbook-prediction.ts";

/** An annotated copy to write. */
export interface CopyToDraw {
  readonly path: string;
  /** The comment of its archive, from `drawnMark`. */
  readonly mark: string;
}

/** A workbook to find tables in. */
export interface PredictTask {
  readonly path: string;
  readonly mode: Mode;
  /** The annotated copy; null for none. */
  readonly annotate: CopyToDraw | null;
  /** How many times as large as usual a workbook may be. */
  readonly limits: number;
}

/**
 * A thread answers `predict` with any number of `detect` and then `done`; `detected` or `undetected`
 * answers a `detect`.
 */
export type ToThread =
  | { readonly kind: "predict"; readonly task: PredictTask }
  | { readonly kind: "detected"; readonly tables: PredictedTable[][] }
  | { readonly kind: "undetected"; readonly problems: readonly Problem[] };

export type FromThread =
  | { readonly kind: "detect"; readonly sheets: readonly DetectorInput[] }
  | { readonly kind: "done"; readonly outcome: WorkbookOutcome };
