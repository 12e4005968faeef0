/** What the main thread and a predicting thread say to each other. */

import type { PredictedTable } from "../base/predicted-table.ts";
import type { Problem } from "../base/problem.ts";
import type { Mode } from "../detection/modes.ts";
import type { DetectorInput } from "../detection/sheet-detector.ts";
import type { WorkbookOutcome } from "./workbook-prediction.ts";

/** A workbook to look at. */
export interface PredictTask {
  readonly path: string;
  readonly mode: Mode;
  /** Where the copy with the ranges drawn goes; null for none. */
  readonly annotate: string | null;
}

/** `predict` is answered by one `done`, and by any number of `detect` before it; each of these by one of the others. */
export type ToThread =
  | { readonly kind: "predict"; readonly task: PredictTask }
  | { readonly kind: "detected"; readonly tables: PredictedTable[][] }
  | { readonly kind: "undetected"; readonly problems: readonly Problem[] };

export type FromThread =
  | { readonly kind: "detect"; readonly sheets: readonly DetectorInput[] }
  | { readonly kind: "done"; readonly outcome: WorkbookOutcome };
