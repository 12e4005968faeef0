/** What `bun run evaluate` does with its arguments. */

import type { ExitCode } from "../base/problem.ts";
import { readCheckpoint } from "../checkpoint/detector-state.ts";
import type { DataOptions } from "../config/data-options.ts";
import type { ProcessConsole } from "../console/console.ts";
import { ReadingProgress } from "../console/reading-progress.ts";
import { WorkProgress } from "../console/work-progress.ts";
import { describeSkipped } from "../dataset/check-splits.ts";
import type { Split } from "../dataset/split.ts";
import { findTables } from "../detection/find-tables.ts";
import { type Mode, weightsFor } from "../detection/modes.ts";
import { openDetector } from "../detection/open-detector.ts";
import type { CheckpointConfig, SheetDetector } from "../detection/sheet-detector.ts";
import type { OutputPlace } from "../files/output-place.ts";
import { writeOutput } from "../files/write-output.ts";
import { writtenLine } from "../files/written-line.ts";
import { SCORE_THRESHOLDS } from "../scoring/threshold-table.ts";
import { type EvaluationFacts, type EvaluationReport, evaluationReport } from "./evaluation-report.ts";
import { evaluationSettings } from "./evaluation-settings.ts";
import { type LoadedSplit, loadSplit } from "./load-split.ts";
import { reportPage } from "./page/report-page.ts";
import { sheetCards } from "./page/sheet-card.ts";
import { reportText } from "./report-text.ts";

export interface EvaluationRequest {
  /** The checkpoint's file that was named; null: the weights that come with the project. */
  readonly checkpoint: string | null;
  readonly mode: Mode;
  readonly split: Split;
  /** `--data.key=value`. */
  readonly overrides: readonly string[];
  readonly device: string;
  readonly threads: number | undefined;
  /** Least score of a predicted table; undefined: the one stored with the weights. */
  readonly scoreThreshold: number | undefined;
  /** True: a second pass over the sheets counts at other thresholds too. */
  readonly thresholds: boolean;
  /** The page to write, with the cells' texts or without; null for none. */
  readonly page: { readonly place: OutputPlace; readonly texts: boolean } | null;
  /** True: one JSON document on standard output instead of a text. */
  readonly json: boolean;
  /** How many of the worst sheets the text names. */
  readonly worst: number;
}

/** What all steps need. */
interface Work {
  readonly request: EvaluationRequest;
  readonly signal: AbortSignal;
  readonly console: ProcessConsole;
  readonly isSilent: boolean;
}

type Predicted = Awaited<ReturnType<typeof findTables>>;

/** The most notes and skipped sheets that are printed. The rest is counted; the JSON document has all. */
const MAX_LISTED = 10;

/**
 * Evaluates, writes the page and prints the report.
 *
 * @throws {UserError} If data, weights or files keep it from that.
 */
export async function runEvaluation(
  request: EvaluationRequest,
  signal: AbortSignal,
  console: ProcessConsole,
): Promise<ExitCode> {
  const work = { request, signal, console, isSilent: request.json || !console.isTerminal };
  const { facts, loaded, predicted } = await predictSplit(work);
  const swept = request.thresholds ? await predictAtLowerScores(loaded, work) : null;
  const report = evaluationReport(facts, loaded, predicted, swept);
  if (request.page !== null) {
    const cards = await sheetCards(report.sheets, loaded.sheets, { texts: request.page.texts, signal });
    const pieces = reportPage(report, cards);
    const { place } = request.page;
    const written = place.kind === "file" ? writtenLine(place.path) : null;
    writeOutput(place, pieces, { message: "Cannot write the page", fix: "--html another file" });
    if (written !== null) console.warn(written);
  }
  if (request.json) console.line(JSON.stringify(report));
  else printReport(report, work);
  return 0;
}

/** Reads the split and finds the tables of its sheets. */
async function predictSplit(
  work: Work,
): Promise<{ facts: EvaluationFacts; loaded: LoadedSplit; predicted: Predicted }> {
  const { checkpoint, mode, split, overrides, scoreThreshold } = work.request;
  const weights = weightsFor(mode, checkpoint);
  await using detector = await open(weights, scoreThreshold, work);
  const trained = detector?.config ?? (checkpoint === null ? null : storedConfig(checkpoint));
  const data = evaluationSettings(trained?.data ?? null, overrides);
  const loaded = await readSplit(data, work);
  const predicted = await find(detector, loaded, "finding tables", work);
  const facts: EvaluationFacts = {
    mode,
    checkpoint: weights,
    device: detector?.device ?? null,
    score_threshold: detector?.scoreThreshold ?? null,
    datasets: data.dataset_names,
    split,
    max_rows: data.max_rows,
    max_cols: data.max_cols,
  };
  return { facts, loaded, predicted };
}

/** Finds the tables once more, down to the lowest threshold of the table. */
async function predictAtLowerScores(loaded: LoadedSplit, work: Work): Promise<Predicted> {
  const { mode, checkpoint } = work.request;
  await using detector = await open(weightsFor(mode, checkpoint), SCORE_THRESHOLDS[0], work);
  return await find(detector, loaded, "again, at lower scores", work);
}

function open(
  weights: string | null,
  scoreThreshold: number | undefined,
  { request, console }: Work,
): Promise<SheetDetector | null> {
  const { device } = request;
  return openDetector(weights, { device, scoreThreshold, warn: (text) => console.warn(text) });
}

/** The configuration in a checkpoint whose network is not used; null if it has none. */
function storedConfig(file: string): Partial<CheckpointConfig> | null {
  return (readCheckpoint(file).extra?.config ?? null) as Partial<CheckpointConfig> | null;
}

async function readSplit(
  data: DataOptions,
  { request, signal, console, isSilent }: Work,
): Promise<LoadedSplit> {
  const progress = new ReadingProgress(console, "reading", isSilent);
  const loaded = await loadSplit(data, request.split, {
    threads: request.threads,
    signal,
    ...progress.calls,
  });
  progress.end();
  return loaded;
}

async function find(
  detector: SheetDetector | null,
  { sheets }: LoadedSplit,
  what: string,
  { request, signal, console, isSilent }: Work,
): Promise<Predicted> {
  const progress = new WorkProgress(console, what, sheets.length, isSilent, "sheets");
  const found = await findTables(sheets, {
    detector,
    mode: request.mode,
    signal,
    onSheets: (count, share) => progress.step(share, count),
  });
  progress.end();
  return found;
}

function printReport(report: EvaluationReport, { request, console }: Work): void {
  console.line(reportText(report, request.worst));
  const list = (title: string, lines: readonly string[]) => {
    if (lines.length === 0) return;
    const more =
      lines.length > MAX_LISTED ? [`… ${lines.length - MAX_LISTED} more: --json has them all`] : [];
    console.warn(["", title, ...lines.slice(0, MAX_LISTED).map((line) => `  ${line}`), ...more].join("\n"));
  };
  const skipped = report.skipped.map(describeSkipped);
  list(`left out, and not counted (${skipped.length}):`, skipped);
  list(`notes (${report.notes.length}):`, report.notes);
}
