/** The error for a workbook that cannot be read. */

import { UserError } from "../base/problem.ts";

/** The kinds of faults of a workbook. */
export type WorkbookFault =
  /** The file itself cannot be opened or read: missing, a folder, no permission. */
  | "unreadable"
  /** The file has none of the known formats. */
  | "not-a-workbook"
  /** .xls, .xlsb and .ods, which have to be converted first. */
  | "unsupported-format"
  /** The workbook is protected by a password. */
  | "encrypted"
  /**
   * The file is truncated, or it has wrong checksums, missing parts, malformed XML or numbers out of range.
   */
  | "corrupt"
  /** The file exceeds the limits: a zip bomb, or a workbook that needs higher limits. */
  | "too-large";

/** Says which workbook cannot be read, which part of it is at fault, and why. */
export class WorkbookError extends UserError {
  override readonly name = "WorkbookError";
  readonly file: string;
  /** The member of the archive, `xl/worksheets/sheet1.xml`; null if the file as a whole is at fault. */
  readonly part: string | null;
  readonly fault: WorkbookFault;
  /** What is wrong, in one line. */
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
