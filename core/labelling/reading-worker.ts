/** The program of a thread that reads workbooks for the workbench: none holds up the server. */

import { problemsOf } from "../base/thread-error.ts";
import { openWorkbook } from "../excel/read-workbook.ts";
import { gridOfSheet } from "../features/load-grids.ts";
import { hashOf } from "../files/file-hash.ts";
import { cellBlock } from "./cell-block.ts";
import { OpenSheets } from "./open-sheets.ts";
import type { LookedSheet, ReadingAnswer, ReadingQuestion } from "./reading-messages.ts";
import { sheetLayout } from "./sheet-layout.ts";
import { sheetTemplate } from "./sheet-template.ts";

declare const self: Worker;

serve(self);

function serve(main: Worker): void {
  const sheets = new OpenSheets();
  main.onmessage = async ({ data }: MessageEvent<ReadingQuestion>) => {
    main.postMessage((await answer(data, sheets)) satisfies ReadingAnswer);
  };
}

async function answer(question: ReadingQuestion, sheets: OpenSheets): Promise<ReadingAnswer> {
  const { path } = question;
  try {
    if (question.kind === "names") return await names(path);
    if (question.kind === "hash") return { kind: "hash", hash: hashOf(path) };
    if (question.kind === "grids") return await grids(path);
    const open = await sheets.get(path, question.sheet);
    if (question.kind === "cells") return { kind: "cells", block: cellBlock(open, question.place) };
    const { height, width } = open.sheet;
    return { kind: "layout", layout: sheetLayout(open.sheet), height, width };
  } catch (error) {
    const message = "Cannot read the workbook: the reader failed";
    return { kind: "failed", problems: problemsOf(error, { file: path, message }) };
  }
}

async function names(path: string): Promise<ReadingAnswer> {
  const workbook = await openWorkbook(path);
  try {
    const sheets = workbook.entries.map(({ name, state }) => ({ name, hidden: state !== "visible" }));
    return { kind: "names", sheets };
  } finally {
    workbook.close();
  }
}

async function grids(path: string): Promise<ReadingAnswer> {
  const workbook = await openWorkbook(path);
  try {
    const sheets: LookedSheet[] = [];
    for (let index = 0; index < workbook.entries.length; index++) {
      const sheet = await workbook.readSheet(index);
      sheets.push({ ...gridOfSheet(sheet, workbook, null), template: sheetTemplate(sheet) });
    }
    return { kind: "grids", sheets };
  } finally {
    workbook.close();
  }
}
