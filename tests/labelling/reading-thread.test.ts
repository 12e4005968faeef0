/** Tests what becomes of a question when the thread that reads workbooks is ended. */

import { expect, test } from "bun:test";
import { UserError } from "../../core/base/problem.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { ReadingThread } from "../../core/labelling/reading-thread.ts";
import { filledSheet } from "../support/dataset-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("questions under way when the server ends are refused in words for people", async () => {
  using folder = temporaryFolder("reading-thread");
  const path = folder.write("a.xlsx", encodeWorkbook({ sheets: [filledSheet("S", 2, 2)] }));
  const thread = new ReadingThread();
  const questions = [thread.ask({ kind: "names", path }), thread.ask({ kind: "names", path })];
  // The first one is with the worker now, whose answer needs a turn of the event loop.
  for (let turn = 0; turn < 10; turn++) await null;
  thread[Symbol.dispose]();
  for (const question of questions) {
    const refused = await question.then(
      () => null,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(UserError);
    expect((refused as Error).message).toContain("Cannot read the workbook: the server ends");
  }
});
