/** The messages between the main thread and a predicting thread. */

import type { PredictedTable } from "../base/predicted-table.ts";
import type { Problem } from "../base/problem.ts";
import type { BlankLineRules } from "../detection/blank-lines.ts";
import type { Mode } from "../detection/modes.ts";
import type { ExtractOptions } from "../extraction/table-format.ts";
import type { DetectMessage } from "./ask-for-tables.ts";
import type { PartToLookAt } from "./part-to-look-at.ts";
import type { WorkbookOutcome } from "./workbook-prediction.ts";

/** How the tables of a workbook are written as files. */
export interface ExtractTask extends ExtractOptions {
  /** The workbook's own folder, which is made. */
  readonly folder: string;
}

/** An annotated copy to write. */
export interface CopyToDraw {
  readonly path: string;
  /** The comment of its archive, from `drawnMark`. */
  readonly mark: string;
}

/** A workbook to find tables in. */
export interface PredictTask {
  readonly path: string;
  /** What stands for the file at `path`: then that is only its name. Null: the file is read. */
  readonly bytes: Uint8Array | null;
  readonly mode: Mode;
  /** Whether the network reads hints. */
  readonly hints: boolean;
  /** The annotated copy; null for none. */
  readonly annotate: CopyToDraw | null;
  /** Null: the tables are not written. */
  readonly extract: ExtractTask | null;
  /** How many times as large as usual a workbook may be. */
  readonly limits: number;
  readonly part: PartToLookAt;
  readonly gaps: BlankLineRules | null;
  /** The most that one sheet may take in memory, bytes. */
  readonly sheetBytes: number;
}

/** Something large is next: the thread waits until it is the only one. */
interface TurnMessage {
  readonly kind: "turn";
  /** Whether the turn lasts until the workbook is done. */
  readonly keeps: boolean;
}

/**
 * A thread answers `predict` with any number of `detect` and `turn` and then `done`; `detected` or
 * `undetected` answers a `detect`. A turn ends with the answer to the next `detect`,
 * unless it is kept, or with `done`.
 */
export type ToThread =
  | { readonly kind: "predict"; readonly task: PredictTask }
  | { readonly kind: "detected"; readonly tables: PredictedTable[][] }
  | { readonly kind: "undetected"; readonly problems: readonly Problem[] }
  | TurnMessage;

export type FromThread =
  | DetectMessage
  | TurnMessage
  | { readonly kind: "done"; readonly outcome: WorkbookOutcome };
