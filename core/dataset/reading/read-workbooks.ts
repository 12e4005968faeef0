/** Reads many workbooks on all cores. */

import { setImmediate } from "node:timers/promises";
import { workbookKind } from "../../excel/workbook-names.ts";
import { cachedGrids, type LoadGridsOptions } from "../../features/load-grids.ts";
import { LITTLE_WORK, workThroughFiles } from "../../files/work-through-files.ts";
import { keptSheets, type ReadAnswer, type ReadTask } from "./read-messages.ts";
import { readWorkbook } from "./read-workbook.ts";

/** The result for one workbook. */
export type ReadResult = ReadAnswer;

export interface ReadWorkbooksOptions {
  /** Where grids are kept, and the largest grid. */
  readonly grids: LoadGridsOptions;
  /** False: the grids only go into the cache; results have `grid: null` on every sheet. */
  readonly keepGrids: boolean;
  /** Never more than there are workbooks. @default one per core; none for a few small workbooks */
  readonly threads?: number | undefined;
  /**
   * Called for each workbook once it is read, in no particular order. Its thread waits for the returned
   * promise before it reads another workbook. `share` of all bytes are read by then, 0 … 1.
   */
  readonly onResult: (index: number, result: ReadResult, share: number) => void | Promise<void>;
  /** Aborted: the promise is rejected with its reason, and workbooks that are being read are dropped. */
  readonly signal?: AbortSignal | undefined;
  /** The most time for one workbook, milliseconds. @default 5 minutes, including LibreOffice's time */
  readonly timeLimit?: number;
  /** The threads' program. @default read-worker.ts */
  readonly program?: URL;
}

/** LibreOffice converts a workbook in the time in which this many bytes are read: some seconds. */
const COST_OF_A_CONVERSION = LITTLE_WORK;

/**
 * Reads the workbooks at `paths`, large ones first, so that no thread is left with one at the end. If a
 * thread crashes or hangs, the workbook that it was reading is reported as failed, and another thread takes
 * its place.
 */
export async function readWorkbooks(paths: readonly string[], options: ReadWorkbooksOptions): Promise<void> {
  const { grids, keepGrids, threads, onResult, signal, timeLimit = 300_000, program } = options;
  let isCached = true; // whether the last workbook was: a dataset is either mostly in the cache or mostly not
  await workThroughFiles<ReadTask, ReadAnswer, ReadResult>(paths, {
    program: program ?? new URL("./read-worker.ts", import.meta.url),
    threads,
    here: program === undefined ? readWorkbook : undefined,
    order: "size",
    extraWork: (path) => (workbookKind(path) === "converted" ? COST_OF_A_CONVERSION : 0),
    timeLimit,
    signal,
    async work(index, ask) {
      const path = paths[index]!;
      // Unpacking grids here is faster than starting a thread and sending them over.
      const sheets = isCached ? cachedGrids(path, grids) : null;
      isCached = sheets !== null;
      if (sheets === null) {
        const answer = await ask({ path, options: grids, keepGrids });
        isCached = answer.kind === "read" && answer.fromCache;
        return answer;
      }
      await setImmediate(); // gives signals and the screen a turn
      return { kind: "read", sheets: keptSheets(sheets, keepGrids), fromCache: true, cacheError: null };
    },
    onLoss: (_, problem) => ({
      kind: "failed",
      problems: [{ ...problem, message: "Cannot read the workbook" }],
    }),
    onOutcome: onResult,
  });
}
