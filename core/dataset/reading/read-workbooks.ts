/** Reads many workbooks on all cores. */

import { setImmediate } from "node:timers/promises";
import { cachedGrids, type LoadGridsOptions } from "../../features/load-grids.ts";
import { workThroughFiles } from "../../files/work-through-files.ts";
import { keptSheets, type ReadAnswer, type ReadTask } from "./read-messages.ts";
import { readWorkbook } from "./read-workbook.ts";

/** What became of one workbook. */
export type ReadResult = ReadAnswer;

export interface ReadWorkbooksOptions {
  /** Where grids are kept, and the largest grid. */
  readonly grids: LoadGridsOptions;
  /** False: the grids only go into the cache; results have `grid: null` on every sheet. */
  readonly keepGrids: boolean;
  /** Never more than there are workbooks. @default one per core; none for a few small workbooks */
  readonly threads?: number | undefined;
  /**
   * Called for each workbook once it is read, in whatever order that happens; awaited before its thread reads another
   * one. `share` is how much of all the bytes is read, 0 … 1.
   */
  readonly onResult: (index: number, result: ReadResult, share: number) => void | Promise<void>;
  /** Aborted: the promise is rejected with its reason; workbooks that are being read are dropped. */
  readonly signal?: AbortSignal | undefined;
  /** A workbook that takes longer is given up, milliseconds. @default 5 minutes, LibreOffice's time included */
  readonly timeLimit?: number;
  /** The threads' program. @default read-worker.ts */
  readonly program?: URL;
}

/**
 * Reads the workbooks at `paths`, large ones first so that none is left over at the end. A thread that crashes or hangs
 * costs the one workbook it was reading, which is reported as failed; another thread takes its place.
 */
export async function readWorkbooks(paths: readonly string[], options: ReadWorkbooksOptions): Promise<void> {
  const { grids, keepGrids, threads, onResult, signal, timeLimit = 300_000, program } = options;
  let isCached = true; // as the last workbook was: datasets are mostly in the cache, or mostly not
  await workThroughFiles<ReadTask, ReadAnswer, ReadResult>(paths, {
    program: program ?? new URL("./read-worker.ts", import.meta.url),
    threads,
    here: program === undefined ? readWorkbook : undefined,
    order: "size",
    timeLimit,
    signal,
    async work(index, ask) {
      const path = paths[index]!;
      // To unpack grids here is faster than to start a thread and to send them over.
      const sheets = isCached ? cachedGrids(path, grids) : null;
      isCached = sheets !== null;
      if (sheets === null) {
        const answer = await ask({ path, options: grids, keepGrids });
        isCached = answer.kind === "read" && answer.fromCache;
        return answer;
      }
      await setImmediate(); // lets signals and the screen have their turn
      return { kind: "read", sheets: keptSheets(sheets, keepGrids), fromCache: true, cacheError: null };
    },
    onLoss: (_, problem) => ({
      kind: "failed",
      problems: [{ ...problem, message: "Cannot read the workbook" }],
    }),
    onOutcome: onResult,
  });
}
