/** Reads one workbook, from its file to grids, through the cache. What goes wrong is the answer, never an exception. */

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
