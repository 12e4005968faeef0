/** Finds the tables of many workbooks, on all cores. */

import { availableParallelism } from "node:os";
import type { Mode } from "../detection/find-tables.ts";
import type { SheetDetector } from "../detection/sheet-detector.ts";
import { fileSize } from "../files/file-state.ts";
import { detectInTurns } from "./detection-queue.ts";
import { PredictThread } from "./predict-thread.ts";
import type { WorkbookOutcome } from "./workbook-prediction.ts";

export interface PredictOptions {
  readonly mode: Mode;
  /** Null where the mode needs none. */
  readonly detector: Pick<SheetDetector, "detect"> | null;
  /** Called for each workbook in the order of the paths, as soon as it and all before it are done. */
  readonly onOutcome: (index: number, outcome: WorkbookOutcome) => void;
  /** Called whenever one is done; `share` of all the bytes is then, 0 … 1. */
  readonly onProgress?: (share: number) => void;
  /** Where the copies with the ranges drawn go, by path; null for none. */
  readonly annotate?: (index: number) => string | null;
  /** Threads that read. @default one a core and one more, for the time in which the network has the sheets of all others */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** A thread that says nothing for so long is given up, milliseconds. @default 10 minutes, LibreOffice's time included */
  readonly timeLimit?: number;
  /** The threads' program. @default predict-worker.ts */
  readonly program?: URL;
}

/** Opening a workbook and reading its styles takes about as long as that many bytes of it. */
const COST_OF_A_FILE = 20_000;

/**
 * Looks at the workbooks at `paths`, the first ones first. One a thread is in memory, and of that some sheets. What is
 * wrong with a workbook is its outcome; a thread that dies costs the one that it was reading.
 *
 * @throws The reason of `signal`, and what `onOutcome` throws.
 */
export async function predictWorkbooks(paths: readonly string[], options: PredictOptions): Promise<void> {
  const { mode, detector, onOutcome, onProgress, annotate, timeLimit = 600_000 } = options;
  const program = options.program ?? new URL("./predict-worker.ts", import.meta.url);
  const failure = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, failure.signal]) : failure.signal;
  const detect = detectInTurns(detector ?? { detect: noDetector }, signal);
  const sizes = paths.map((path) => COST_OF_A_FILE + (fileSize(path) ?? 0));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const finished = new Map<number, WorkbookOutcome>();
  let bytes = 0;
  let next = 0;
  let told = 0;

  const work = async (): Promise<void> => {
    let thread: PredictThread | null = null;
    try {
      while (next < paths.length) {
        const index = next++;
        thread ??= new PredictThread(program, detect);
        const task = { path: paths[index]!, mode, annotate: annotate?.(index) ?? null };
        finished.set(index, await thread.predict(task, timeLimit, signal));
        if (thread.isDead) thread = null;
        bytes += sizes[index]!;
        for (let outcome = finished.get(told); outcome; outcome = finished.get(told)) {
          finished.delete(told);
          onOutcome(told++, outcome);
        }
        onProgress?.(bytes / total);
      }
    } catch (error) {
      failure.abort(error); // the other threads end too
      throw error;
    } finally {
      thread?.stop();
    }
  };
  const threads = Math.min(options.threads ?? availableParallelism() + 1, paths.length);
  await Promise.all(Array.from({ length: threads }, work));
}

async function noDetector(): Promise<never> {
  throw new Error("A sheet came for the network, and there is none");
}
