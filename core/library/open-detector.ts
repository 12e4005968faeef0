/** Opens a detector that stays open for many workbooks. */

import { availableParallelism } from "node:os";
import { type Problem, UserError, usageError } from "../base/problem.ts";
import { formatRange } from "../base/range.ts";
import { sendError } from "../base/thread-error.ts";
import { locateCheckpoint } from "../checkpoint/locate-checkpoint.ts";
import { MODES, weightsFor } from "../detection/modes.ts";
import { openDetector as openNetwork } from "../detection/open-detector.ts";
import type { SheetDetector } from "../detection/sheet-detector.ts";
import type { NamedBytes } from "../excel/byte-source.ts";
import { MOST_LIMITS } from "../excel/read-limits.ts";
import type { WrittenTable } from "../extraction/extract-workbook.ts";
import { ExtractionFolder, extractionPlace } from "../extraction/extraction-folder.ts";
import { detectInTurns } from "../prediction/detection-queue.ts";
import type { FoundTables } from "../prediction/predict-workbook.ts";
import type {
  DetectorOptions,
  ExtractedFile,
  FoundWorkbook,
  TableDetector,
  WorkbookSource,
} from "./library-types.ts";
import {
  type FindTask,
  type FoundAnswer,
  type FromThread,
  type PageTask,
  receiveFailure,
  type ToThread,
} from "./thread-messages.ts";
import { namedSource } from "./workbook-source.ts";
import { WorkbookThreads } from "./workbook-threads.ts";

/**
 * Opens the weights and starts the threads of the network.
 *
 * @returns To be closed in the end: `await using detector = await openDetector()`.
 * @throws {UserError} If an option has no such value, or the weights or the device cannot be used.
 * @throws The reason of `signal`.
 */
export async function openDetector(options: DetectorOptions = {}): Promise<TableDetector> {
  checkOptions(options);
  const { mode = "hybrid", device = "cpu", threshold, limits = 1, signal } = options;
  const { threads = availableParallelism(), timeLimit = 600_000, onWarning = () => {} } = options;
  signal?.throwIfAborted();
  const named = options.weights === undefined ? null : locateCheckpoint(options.weights);
  const network = await openNetwork(weightsFor(mode, named), {
    device,
    scoreThreshold: threshold,
    apart: true,
    warn: onWarning,
  });
  if (signal?.aborted) {
    await network?.dispose();
    throw signal.reason;
  }
  const hints = network?.readsHints ?? false;
  const closed = new AbortController();
  const detect = detectInTurns(network ?? { detect: noNetwork }, closed.signal);
  const readers = new WorkbookThreads<ToThread, FromThread>({
    program: new URL("./library-worker.ts", import.meta.url),
    threads,
    timeLimit,
  });
  const close = async () => {
    if (closed.signal.aborted) return;
    closed.abort();
    readers.close(new UserError({ message: "Cannot find tables: the detector is closed" }));
    await network?.dispose();
  };
  /** Asks a thread. @throws What the thread reports. */
  const ask = async (
    source: WorkbookSource,
    task: (workbook: string | NamedBytes) => FindTask | PageTask,
    signal: AbortSignal | undefined,
  ) => {
    signal?.throwIfAborted();
    const workbook = await namedSource(source);
    const file = typeof workbook === "string" ? workbook : workbook.name;
    const answer = await readers.run(
      file,
      async (tell) => {
        let answer = await tell(task(workbook));
        while (answer.kind === "detect") answer = await tell(await detected(answer.sheets, detect));
        return answer;
      },
      signal,
    );
    if (answer.kind === "failed") throw receiveFailure(answer.failure);
    return { file, answer };
  };
  const findIn = async (
    source: WorkbookSource,
    extract: FindTask["extract"],
    signal: AbortSignal | undefined,
  ): Promise<{ file: string; answer: FoundAnswer }> => {
    const task = (workbook: string | NamedBytes) =>
      ({ kind: "find", source: workbook, mode, hints, limits, extract }) as const;
    const { file, answer } = await ask(source, task, signal);
    if (answer.kind === "found") return { file, answer };
    throw new Error(`A thread answered a search with ${answer.kind}`);
  };
  return {
    mode,
    threshold: network?.scoreThreshold ?? null,
    device: network?.device ?? null,
    find: async (source, { signal } = {}) => {
      const { file, answer } = await findIn(source, null, signal);
      return foundWorkbook(file, answer.found);
    },
    extract: async (source, folder, { signal, ...options } = {}) => {
      const place = extractionPlace(folder);
      using output = new ExtractionFolder(place);
      const { file, answer } = await findIn(source, { folder: output.path, ...options }, signal);
      output.add("", answer.written);
      output.commit();
      return { file, folder: place, tables: answer.written.map(extractedFile), notes: answer.found.notes };
    },
    page: async (source, { signal, ...page }) => {
      const { answer } = await ask(
        source,
        (workbook) => ({ kind: "page", source: workbook, limits, page }),
        signal,
      );
      if (answer.kind === "read") return answer.page;
      throw new Error(`A thread answered a page with ${answer.kind}`);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The network's answer to a thread. What it throws reaches the caller by way of the thread. */
async function detected(
  sheets: Parameters<SheetDetector["detect"]>[0],
  detect: SheetDetector["detect"],
): Promise<Extract<ToThread, { kind: "detected" | "undetected" }>> {
  try {
    return { kind: "detected", tables: await detect(sheets) };
  } catch (error) {
    return { kind: "undetected", error: sendError(error) };
  }
}

function extractedFile({
  sheet,
  range,
  score,
  headerRows,
  headerColumns,
  file,
}: WrittenTable): ExtractedFile {
  return { sheet, range: formatRange(range), score, headerRows, headerColumns, file };
}

function foundWorkbook(file: string, { sheets, notes }: FoundTables): FoundWorkbook {
  return {
    file,
    sheets: sheets.map(({ sheet, hidden, lookedAt, tables }) => ({
      sheet,
      hidden,
      lookedAt: lookedAt === null ? null : formatRange(lookedAt),
      tables: tables.map(({ range, score }) => ({ range: formatRange(range), ...range, score })),
    })),
    notes,
  };
}

/** Programs in plain JavaScript may give anything. @throws {UserError} Exit code 2, with all problems. */
function checkOptions({ mode, threshold, threads, limits, timeLimit }: DetectorOptions): void {
  const problems: Problem[] = [];
  const check = (name: string, value: unknown, isRight: boolean, expected: string) => {
    if (value === undefined || isRight) return;
    problems.push({ message: `Cannot use the option ${name}`, expected, got: String(value) });
  };
  const isWhole = (value: unknown, most: number) =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most;
  check("mode", mode, MODES.includes(mode!), `one of ${MODES.join(", ")}`);
  check("threshold", threshold, threshold! >= 0 && threshold! <= 1, "a number from 0 to 1");
  check("threads", threads, isWhole(threads, 1024), "a whole number from 1 to 1024");
  check("limits", limits, isWhole(limits, MOST_LIMITS), `a whole number from 1 to ${MOST_LIMITS}`);
  check("timeLimit", timeLimit, timeLimit! > 0, "milliseconds, more than 0");
  if (problems.length > 0) throw new UserError(problems, { exitCode: 2 });
}

async function noNetwork(): Promise<never> {
  throw usageError({ message: "A sheet came for the network, and there is none" });
}
