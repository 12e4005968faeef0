/** How much a workbook may cost. */

import { MAX_COLUMN, MAX_ROW } from "../base/range.ts";

/** Limits of reading one workbook. What goes beyond ends in a `WorkbookError` (`too-large`), but for rows and columns. */
export interface ReadLimits {
  /** Cells behind these are measured but not kept. */
  readonly maxRows: number;
  readonly maxColumns: number;
  /** Members of the archive. */
  readonly maxMembers: number;
  /** Bytes of one part that is held whole (styles, theme, comments …), uncompressed. */
  readonly maxPartBytes: number;
  /** Bytes of all the parts that are read, uncompressed. */
  readonly maxTotalBytes: number;
  /**
   * Uncompressed over compressed size, of a part of more than 8 MiB and of all parts that are read over the file, from
   * 16 MiB on. Deflate itself ends at 1,032; sheets reach 60.
   */
  readonly maxRatio: number;
}

/** Large enough for workbooks of 10 million cells, small enough for a bomb to be refused within seconds. */
export const DEFAULT_READ_LIMITS: ReadLimits = {
  maxRows: MAX_ROW,
  maxColumns: MAX_COLUMN,
  maxMembers: 20_000,
  maxPartBytes: 32 * 2 ** 20,
  maxTotalBytes: 2 ** 30,
  maxRatio: 200,
};
