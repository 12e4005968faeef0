/** The program of a thread that reads workbooks for the library; the network computes elsewhere. */

import type { PredictedTable } from "../base/predicted-table.ts";
import { receiveError } from "../base/thread-error.ts";
import type { DetectorInput } from "../detection/sheet-detector.ts";
import { predictWorkbook } from "../prediction/predict-workbook.ts";
import { type FindTask, type FromThread, sendFailure, type ToThread } from "./thread-messages.ts";

declare const self: Worker;

serve(self);

function serve(main: Worker): void {
  let asked: PromiseWithResolvers<PredictedTable[][]> | null = null;
  const tell = (message: FromThread, transfer: ArrayBuffer[] = []) => main.postMessage(message, transfer);
  const detect = (sheets: readonly DetectorInput[]) => {
    asked = Promise.withResolvers<PredictedTable[][]>();
    tell({ kind: "detect", sheets }, sheets.flatMap(buffersOf));
    return asked.promise;
  };
  main.onmessage = async ({ data }: MessageEvent<ToThread>) => {
    if (data.kind === "detected") asked!.resolve(data.tables);
    else if (data.kind === "undetected") asked!.reject(receiveError(data.error));
    else tell(await find(data, detect));
  };
}

async function find(
  { source, mode, limits }: FindTask,
  detect: (sheets: readonly DetectorInput[]) => Promise<PredictedTable[][]>,
): Promise<FromThread> {
  try {
    return { kind: "found", found: await predictWorkbook(source, { mode, limits, detect }) };
  } catch (error) {
    return { kind: "failed", failure: sendFailure(error) };
  }
}

function buffersOf({ grid }: DetectorInput): ArrayBuffer[] {
  return [grid.vectors.buffer as ArrayBuffer, grid.cells.buffer as ArrayBuffer];
}
