/** Reads one workbook into grids, through the cache. A failure is an answer too, never an exception. */

import { problemsOf } from "../../base/thread-error.ts";
import { loadGrids } from "../../features/load-grids.ts";
import { keptSheets, type ReadAnswer, type ReadTask } from "./read-messages.ts";

export async function readWorkbook({ path, options, keepGrids }: ReadTask): Promise<ReadAnswer> {
  try {
    const { sheets, fromCache, cacheError } = await loadGrids(path, options);
    return {
      kind: "read",
      sheets: keptSheets(sheets, keepGrids),
      fromCache,
      cacheError: cacheError?.message ?? null,
    };
  } catch (error) {
    const message = "Cannot read the workbook: the reader failed";
    return { kind: "failed", problems: problemsOf(error, { file: path, message }) };
  }
}
