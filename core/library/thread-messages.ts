/** The messages between the thread of a program that uses the library and the threads that read workbooks. */

import type { PredictedTable } from "../base/predicted-table.ts";
import { receiveError, type SentError, sendError } from "../base/thread-error.ts";
import type { Mode } from "../detection/modes.ts";
import type { NamedBytes } from "../excel/byte-source.ts";
import { WorkbookError, type WorkbookFault } from "../excel/workbook-error.ts";
import type { WrittenTable } from "../extraction/extract-workbook.ts";
import type { ExtractOptions } from "../extraction/table-format.ts";
import type { DetectMessage } from "../prediction/ask-for-tables.ts";
import type { FoundTables } from "../prediction/predict-workbook.ts";
import type { TablePage } from "./library-types.ts";
import type { MarkdownPageOptions } from "./markdown-page.ts";

interface WorkbookTask {
  readonly source: string | NamedBytes;
  readonly limits: number;
}

/** A workbook whose tables are wanted. */
export interface FindTask extends WorkbookTask {
  readonly kind: "find";
  readonly mode: Mode;
  /** Whether the network reads hints. */
  readonly hints: boolean;
  /** Where and how its tables are written; null for nowhere. */
  readonly extract: ({ readonly folder: string } & ExtractOptions) | null;
}

/** A page of a table. */
export interface PageTask extends WorkbookTask {
  readonly kind: "page";
  readonly page: MarkdownPageOptions;
}

/**
 * A thread answers `find` with any number of `detect` and then `found` or `failed`; `detected` or
 * `undetected` answers a `detect`. It answers `page` with `read` or `failed`.
 */
export type ToThread =
  | FindTask
  | PageTask
  | { readonly kind: "detected"; readonly tables: PredictedTable[][] }
  | { readonly kind: "undetected"; readonly error: SentError };

export type FromThread =
  | DetectMessage
  | FoundAnswer
  | { readonly kind: "read"; readonly page: TablePage }
  | { readonly kind: "failed"; readonly failure: Failure };

export interface FoundAnswer {
  readonly kind: "found";
  readonly found: FoundTables;
  /** The tables that were written; empty if none were to be. */
  readonly written: readonly WrittenTable[];
}

/** An error that keeps its class `WorkbookError`, which a copy between threads would lose. */
export interface Failure {
  readonly error: SentError;
  /** Null for all other errors. */
  readonly workbook: {
    readonly fault: WorkbookFault;
    readonly file: string;
    readonly part: string | null;
    readonly reason: string;
    readonly fix?: string | undefined;
  } | null;
}

/** What the thread sends. */
export function sendFailure(error: unknown): Failure {
  if (!(error instanceof WorkbookError)) return { error: sendError(error), workbook: null };
  const { fault, file, part, reason, problems } = error;
  return { error: sendError(error), workbook: { fault, file, part, reason, fix: problems[0]?.fix } };
}

/** What the receiver throws. */
export function receiveFailure({ error, workbook }: Failure): Error {
  const received = receiveError(error);
  if (workbook === null) return received;
  const { fault, fix, ...rest } = workbook;
  return new WorkbookError(fault, { ...rest, ...(fix === undefined ? {} : { fix }), cause: received.cause });
}
