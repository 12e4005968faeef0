/** The program of a thread that reads workbooks for the library; the network computes elsewhere. */

import type { PredictedTable } from "../base/predicted-table.ts";
import { receiveError } from "../base/thread-error.ts";
import type { DetectorInput } from "../detection/sheet-detector.ts";
import { extractWorkbook } from "../extraction/extract-workbook.ts";
import { predictWorkbook } from "../prediction/predict-workbook.ts";
import { markdownPage } from "./markdown-page.ts";
import {
  type FindTask,
  type FromThread,
  type PageTask,
  sendFailure,
  type ToThread,
} from "./thread-messages.ts";

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
    else tell(await work(data, detect));
  };
}

async function work(
  task: FindTask | PageTask,
  detect: (sheets: readonly DetectorInput[]) => Promise<PredictedTable[][]>,
): Promise<FromThread> {
  const { source, limits } = task;
  try {
    if (task.kind === "page") return { kind: "read", page: await markdownPage(source, limits, task.page) };
    const { mode, extract } = task;
    const found = await predictWorkbook(source, { mode, limits, detect });
    if (extract === null) return { kind: "found", found, written: [] };
    const { folder, ...options } = extract;
    const written = await extractWorkbook(source, found.sheets, folder, { ...options, limits });
    return { kind: "found", found, written };
  } catch (error) {
    return { kind: "failed", failure: sendFailure(error) };
  }
}

function buffersOf({ grid }: DetectorInput): ArrayBuffer[] {
  return [grid.vectors.buffer as ArrayBuffer, grid.cells.buffer as ArrayBuffer];
}
