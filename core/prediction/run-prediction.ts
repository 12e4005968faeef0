/** What `bun run predict` does with its arguments. */

import { resolve } from "node:path";
import { type ExitCode, formatProblems, type Problem } from "../base/problem.ts";
import { counted, formatDuration } from "../base/text-layout.ts";
import { StderrConsole } from "../console/stderr-console.ts";
import { WorkProgress } from "../console/work-progress.ts";
import { type Mode, weightsFor } from "../detection/modes.ts";
import { openDetector } from "../detection/open-detector.ts";
import type { NamedWorkbook } from "./list-workbooks.ts";
import { predictWorkbooks } from "./predict-workbooks.ts";
import { type FormatName, predictionFormat } from "./prediction-format.ts";
import {
  appendedOutput,
  type PredictionOutput,
  standardOutput,
  wholeFileOutput,
} from "./prediction-output.ts";
import type { WorkbookOutcome } from "./workbook-prediction.ts";
import { readWrittenLines } from "./written-lines.ts";

export interface PredictionRequest {
  /** The checkpoint's file that was named; null: the weights that come with the project. */
  readonly checkpoint: string | null;
  readonly workbooks: readonly NamedWorkbook[];
  /** Problems before the first workbook: folders that cannot be read. */
  readonly problems: readonly Problem[];
  /** Folders without a workbook. */
  readonly empty: readonly string[];
  /** The path of each workbook's annotated copy; null for no copies. */
  readonly annotated: readonly string[] | null;
  readonly mode: Mode;
  /** The least score of a table; undefined: the one stored with the weights. */
  readonly threshold: number | undefined;
  readonly device: string;
  readonly threads: number | undefined;
  readonly format: FormatName;
  /** A file; null: standard output. */
  readonly output: string | null;
  readonly retryFailed: boolean;
  readonly signal: AbortSignal;
}

/** The counts in the last line. */
interface Tally {
  sheets: number;
  tables: number;
  failed: number;
}

/** Finds and writes the tables. @returns 1 if a workbook failed, now or in the output that is continued. */
export async function runPrediction(request: PredictionRequest): Promise<ExitCode> {
  const { mode, output: outputPath, format: formatName, signal } = request;
  const console = new StderrConsole();
  const { workbooks, annotated, failedBefore } = whatIsLeft(request, console);
  for (const folder of request.empty) console.warn(`note: no workbook in ${folder}`);
  if (request.problems.length > 0) console.warn(formatProblems(request.problems));
  const weights = weightsFor(mode, request.checkpoint);
  await using detector = await openDetector(workbooks.length > 0 ? weights : null, {
    device: request.device,
    scoreThreshold: request.threshold,
    warn: (text) => console.warn(text),
  });
  const progress = new WorkProgress(console, "finding tables", workbooks.length, !console.isTerminal);
  const tally: Tally = { sheets: 0, tables: 0, failed: 0 };
  let output: PredictionOutput | null = null;
  try {
    output = openOutput(request, console);
    const format = predictionFormat(formatName);
    const facts = { mode, checkpoint: weights, score_threshold: detector?.scoreThreshold ?? null };
    output.write(format.start(facts));
    await predictWorkbooks(
      workbooks.map(({ path }) => path),
      {
        mode,
        detector,
        signal,
        threads: request.threads,
        annotate: (index) => annotated?.[index] ?? null,
        onOutcome(index, outcome) {
          output!.write(format.file(workbooks[index]!.path, outcome, index));
          tell(outcome, tally, console);
        },
        onProgress: (share) => progress.step(share),
      },
    );
    output.write(format.end());
    output.commit();
  } finally {
    progress.end();
    await output?.close();
  }
  if (workbooks.length > 1 || outputPath !== null) console.line(summary(workbooks.length, tally, progress));
  return tally.failed + failedBefore + request.problems.length > 0 ? 1 : 0;
}

/** The workbooks that are not yet in the `.jsonl` that is continued. */
function whatIsLeft(
  { workbooks, annotated, format, output, retryFailed }: PredictionRequest,
  console: StderrConsole,
): { workbooks: readonly NamedWorkbook[]; annotated: readonly string[] | null; failedBefore: number } {
  if (output === null || format !== "jsonl") return { workbooks, annotated, failedBefore: 0 };
  const { files, torn } = readWrittenLines(output, retryFailed);
  if (torn) console.warn(`note: the last line of ${output} was incomplete and is removed`);
  const isLeft = workbooks.map(({ path }) => !files.has(resolve(path)));
  const done = workbooks.filter((_, index) => !isLeft[index]);
  const failedBefore = done.filter(({ path }) => files.get(resolve(path))).length;
  if (done.length > 0) {
    const hint = failedBefore > 0 ? `; ${failedBefore} of them failed: --retry-failed tries them again` : "";
    console.line(`${output} has ${counted(done.length, "workbook")} already: skipped${hint}`);
  }
  return {
    workbooks: workbooks.filter((_, index) => isLeft[index]),
    annotated: annotated?.filter((_, index) => isLeft[index]) ?? null,
    failedBefore,
  };
}

function openOutput({ output, format }: PredictionRequest, console: StderrConsole): PredictionOutput {
  if (output === null) return standardOutput(console);
  return format === "jsonl" ? appendedOutput(output) : wholeFileOutput(output);
}

function tell(outcome: WorkbookOutcome, tally: Tally, console: StderrConsole): void {
  if (outcome.problems.length > 0) {
    tally.failed++;
    console.warn(formatProblems(outcome.problems));
  }
  if (outcome.kind === "failed") return;
  for (const note of outcome.notes) console.warn(`note: ${note}`);
  tally.sheets += outcome.sheets.length;
  tally.tables += outcome.sheets.reduce((sum, { tables }) => sum + tables.length, 0);
}

function summary(workbooks: number, { sheets, tables, failed }: Tally, { seconds }: WorkProgress): string {
  const counts = [
    counted(workbooks, "workbook"),
    counted(sheets, "sheet"),
    counted(tables, "table"),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  return `${counts.join(", ")}, ${formatDuration(seconds)}`;
}
