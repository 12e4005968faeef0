/** What the main thread and a predicting thread say to each other. */

import type { Mode } from "../evaluation/find-tables.ts";
import type { DetectorInput } from "../evaluation/sheet-detector.ts";
import type { Problem } from "../problem.ts";
import type { PredictedTable } from "../training/lifecycle.ts";
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
