/** The program of a thread that reads workbooks for the library; the network computes elsewhere. */

import { receiveError } from "../base/thread-error.ts";
import { extractWorkbook } from "../extraction/extract-workbook.ts";
import { askForTables, type TableQuestions } from "../prediction/ask-for-tables.ts";
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
  const questions = askForTables(main);
  main.onmessage = async ({ data }: MessageEvent<ToThread>) => {
    if (data.kind === "detected") questions.answer(data.tables);
    else if (data.kind === "undetected") questions.fail(receiveError(data.error));
    else main.postMessage((await work(data, questions.detect)) satisfies FromThread);
  };
}

async function work(task: FindTask | PageTask, detect: TableQuestions["detect"]): Promise<FromThread> {
  const { source, limits } = task;
  try {
    if (task.kind === "page") return { kind: "read", page: await markdownPage(source, limits, task.page) };
    const { mode, hints, extract } = task;
    const found = await predictWorkbook(source, { mode, hints, limits, detect });
    if (extract === null) return { kind: "found", found, written: [] };
    const { folder, ...options } = extract;
    const written = await extractWorkbook(source, found.sheets, folder, { ...options, limits });
    return { kind: "found", found, written };
  } catch (error) {
    return { kind: "failed", failure: sendFailure(error) };
  }
}
