/** What `bun run evaluate` does with its arguments. */

import type { ExitCode } from "../base/problem.ts";
import { readCheckpoint } from "../checkpoint/detector-state.ts";
import type { DataOptions } from "../config/data-options.ts";
import type { ProcessConsole } from "../console/console.ts";
import { ReadingProgress } from "../console/reading-progress.ts";
import { WorkProgress } from "../console/work-progress.ts";
import type { Split } from "../dataset/split.ts";
import { findTables } from "../detection/find-tables.ts";
import { type Mode, weightsFor } from "../detection/modes.ts";
import { openDetector } from "../detection/open-detector.ts";
import type { CheckpointConfig, SheetDetector } from "../detection/sheet-detector.ts";
import type { OutputPlace } from "../files/output-place.ts";
import { writtenLine } from "../files/written-line.ts";
import { SCORE_THRESHOLDS } from "../scoring/threshold-table.ts";
import { type EvaluationFacts, evaluationReport } from "./evaluation-report.ts";
import { evaluationSettings } from "./evaluation-settings.ts";
import { handOutReport } from "./hand-out-report.ts";
import { type EvaluationSheet, readPart, type SplitPart, wholeSplit } from "./load-split.ts";
import { sheetCards } from "./page/sheet-card.ts";
import { type ShardRequest, shardLine, writeShard } from "./shards/write-shard.ts";

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
  /** The part of the workbooks to measure, and where its sheets go; null: all, for a report. */
  readonly shard: ShardRequest | null;
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

/**
 * Evaluates, writes the page and prints the report. A shard writes its sheets instead.
 *
 * @throws {UserError} If data, weights or files keep it from that.
 */
export async function runEvaluation(
  request: EvaluationRequest,
  signal: AbortSignal,
  console: ProcessConsole,
): Promise<ExitCode> {
  const { json, page, worst, shard } = request;
  const work = { request, signal, console, isSilent: json || !console.isTerminal };
  const { facts, data, part, predicted } = await predictPart(work);
  const sheets = part.sheets.map(({ sheet }) => sheet);
  const swept = request.thresholds ? await predictAtLowerScores(sheets, work) : null;
  if (shard !== null) {
    const { place } = shard;
    const written = place.kind === "file" ? writtenLine(place.path) : `wrote ${place.named}`;
    await writeShard(shard, { facts, data, part, predicted, swept, signal });
    console.warn(`${shardLine(shard.shard, part)}: ${written}`);
    return 0;
  }
  const report = evaluationReport(facts, wholeSplit(part, request.split), predicted, swept);
  const cards = page === null ? null : await sheetCards(report.sheets, sheets, { texts: page.texts, signal });
  const drawn = page === null ? null : { place: page.place, cards: cards! };
  handOutReport(report, { page: drawn, json, worst }, console);
  return 0;
}

/** Reads the split, or a shard's part of it, and finds the tables of its sheets. */
async function predictPart(
  work: Work,
): Promise<{ facts: EvaluationFacts; data: DataOptions; part: SplitPart; predicted: Predicted }> {
  const { checkpoint, mode, split, overrides, scoreThreshold, shard } = work.request;
  const weights = weightsFor(mode, checkpoint);
  await using detector = await open(weights, scoreThreshold, work);
  const trained = detector?.config ?? (checkpoint === null ? null : storedConfig(checkpoint));
  const data = evaluationSettings(trained?.data ?? null, overrides);
  const part = await readSheets(data, work);
  if (shard === null) wholeSplit(part, split); // it says at once that no sheet can be used
  const sheets = part.sheets.map(({ sheet }) => sheet);
  const predicted = await find(detector, sheets, "finding tables", work);
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
  return { facts, data, part, predicted };
}

/** Finds the tables once more, down to the lowest threshold of the table. */
async function predictAtLowerScores(sheets: readonly EvaluationSheet[], work: Work): Promise<Predicted> {
  const { mode, checkpoint } = work.request;
  await using detector = await open(weightsFor(mode, checkpoint), SCORE_THRESHOLDS[0], work);
  return await find(detector, sheets, "again, at lower scores", work);
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

async function readSheets(
  data: DataOptions,
  { request, signal, console, isSilent }: Work,
): Promise<SplitPart> {
  const progress = new ReadingProgress(console, "reading", isSilent);
  const part = await readPart(data, request.split, request.shard?.shard ?? null, {
    threads: request.threads,
    signal,
    ...progress.calls,
  });
  progress.end();
  return part;
}

async function find(
  detector: SheetDetector | null,
  sheets: readonly EvaluationSheet[],
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
