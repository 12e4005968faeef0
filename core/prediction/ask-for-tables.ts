/**
 * The side of a thread that reads workbooks while the main thread has the network: it sends sheets there
 * and waits for their tables, one question at a time.
 */

import type { PredictedTable } from "../base/predicted-table.ts";
import type { DetectorInput } from "../detection/sheet-detector.ts";

export interface TableQuestions {
  /** Sends sheets, whose arrays are then the main thread's, as the message `detect`. */
  detect(sheets: readonly DetectorInput[]): Promise<PredictedTable[][]>;
  /** The main thread has answered the question that was asked last. */
  answer(tables: PredictedTable[][]): void;
  /** The main thread could not answer it. */
  fail(error: Error): void;
}

export function askForTables(main: Worker): TableQuestions {
  let asked: PromiseWithResolvers<PredictedTable[][]> | null = null;
  return {
    detect(sheets) {
      asked = Promise.withResolvers<PredictedTable[][]>();
      main.postMessage({ kind: "detect", sheets } satisfies DetectMessage, sheets.flatMap(buffersOf));
      return asked.promise;
    },
    answer: (tables) => asked!.resolve(tables),
    fail: (error) => asked!.reject(error),
  };
}

/** The question, as a message of a thread. */
export interface DetectMessage {
  readonly kind: "detect";
  readonly sheets: readonly DetectorInput[];
}

function buffersOf({ grid }: DetectorInput): ArrayBuffer[] {
  return [grid.vectors.buffer as ArrayBuffer, grid.cells.buffer as ArrayBuffer];
}
