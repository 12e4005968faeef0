/** Limits on the size of a workbook. */

import { MAX_COLUMN, MAX_ROW } from "../base/range.ts";

/**
 * Limits for reading one workbook. Beyond them, except for rows and columns, it is refused with `too-large`.
 */
export interface ReadLimits {
  /** The last row and column that are kept; cells beyond them are only measured. */
  readonly maxRows: number;
  readonly maxColumns: number;
  /** How many members the archive may have. */
  readonly maxMembers: number;
  /** Uncompressed bytes of a part that is held as a whole (styles, theme, comments …). */
  readonly maxPartBytes: number;
  /** Uncompressed bytes of all parts that are read, together. */
  readonly maxTotalBytes: number;
  /**
   * Uncompressed size divided by compressed size. It applies to parts of more than 8 MiB, and from 16 MiB on
   * to all parts that are read together. Deflate reaches 1,032 at most; sheets reach 60.
   */
  readonly maxRatio: number;
}

/** Large enough for workbooks with 10 million cells, small enough to refuse a zip bomb within seconds. */
export const DEFAULT_READ_LIMITS: ReadLimits = {
  maxRows: MAX_ROW,
  maxColumns: MAX_COLUMN,
  maxMembers: 20_000,
  maxPartBytes: 32 * 2 ** 20,
  maxTotalBytes: 2 ** 30,
  maxRatio: 200,
};

/** The most by which the limits can be raised: beyond, typed arrays end. */
export const MOST_LIMITS = 64;

/** The limits of a workbook that may be so many times as large as usual. @param factor 1 … `MOST_LIMITS`. */
export function raisedLimits(factor: number): Partial<ReadLimits> {
  if (factor === 1) return {};
  const { maxMembers, maxPartBytes, maxTotalBytes, maxRatio } = DEFAULT_READ_LIMITS;
  return {
    maxMembers: maxMembers * factor,
    maxPartBytes: Math.min(maxPartBytes * factor, maxTotalBytes),
    maxTotalBytes: maxTotalBytes * factor,
    maxRatio: maxRatio * factor,
  };
}
