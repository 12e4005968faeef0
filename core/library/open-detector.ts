/** Opens a detector that stays open for many workbooks. */

import { availableParallelism } from "node:os";
import { type Problem, UserError, usageError } from "../base/problem.ts";
import { formatRange } from "../base/range.ts";
import { sendError } from "../base/thread-error.ts";
import { locateCheckpoint } from "../checkpoint/locate-checkpoint.ts";
import { MODES, weightsFor } from "../detection/modes.ts";
import { openDetector as openNetwork } from "../detection/open-detector.ts";
import type { SheetDetector } from "../detection/sheet-detector.ts";
import { MOST_LIMITS } from "../excel/read-limits.ts";
import { detectInTurns } from "../prediction/detection-queue.ts";
import type { FoundTables } from "../prediction/predict-workbook.ts";
import type { DetectorOptions, FoundWorkbook, TableDetector } from "./library-types.ts";
import { type FromThread, receiveFailure, type ToThread } from "./thread-messages.ts";
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
  return {
    mode,
    threshold: network?.scoreThreshold ?? null,
    device: network?.device ?? null,
    async find(source, { signal } = {}) {
      signal?.throwIfAborted();
      const workbook = await namedSource(source);
      const file = typeof workbook === "string" ? workbook : workbook.name;
      const answer = await readers.run(
        file,
        async (ask) => {
          let answer = await ask({ kind: "find", source: workbook, mode, limits });
          while (answer.kind === "detect") answer = await ask(await detected(answer.sheets, detect));
          return answer;
        },
        signal,
      );
      if (answer.kind === "failed") throw receiveFailure(answer.failure);
      return foundWorkbook(file, answer.found);
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
