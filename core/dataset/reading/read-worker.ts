/** The program of a reading thread: one workbook at a time, from its file to grids, through the cache. */

import { problemsOf } from "../../base/thread-error.ts";
import { loadGrids } from "../../features/load-grids.ts";
import { keptSheets, type ReadAnswer, type ReadTask } from "./read-messages.ts";

declare const self: Worker;

self.onmessage = async ({ data: task }: MessageEvent<ReadTask>) => self.postMessage(await read(task));

async function read({ path, options, keepGrids }: ReadTask): Promise<ReadAnswer> {
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
