/** The program of a predicting thread. It reads workbooks; the network runs on the main thread. */

import { type Problem, UserError } from "../base/problem.ts";
import { problemsOf } from "../base/thread-error.ts";
import type { NamedBytes } from "../excel/byte-source.ts";
import { MOST_LIMITS } from "../excel/read-limits.ts";
import { WorkbookError } from "../excel/workbook-error.ts";
import type { WrittenTable } from "../extraction/extract-workbook.ts";
import { ExtractionWriteError } from "../extraction/write-error.ts";
import { askForTables, type TableQuestions } from "./ask-for-tables.ts";
import { UNNAMED } from "./piped-workbook.ts";
import type { CopyToDraw, ExtractTask, FromThread, PredictTask, ToThread } from "./predict-messages.ts";
import { predictWorkbook } from "./predict-workbook.ts";
import type { SheetTables, WorkbookOutcome } from "./workbook-prediction.ts";

declare const self: Worker;

serve(self);

function serve(main: Worker): void {
  const questions = askForTables(main);
  let turn: PromiseWithResolvers<void> | null = null;
  const takeTurn = (keeps: boolean) => {
    turn = Promise.withResolvers<void>();
    main.postMessage({ kind: "turn", keeps } satisfies FromThread);
    return turn.promise;
  };
  main.onmessage = async ({ data }: MessageEvent<ToThread>) => {
    if (data.kind === "detected") questions.answer(data.tables);
    else if (data.kind === "undetected") questions.fail(new UserError(data.problems));
    else if (data.kind === "turn") turn!.resolve();
    else {
      const outcome = await predict(data.task, questions.detect, takeTurn);
      main.postMessage({ kind: "done", outcome } satisfies FromThread);
      // Under a limit the memory of the workbook goes back now. It takes some milliseconds.
      if (Number.isFinite(data.task.sheetBytes)) Bun.gc(true);
    }
  };
}

async function predict(
  { path, bytes, annotate, extract, ...options }: PredictTask,
  detect: TableQuestions["detect"],
  takeTurn: (keeps: boolean) => Promise<void>,
): Promise<WorkbookOutcome> {
  const { limits } = options;
  try {
    const source = bytes === null ? path : { name: path, bytes };
    let isLarge = false;
    const found = await predictWorkbook(source, {
      ...options,
      detect,
      takeTurn(keeps) {
        isLarge = true;
        return takeTurn(keeps);
      },
    });
    // What draws and writes tables reads large sheets once more.
    if (isLarge && (annotate !== null || extract !== null)) await takeTurn(true);
    const problems = annotate === null ? [] : await tryToAnnotate(path, annotate, found.sheets, limits);
    const tables = await tryToExtract(source, extract, found.sheets, limits);
    return {
      kind: "found",
      ...found,
      extracted: tables.written,
      problems: [...problems, ...tables.problems],
    };
  } catch (error) {
    if (error instanceof ExtractionWriteError) {
      return { kind: "failed", problems: error.problems, endsAll: true };
    }
    const message = "Cannot find the tables: the program failed";
    const problems = problemsOf(error, { file: path, message });
    if (isTooLarge(error)) return { kind: "failed", problems: problems.map(withLimits(limits)) };
    const isUnnamed = bytes !== null && path === UNNAMED && isNoWorkbook(error);
    return { kind: "failed", problems: isUnnamed ? problems.map(withName) : problems };
  }
}

async function tryToAnnotate(
  path: string,
  { path: target, mark }: CopyToDraw,
  sheets: readonly SheetTables[],
  limits: number,
): Promise<readonly Problem[]> {
  try {
    // What draws and writes tables is loaded only where it is asked for: most predictions do neither.
    const { annotateWorkbook } = await import("./annotate/annotate-workbook.ts");
    await annotateWorkbook(path, target, sheets, { limits, mark });
    return [];
  } catch (error) {
    return problemsOf(error, { file: path, message: `Cannot write ${target}` });
  }
}

/** @throws {ExtractionWriteError} If nothing can be written any more. */
async function tryToExtract(
  source: string | NamedBytes,
  task: ExtractTask | null,
  sheets: readonly SheetTables[],
  limits: number,
): Promise<{ written: readonly WrittenTable[]; problems: readonly Problem[] }> {
  if (task === null) return { written: [], problems: [] };
  try {
    const { extractWorkbook } = await import("../extraction/extract-workbook.ts");
    const { folder, ...options } = task;
    return { written: await extractWorkbook(source, sheets, folder, { ...options, limits }), problems: [] };
  } catch (error) {
    if (error instanceof ExtractionWriteError) throw error;
    const file = typeof source === "string" ? source : source.name;
    return { written: [], problems: problemsOf(error, { file, message: "Cannot extract the tables" }) };
  }
}

function isNoWorkbook(error: unknown): boolean {
  return error instanceof WorkbookError && error.fault === "not-a-workbook";
}

/** Texts have no mark of their own: the name tells them. */
function withName(problem: Problem): Problem {
  const { fix } = problem;
  if (fix === undefined) return problem; // it is empty
  return { ...problem, fix: `--stdin-name table.csv, if it is a text; or ${fix}` };
}

function isTooLarge(error: unknown): boolean {
  return error instanceof WorkbookError && error.fault === "too-large";
}

/** The advice to raise the limits that a workbook exceeds. */
function withLimits(limits: number): (problem: Problem) => Problem {
  const raised = Math.min(limits * 4, MOST_LIMITS);
  if (raised === limits) return (problem) => problem;
  return (problem) => ({ ...problem, fix: `--limits ${raised}, if you know where the workbook comes from` });
}
