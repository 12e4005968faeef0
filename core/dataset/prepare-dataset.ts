/** Fills the feature cache with the workbooks of a dataset. */

import { join } from "node:path";
import type { Problem } from "../base/problem.ts";
import type { DataOptions } from "../config/data-options.ts";
import { readAnnotations } from "./annotations.ts";
import type { DatasetPaths } from "./locate-dataset.ts";
import { readWorkbooks } from "./reading/read-workbooks.ts";

export interface PrepareOptions {
  readonly cacheFolder: string;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Told how many workbooks there are, before the first is read. */
  readonly onStart?: (workbooks: number) => void;
  /** Called once a workbook is read; `share` of all the bytes is read then, 0 … 1. */
  readonly onWorkbook?: (share: number) => void;
}

export interface PreparedDataset {
  readonly dataset: string;
  readonly workbooks: number;
  /** Worksheets of all workbooks, labelled or not: a workbook is read as a whole. */
  readonly sheets: number;
  /** Workbooks that the cache held already. */
  readonly cached: number;
  readonly failed: readonly Problem[];
  /** Why grids could not be kept; null where they could. */
  readonly cacheError: string | null;
}

/**
 * Reads every labelled workbook that the cache does not hold. Interrupted, it keeps what is done.
 *
 * @throws {UserError} With every malformed line of the annotations.
 */
export async function prepareDataset(
  dataset: DatasetPaths,
  { max_rows, max_cols }: Pick<DataOptions, "max_rows" | "max_cols">,
  { cacheFolder, threads, signal, onStart, onWorkbook }: PrepareOptions,
): Promise<PreparedDataset> {
  const names = [...new Set(readAnnotations(dataset.annotations).map(({ fileName }) => fileName))];
  const paths = names.map((name) => join(dataset.files, name));
  onStart?.(paths.length);
  const failed = paths.map((): readonly Problem[] => []);
  let sheets = 0;
  let cached = 0;
  let cacheError: string | null = null;
  await readWorkbooks(paths, {
    grids: { cacheFolder, maxRows: max_rows, maxCols: max_cols },
    keepGrids: false,
    ...(threads === undefined ? {} : { threads }),
    ...(signal === undefined ? {} : { signal }),
    onResult(index, result, share) {
      onWorkbook?.(share);
      if (result.kind === "failed") {
        failed[index] = result.problems;
        return;
      }
      sheets += result.sheets.length;
      if (result.fromCache) cached++;
      cacheError ??= result.cacheError;
    },
  });
  return {
    dataset: dataset.name,
    workbooks: names.length,
    sheets,
    cached,
    failed: failed.flat(),
    cacheError,
  };
}
