/** Finds the tables of many workbooks, on all cores. */

import { availableParallelism } from "node:os";
import { UserError } from "../base/problem.ts";
import { problemsOf } from "../base/thread-error.ts";
import type { BlankLineRules } from "../detection/blank-lines.ts";
import { type Mode, usesNetwork } from "../detection/modes.ts";
import type { SheetDetector } from "../detection/sheet-detector.ts";
import { type StartedThreads, startThreads } from "../files/started-threads.ts";
import { workThroughFiles } from "../files/work-through-files.ts";
import { detectInTurns } from "./detection-queue.ts";
import { largeSheetTurns } from "./large-sheet-turns.ts";
import { type PartToLookAt, WHOLE_WORKBOOK } from "./part-to-look-at.ts";
import type { CopyToDraw, ExtractTask, FromThread, ToThread } from "./predict-messages.ts";
import type { Detect } from "./predict-workbook.ts";
import type { WorkbookOutcome } from "./workbook-prediction.ts";

export interface PredictOptions {
  readonly mode: Mode;
  /** Null if the mode needs none. Without `readsHints`, the sheets come with hints. */
  readonly detector: (Pick<SheetDetector, "detect"> & Partial<Pick<SheetDetector, "readsHints">>) | null;
  /** Called for each workbook in the order of the paths, once it and all before it are done. */
  readonly onOutcome: (index: number, outcome: WorkbookOutcome) => void;
  /** Called once a workbook is done. `share` of all bytes are done by then, 0 … 1. */
  readonly onProgress?: (share: number) => void;
  /** A workbook's annotated copy; null for none. */
  readonly annotate?: (index: number) => CopyToDraw | null;
  /** How and where a workbook's tables are written as files; null: they are not. */
  readonly extract?: (index: number) => ExtractTask | null;
  /**
   * The bytes of a workbook that is no file, whose path is only its name; null for files. What it throws
   * becomes the problem of the workbook.
   */
  readonly bytes?: (index: number) => Uint8Array | null | Promise<Uint8Array | null>;
  /** How many times as large as usual a workbook may be. @default 1 */
  readonly limits?: number | undefined;
  /** What of each workbook is looked at. @default all of it */
  readonly part?: PartToLookAt | undefined;
  /** How blank rows and columns join and split what the network finds. @default not at all */
  readonly gaps?: BlankLineRules | null | undefined;
  /** Threads that read. @default `readingThreads()` */
  readonly threads?: number | undefined;
  /** Threads of `predict-worker.ts` that have started already. */
  readonly started?: PredictThreads | undefined;
  /** The most that one sheet may take in memory, bytes. @default any size */
  readonly sheetBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The longest silence of a thread, milliseconds. @default 10 minutes, including LibreOffice's time */
  readonly timeLimit?: number;
  /** The threads' program. @default predict-worker.ts */
  readonly program?: URL;
}

const PROGRAM = new URL("./predict-worker.ts", import.meta.url);

export type PredictThreads = StartedThreads<ToThread, FromThread>;

/** Starts threads that read, to be used by `predictWorkbooks` or disposed of. */
export function startReading(count: number): PredictThreads {
  return startThreads(PROGRAM, count);
}

/**
 * The threads that read if nobody chooses: one per core without a network. With one, reading takes about a
 * tenth of the time; half of the cores and one more keep the network busy.
 */
export function readingThreads(mode: Mode, cores: number = availableParallelism()): number {
  return usesNetwork(mode) ? Math.ceil(cores / 2) + 1 : cores;
}

/**
 * Finds the tables of the workbooks at `paths`, in this order. Each thread has one workbook open and keeps
 * a few of its sheets in memory. A workbook that cannot be read, or on which a thread dies, has a failed
 * outcome.
 *
 * @throws The reason of `signal`, and what `onOutcome` throws.
 */
export async function predictWorkbooks(paths: readonly string[], options: PredictOptions): Promise<void> {
  const { mode, detector, onOutcome, onProgress, annotate, extract, limits = 1, signal } = options;
  const { part = WHOLE_WORKBOOK, gaps = null } = options;
  const { timeLimit = 600_000, sheetBytes = Number.POSITIVE_INFINITY } = options;
  const newTurn = largeSheetTurns();
  const hints = detector?.readsHints ?? true;
  const ended = new AbortController();
  const detect = detectInTurns(
    detector ?? { detect: noDetector },
    signal ? AbortSignal.any([signal, ended.signal]) : ended.signal,
  );
  const finished = new Map<number, WorkbookOutcome>();
  let reported = 0;
  try {
    await workThroughFiles<ToThread, FromThread, WorkbookOutcome>(paths, {
      program: options.program ?? PROGRAM,
      started: options.started,
      threads: options.threads ?? readingThreads(mode),
      order: "given",
      timeLimit,
      signal,
      async work(index, ask) {
        const path = paths[index]!;
        const files = { annotate: annotate?.(index) ?? null, extract: extract?.(index) ?? null };
        const bytes = await givenBytes(options, index, path);
        if (bytes instanceof UserError) return { kind: "failed", problems: bytes.problems };
        using turn = newTurn();
        const task = { path, bytes, mode, hints, ...files, limits, part, gaps, sheetBytes };
        let keeps = false;
        for (let question: ToThread = { kind: "predict", task }; ; ) {
          const answer = await ask(question);
          if (answer.kind === "done") return answer.outcome;
          if (answer.kind === "turn") {
            await turn.take();
            keeps ||= answer.keeps;
            question = answer;
          } else {
            question = await detected(answer.sheets, detect, path);
            if (!keeps) turn.release();
          }
        }
      },
      onLoss: (_, problem) => ({
        kind: "failed",
        problems: [{ ...problem, message: "Cannot find the tables of the workbook" }],
      }),
      onOutcome(index, result, share) {
        finished.set(index, result);
        for (let outcome = finished.get(reported); outcome; outcome = finished.get(reported)) {
          finished.delete(reported);
          onOutcome(reported++, outcome);
        }
        onProgress?.(share);
      },
    });
  } finally {
    ended.abort(); // what the network still refuses is not tried again
  }
}

/** @returns The error if the bytes could not be got. */
async function givenBytes(
  { bytes, signal }: PredictOptions,
  index: number,
  path: string,
): Promise<Uint8Array | null | UserError> {
  try {
    return (await bytes?.(index)) ?? null;
  } catch (error) {
    signal?.throwIfAborted();
    return new UserError(problemsOf(error, { file: path, message: "Cannot get the workbook" }));
  }
}

/** The network's answer to a thread. What it throws becomes the problem of the workbook. */
async function detected(
  sheets: Parameters<Detect>[0],
  detect: Detect,
  path: string,
): Promise<Extract<ToThread, { kind: "detected" | "undetected" }>> {
  try {
    return { kind: "detected", tables: await detect(sheets) };
  } catch (error) {
    const message = "Cannot find the tables: the network failed";
    return { kind: "undetected", problems: problemsOf(error, { file: path, message }) };
  }
}

async function noDetector(): Promise<never> {
  throw new Error("A sheet came for the network, and there is none");
}
