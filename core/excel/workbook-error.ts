/** Why a workbook cannot be read. */

import { UserError } from "../base/problem.ts";

/** What is wrong with a workbook, as a word to sort by. */
export type WorkbookFault =
  /** The file itself cannot be opened or read: missing, a folder, no permission. */
  | "unreadable"
  /** Neither a zip package nor any other format that is known. */
  | "not-a-workbook"
  /** .xls, .xlsb, .ods: readable once converted. */
  | "unsupported-format"
  /** Protected by a password. */
  | "encrypted"
  /** Broken: truncated, wrong checksums, parts missing, XML that is none, numbers out of range. */
  | "corrupt"
  /** More than the limits allow: a zip bomb, or a workbook for which they have to be raised. */
  | "too-large";

/** A workbook that cannot be read: the file, the part of it and the reason. */
export class WorkbookError extends UserError {
  override readonly name = "WorkbookError";
  readonly file: string;
  /** The archive member, `xl/worksheets/sheet1.xml`; null where the file as a whole is at fault. */
  readonly part: string | null;
  readonly fault: WorkbookFault;
  /** One line: what is wrong. */
  readonly reason: string;

  constructor(
    fault: WorkbookFault,
    {
      file,
      part = null,
      reason,
      fix,
      cause,
    }: {
      file: string;
      part?: string | null;
      reason: string;
      fix?: string;
      cause?: unknown;
    },
  ) {
    super(
      {
        file,
        ...(part === null ? {} : { where: part }),
        message: `Cannot read the workbook: ${reason}`,
        ...(fix === undefined ? {} : { fix }),
      },
      cause === undefined ? {} : { cause },
    );
    this.file = file;
    this.part = part;
    this.fault = fault;
    this.reason = reason;
  }
}
