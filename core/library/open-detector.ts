/** Opens a detector that stays open for many workbooks. */

import { availableParallelism } from "node:os";
import { UserError, usageError } from "../base/problem.ts";
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
import { TABLE_FORMATS } from "../extraction/table-format.ts";
import { MERGED } from "../extraction/table-rows.ts";
import { detectInTurns } from "../prediction/detection-queue.ts";
import type { FoundTables } from "../prediction/predict-workbook.ts";
import { checkOptions, numberThat, oneOf, text, wholeNumber } from "./check-options.ts";
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
  checkOptions({ ...options }, DETECTOR_RULES);
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
      checkOptions(options, EXTRACT_RULES);
      const place = extractionPlace(folder);
      using output = new ExtractionFolder(place);
      const { file, answer } = await findIn(source, { folder: output.path, ...options }, signal);
      output.add("", answer.written);
      output.commit();
      return { file, folder: place, tables: answer.written.map(extractedFile), notes: answer.found.notes };
    },
    page: async (source, { signal, ...page }) => {
      checkOptions(page, PAGE_RULES);
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

const DETECTOR_RULES = {
  weights: text("a checkpoint, a run's folder or name, latest or pretrained"),
  mode: oneOf(MODES),
  threshold: numberThat("a number from 0 to 1", (value) => value >= 0 && value <= 1),
  device: text("the name of a device"),
  threads: wholeNumber(1, 1024),
  limits: wholeNumber(1, MOST_LIMITS),
  timeLimit: numberThat("milliseconds, more than 0", (value) => value > 0),
};
const EXTRACT_RULES = { format: oneOf(TABLE_FORMATS), merged: oneOf(MERGED) };
const PAGE_RULES = { merged: oneOf(MERGED) };

async function noNetwork(): Promise<never> {
  throw usageError({ message: "A sheet came for the network, and there is none" });
}
