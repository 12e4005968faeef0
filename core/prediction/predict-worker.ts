/** The program of a predicting thread. It reads workbooks; the network runs on the main thread. */

import type { PredictedTable } from "../base/predicted-table.ts";
import { type Problem, UserError } from "../base/problem.ts";
import { problemsOf } from "../base/thread-error.ts";
import type { DetectorInput } from "../detection/sheet-detector.ts";
import { annotateWorkbook } from "./annotate/annotate-workbook.ts";
import type { FromThread, PredictTask, ToThread } from "./predict-messages.ts";
import { predictWorkbook } from "./predict-workbook.ts";
import type { WorkbookOutcome } from "./workbook-prediction.ts";

declare const self: Worker;

serve(self);

function serve(main: Worker): void {
  let asked: { resolve(tables: PredictedTable[][]): void; reject(error: Error): void } | null = null;
  const tell = (message: FromThread, transfer: ArrayBuffer[] = []) => main.postMessage(message, transfer);
  const detect = (sheets: readonly DetectorInput[]) =>
    new Promise<PredictedTable[][]>((resolve, reject) => {
      asked = { resolve, reject };
      tell({ kind: "detect", sheets }, sheets.flatMap(buffersOf));
    });
  main.onmessage = async ({ data }: MessageEvent<ToThread>) => {
    if (data.kind === "detected") asked!.resolve(data.tables);
    else if (data.kind === "undetected") asked!.reject(new UserError(data.problems));
    else tell({ kind: "done", outcome: await predict(data.task, detect) });
  };
}

async function predict(
  { path, mode, annotate }: PredictTask,
  detect: (sheets: readonly DetectorInput[]) => Promise<PredictedTable[][]>,
): Promise<WorkbookOutcome> {
  try {
    const found = await predictWorkbook(path, mode, detect);
    const problems = annotate === null ? [] : await tryToAnnotate(path, annotate, found.sheets);
    return { kind: "found", ...found, problems };
  } catch (error) {
    const message = "Cannot find the tables: the program failed";
    return { kind: "failed", problems: problemsOf(error, { file: path, message }) };
  }
}

async function tryToAnnotate(
  path: string,
  target: string,
  sheets: Parameters<typeof annotateWorkbook>[2],
): Promise<readonly Problem[]> {
  try {
    await annotateWorkbook(path, target, sheets);
    return [];
  } catch (error) {
    return problemsOf(error, { file: path, message: `Cannot write ${target}` });
  }
}

function buffersOf({ grid }: DetectorInput): ArrayBuffer[] {
  return [grid.vectors.buffer as ArrayBuffer, grid.cells.buffer as ArrayBuffer];
}
