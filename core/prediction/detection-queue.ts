/**
 * Shares one detector among many threads. Sheets that come while it is busy are detected together
 * afterwards.
 */

import type { PredictedTable } from "../base/predicted-table.ts";
import type { DetectorInput, SheetDetector } from "../detection/sheet-detector.ts";
import type { Detect } from "./predict-workbook.ts";

interface Request {
  readonly sheets: readonly DetectorInput[];
  resolve(tables: PredictedTable[][]): void;
  reject(error: unknown): void;
}

/**
 * Queues the calls of a detector.
 *
 * @param signal Once it is aborted, the detector is being closed: failed calls are not tried again, and those
 *   that wait are rejected. A detector that is asked for more would start its threads anew.
 * @returns A function that may be called again before its last call has ended.
 */
export function detectInTurns(detector: Pick<SheetDetector, "detect">, signal: AbortSignal): Detect {
  let waiting: Request[] = [];
  let isBusy = false;
  const run = async (requests: readonly Request[]): Promise<void> => {
    try {
      signal.throwIfAborted();
      const tables = await detector.detect(requests.flatMap(({ sheets }) => sheets));
      let at = 0;
      for (const { sheets, resolve } of requests) {
        resolve(tables.slice(at, at + sheets.length));
        at += sheets.length;
      }
    } catch (error) {
      // One sheet that fails must not cost other workbooks their results.
      if (requests.length === 1 || signal.aborted) for (const { reject } of requests) reject(error);
      else for (const request of requests) await run([request]);
    }
  };
  const work = async () => {
    isBusy = true;
    while (waiting.length > 0) {
      const requests = waiting;
      waiting = [];
      await run(requests);
    }
    isBusy = false;
  };
  return (sheets) =>
    new Promise((resolve, reject) => {
      waiting.push({ sheets, resolve, reject });
      if (!isBusy) void work();
    });
}
