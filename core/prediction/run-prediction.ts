/** What `bun run predict` does with its arguments. */

import { availableParallelism } from "node:os";
import { dirname, resolve } from "node:path";
import { type ExitCode, formatProblems, type Problem, usageError } from "../base/problem.ts";
import { shownPath } from "../base/system-path.ts";
import { counted, formatDuration } from "../base/text-layout.ts";
import { StderrConsole } from "../console/stderr-console.ts";
import { WorkProgress } from "../console/work-progress.ts";
import type { BlankLineRules } from "../detection/blank-lines.ts";
import { type Mode, usesNetwork, weightsFor } from "../detection/modes.ts";
import { openDetector } from "../detection/open-detector.ts";
import { acquireFileLock } from "../files/file-lock.ts";
import { fileSize, isFolder } from "../files/file-state.ts";
import type { OutputPlace } from "../files/output-place.ts";
import type { ShardWork } from "../files/shards/shard-work.ts";
import { writtenLine } from "../files/written-line.ts";
import { chooseDevice } from "../tensor/device-name.ts";
import { checkEarlierCopies, checkEarlierFile, copyToDraw, rememberFile } from "./earlier-results.ts";
import { ExtractedTables, type ExtractionRequest } from "./extracted-tables.ts";
import { FetchAhead, type FetchOptions } from "./fetch/fetch-ahead.ts";
import { type NamedWorkbook, othersNote } from "./list-workbooks.ts";
import { type Maker, makerOf } from "./maker.ts";
import { deviceMemory, memoryPlan } from "./memory-plan.ts";
import type { PartToLookAt } from "./part-to-look-at.ts";
import { UNNAMED } from "./piped-workbook.ts";
import { predictWorkbooks, readingThreads, startReading } from "./predict-workbooks.ts";
import { type FormatName, predictionFormat } from "./prediction-format.ts";
import { grownOutput, type PredictionOutput, standardOutput, wholeOutput } from "./prediction-output.ts";
import type { WorkbookOutcome } from "./workbook-prediction.ts";
import { readWrittenLines } from "./written-lines.ts";

export interface PredictionRequest {
  /** The checkpoint's file that was named; null: the weights that come with the project. */
  readonly checkpoint: string | null;
  readonly workbooks: readonly NamedWorkbook[];
  /** The bytes of the only workbook, if it is no file; null for files. */
  readonly bytes: Uint8Array | null;
  /** How each workbook is fetched, which is then no file; null: they are files. */
  readonly fetch: Omit<FetchOptions, "signal"> | null;
  /** The files and folders that the user named. */
  readonly names: readonly string[];
  /** Problems before the first workbook: folders that cannot be read. */
  readonly problems: readonly Problem[];
  /** Folders without a workbook. */
  readonly empty: readonly string[];
  /** Copies with drawn ranges that are passed over. */
  readonly copies: readonly string[];
  /** Workbooks of other kinds that are left out in folders. */
  readonly others: readonly string[];
  /** The path of each workbook's annotated copy; null for no copies. */
  readonly annotated: readonly string[] | null;
  /** Where and how the tables are written as files; null: they are not. */
  readonly extraction: ExtractionRequest | null;
  readonly mode: Mode;
  /** The least score of a table; undefined: the one stored with the weights. */
  readonly threshold: number | undefined;
  readonly device: string;
  readonly threads: number | undefined;
  /** The largest size of this process in memory, MB; null for no limit. */
  readonly memoryLimit: number | null;
  readonly format: FormatName;
  /** Null: standard output. */
  readonly output: OutputPlace | null;
  /** The shard that the workbooks are those of; null for all. */
  readonly shard: ShardWork | null;
  readonly retryFailed: boolean;
  /** True: a `.jsonl` that is there is started anew. */
  readonly overwrite: boolean;
  /** How many times as large as usual a workbook may be. */
  readonly limits: number;
  /** What of each workbook is looked at. */
  readonly part: PartToLookAt;
  /** How blank rows and columns join and split what the network finds; null: not at all. */
  readonly gaps: BlankLineRules | null;
  readonly signal: AbortSignal;
}

/** The counts in the last line. */
interface Tally {
  sheets: number;
  tables: number;
  failed: number;
}

/**
 * Finds and writes the tables.
 *
 * @returns 1 if a workbook failed, now or in the output that is continued; those of a shard do not count.
 */
export async function runPrediction(request: PredictionRequest): Promise<ExitCode> {
  const { mode, output: place, signal, limits, part, gaps } = request;
  const console = new StderrConsole();
  const weights = weightsFor(mode, request.checkpoint);
  const maker = makerOf({ mode, weights, threshold: request.threshold, limits, part, gaps });
  using _lock = lockOf(place, request.format);
  if (request.shard !== null) console.line(request.shard.line);
  const { workbooks, annotated, failedBefore } = whatIsLeft(request, maker, console);
  const file =
    place?.kind === "file" && request.format !== "jsonl"
      ? { path: place.path, named: place.named, names: request.names }
      : null;
  const copiesToDraw = annotated?.map((path, index) => copyToDraw(path, workbooks[index]!.path, maker)) ?? [];
  if (!request.overwrite) {
    if (file !== null) checkEarlierFile(file, maker);
    checkEarlierCopies(copiesToDraw, maker);
  }
  tellWhatIsLeftOut(request, console);
  const plan = memoryPlan(request.memoryLimit, {
    workers: isSmallWork(request, workbooks) ? 1 : "auto",
    threads: request.threads ?? readingThreads(mode),
    cores: availableParallelism(),
    device: await memoryOfDevice(request, weights),
    hasNetwork: usesNetwork(mode),
  });
  // They load their program while this thread loads the weights and the network.
  using started = startReading(Math.min(plan.threads, workbooks.length));
  await using detector = await openDetector(workbooks.length > 0 ? weights : null, {
    device: request.device,
    workers: plan.workers,
    scoreThreshold: request.threshold,
    warn: (text) => console.warn(text),
  });
  using tables = request.extraction === null ? null : new ExtractedTables(request.extraction, workbooks);
  const names = workbooks.map(({ path }) => path);
  using fetched = request.fetch === null ? null : new FetchAhead(names, { ...request.fetch, signal });
  const progress = new WorkProgress(console, "finding tables", workbooks.length, !console.isTerminal);
  const tally: Tally = { sheets: 0, tables: 0, failed: 0 };
  const continues = request.format === "jsonl" && !request.overwrite;
  const copyLines = annotated?.map((path) => writtenLine(path)) ?? [];
  const copies: string[] = [];
  const outputLine = place?.kind === "file" ? [writtenLine(place.path, continues)] : [];
  let output: PredictionOutput | null = null;
  try {
    output = openPredictionOutput(request, console);
    const format = predictionFormat(request.format, maker);
    const facts = { mode, checkpoint: weights, score_threshold: detector?.scoreThreshold ?? null };
    output.write(startsShard(request) ? request.shard!.header : format.start(facts));
    await predictWorkbooks(names, {
      mode,
      detector,
      signal,
      limits,
      part,
      gaps,
      threads: plan.threads,
      sheetBytes: plan.sheetBytes,
      started,
      bytes: (index) => fetched?.take(index) ?? request.bytes,
      annotate: (index) => copiesToDraw[index] ?? null,
      extract: (index) => tables?.task(index) ?? null,
      onOutcome(index, outcome) {
        tables?.add(index, outcome);
        output!.write(format.file(workbooks[index]!.path, outcome, index));
        tell(outcome, tally, console);
        const line = copyLines[index];
        if (line !== undefined && outcome.kind === "found" && outcome.problems.length === 0)
          copies.push(line);
      },
      onProgress: (share) => progress.step(share),
    });
    output.write(format.end());
    tables?.commit();
    output.commit();
    if (file !== null) rememberFile(file, maker);
  } finally {
    progress.end();
    await output?.close();
  }
  const tablesLine = tables === null ? [] : [tables.line];
  for (const line of [...shortened(copies), ...tablesLine, ...outputLine]) console.line(line);
  if (workbooks.length > 1 || place !== null) console.line(summary(workbooks.length, tally, progress));
  // A scheduler would start a shard again, or end the others: its failures are in its output, for the merge.
  const failed = request.shard === null ? tally.failed + failedBefore : 0;
  return failed + request.problems.length > 0 ? 1 : 0;
}

/** MB. Without a limit or a network, the device is not looked for. */
async function memoryOfDevice(
  { memoryLimit, device }: PredictionRequest,
  weights: string | null,
): Promise<number> {
  return memoryLimit === null || weights === null ? 0 : deviceMemory(await chooseDevice(device));
}

/** Workbooks of at most so many bytes are found sooner by one worker of the network than two have started. */
const SMALL_WORK = 50_000;

function isSmallWork({ bytes, fetch }: PredictionRequest, workbooks: readonly NamedWorkbook[]): boolean {
  if (fetch !== null || workbooks.length > 5) return false;
  const sizes = bytes === null ? workbooks.map(({ path }) => fileSize(path)) : [bytes.length];
  return sizes.reduce<number>((sum, size) => sum + (size ?? SMALL_WORK), 0) < SMALL_WORK;
}

function tellWhatIsLeftOut(
  { empty, copies, others, problems }: PredictionRequest,
  console: StderrConsole,
): void {
  for (const folder of empty) console.warn(`note: no workbook in ${folder}`);
  if (copies.length > 0) console.warn(`note: ${copiesNote(copies)}`);
  if (others.length > 0) console.warn(`note: ${othersNote(others)}`);
  if (problems.length > 0) console.warn(formatProblems(problems));
}

/** The most copies that are named. The rest is counted. */
const MOST_NAMED = 5;

function shortened(copies: readonly string[]): string[] {
  if (copies.length <= MOST_NAMED) return [...copies];
  const more = copies.length - MOST_NAMED;
  return [...copies.slice(0, MOST_NAMED), `… and ${counted(more, "more copy", "more copies")}`];
}

/** Two commands that continue one `.jsonl` would each write every line. */
function lockOf(place: OutputPlace | null, format: FormatName): Disposable | null {
  if (place?.kind !== "file" || format !== "jsonl" || !isFolder(dirname(place.path))) return null;
  const fix = "wait for the other command to end, or name another --output";
  return acquireFileLock(place.path, "Cannot continue this output", fix);
}

/** Whether the header of a shard is not in its output yet. */
function startsShard({ shard, output }: PredictionRequest): boolean {
  return shard !== null && output?.kind === "file" && !fileSize(output.path);
}

/** The workbooks that are not yet in the `.jsonl` that is continued. */
function whatIsLeft(
  { workbooks, bytes, annotated, format, output, retryFailed, overwrite, shard }: PredictionRequest,
  maker: Maker,
  console: StderrConsole,
): { workbooks: readonly NamedWorkbook[]; annotated: readonly string[] | null; failedBefore: number } {
  if (output?.kind !== "file" || format !== "jsonl" || overwrite) {
    return { workbooks, annotated, failedBefore: 0 };
  }
  const { path, named } = output;
  const { files, torn } = readWrittenLines(path, named, {
    retryFailed,
    maker,
    header: shard?.header ?? null,
  });
  if (torn) console.warn(`note: the last line of ${named} was incomplete and is removed`);
  if (workbooks[0]?.path === UNNAMED && bytes !== null && files.has(resolve(UNNAMED))) throw isUnknown(named);
  const isLeft = workbooks.map((workbook) => !files.has(resolve(workbook.path)));
  const done = workbooks.filter((_, index) => !isLeft[index]);
  const failedBefore = done.filter((workbook) => files.get(resolve(workbook.path))).length;
  const lacking = workbooks.filter(
    ({ path }, index) =>
      files.get(resolve(path)) === false && annotated !== null && !fileSize(annotated[index]!),
  );
  if (done.length > 0) {
    const hint = failedBefore > 0 ? `; ${failedBefore} of them failed: --retry-failed tries them again` : "";
    console.line(`${named} has ${counted(done.length, "workbook")} already: skipped${hint}`);
  }
  if (lacking.length > 0) {
    const which = counted(lacking.length, "workbook that is skipped", "workbooks that are skipped");
    console.warn(
      `note: no copy of ${which}: --overwrite finds and draws all anew (first: ${shownPath(lacking[0]!.path)})`,
    );
  }
  return {
    workbooks: workbooks.filter((_, index) => isLeft[index]),
    annotated: annotated?.filter((_, index) => isLeft[index]) ?? null,
    failedBefore: failedBefore + lacking.length,
  };
}

/** The output has a workbook without a name, perhaps this one and perhaps another. */
function isUnknown(file: string): Error {
  return usageError({
    file,
    message: "Cannot tell whether the workbook on standard input is in this output already",
    expected: "a name by which it is known",
    got: `none, and a line of "${UNNAMED}"`,
    fix: "--stdin-name budget.xlsx, or --overwrite to start the output anew",
  });
}

function openPredictionOutput(
  { output, format, overwrite }: PredictionRequest,
  console: StderrConsole,
): PredictionOutput {
  if (output === null) return standardOutput(console);
  return format === "jsonl" && output.kind === "file"
    ? grownOutput(output.path, overwrite)
    : wholeOutput(output);
}

function copiesNote(copies: readonly string[]): string {
  const more = copies.length > 1 ? `, and ${copies.length - 1} more` : "";
  return `copies with drawn ranges are passed over in folders: ${copies[0]}${more}`;
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
