/** Works through many files on several threads, one file per thread at a time. */

import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { type OneTaskWorker, WorkerLoss } from "../base/one-task-worker.ts";
import type { Problem } from "../base/problem.ts";
import { unlessAborted } from "../base/unless-aborted.ts";
import { fileSize } from "./file-state.ts";
import { type StartedThreads, startThreads } from "./started-threads.ts";

/** Sends a question to the thread of the file under work, which starts with the first one. */
type Ask<Question, Answer> = (question: Question) => Promise<Answer>;

export interface FileWork<Question, Answer, Outcome> {
  /** The threads' program; it answers each question with one message. */
  readonly program: URL;
  /** Threads of this program that have started already. @default they start when they are needed */
  readonly started?: Pick<StartedThreads<Question, Answer>, "take"> | undefined;
  /**
   * Files under work at once; never more than there are files.
   *
   * @default one per core, if there is enough work
   */
  readonly threads?: number | undefined;
  /**
   * Answers on this thread what a worker would: where `threads` is not given and the work is too little for
   * one.
   */
  readonly here?: Ask<Question, Answer> | undefined;
  /**
   * `size`: large files first, so that no thread is left with one at the end. `given`: as `paths` has them.
   */
  readonly order: "size" | "given";
  /** Work on a file beyond its size, in bytes whose reading takes as long. @default none */
  readonly extraWork?: (path: string) => number;
  /** A thread that is silent for longer is given up, milliseconds. */
  readonly timeLimit: number;
  /** The work on one file. Without a question to `ask` no thread starts. */
  readonly work: (index: number, ask: Ask<Question, Answer>) => Promise<Outcome>;
  /** What becomes of a file on which the thread was lost; the problem has no message yet. */
  readonly onLoss: (index: number, problem: Omit<Problem, "message">) => Outcome;
  /**
   * Called for each file once it is done, in whatever order that happens; awaited before its thread takes
   * another one. `share` is how much of all the work is done, 0 … 1.
   */
  readonly onOutcome: (index: number, outcome: Outcome, share: number) => void | Promise<void>;
  /** Aborted: the promise is rejected with its reason, and files under work are dropped. */
  readonly signal?: AbortSignal | undefined;
}

/** Opening a workbook and reading its styles takes about as long as reading this many bytes of it. */
export const COST_OF_A_FILE = 20_000;

/**
 * Work that is done on this thread where `threads` is not given, bytes: three to four seconds of reading.
 * Every thread compiles again what the others have compiled, and its results are copied: on two cores, two
 * threads read 200 MB as fast as one, and less than that more slowly.
 */
export const LITTLE_WORK = 2e8;

/** Work that is worth one more thread, bytes. */
const COST_OF_A_THREAD = 5e7;

/**
 * Works through the files at `paths`. A thread that crashes or falls silent costs the one file that it was
 * working on, and another thread takes its place.
 *
 * @throws The reason of `signal`, or what `work` and `onOutcome` throw: then all threads stop.
 */
export async function workThroughFiles<Question, Answer, Outcome>(
  paths: readonly string[],
  options: FileWork<Question, Answer, Outcome>,
): Promise<void> {
  const { program, order, timeLimit, work, onLoss, onOutcome, extraWork = () => 0 } = options;
  const sizes = paths.map(fileSize);
  const costs = paths.map((path, index) => COST_OF_A_FILE + (sizes[index] ?? 0) + extraWork(path));
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  const queue = [...paths.keys()];
  if (order === "size") queue.sort((a, b) => costs[b]! - costs[a]!);
  const failure = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, failure.signal]) : failure.signal;
  const { here } = options;
  const started = options.started ?? startThreads<Question, Answer>(program, 0);
  // Opening a pipe or a device may take forever: a signal could not stop this thread meanwhile.
  const areFiles = sizes.every((size) => size !== null);
  const isLittle = options.threads === undefined && total < LITTLE_WORK && areFiles;
  const ask = isLittle && here ? answersHere(here) : null;
  let done = 0;

  const takeFiles = async (): Promise<void> => {
    const thread = new Thread<Question, Answer>(started, timeLimit);
    try {
      for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
        signal.throwIfAborted();
        thread.replaceIfLost();
        const outcome = await unlessAborted(work(index, ask ?? thread.ask), signal).catch(
          (error: unknown) => {
            if (!(error instanceof WorkerLoss)) throw error;
            const fix = "leave the file out, or open it in Excel or LibreOffice and save it anew";
            return onLoss(index!, { file: paths[index!]!, got: error.message, fix });
          },
        );
        done += costs[index]!;
        await onOutcome(index, outcome, done / total);
      }
    } catch (error) {
      failure.abort(error); // the other threads end too
      throw error;
    } finally {
      thread.stop();
    }
  };
  const enough = Math.min(availableParallelism(), Math.ceil(total / COST_OF_A_THREAD));
  const threads = Math.min(options.threads ?? enough, paths.length);
  await Promise.all(Array.from({ length: threads }, takeFiles));
}

/** A worker that starts when it is needed. */
class Thread<Question, Answer> {
  readonly #started: Pick<StartedThreads<Question, Answer>, "take">;
  readonly #timeLimit: number;
  #worker: OneTaskWorker<Question, Answer> | null = null;

  constructor(started: Pick<StartedThreads<Question, Answer>, "take">, timeLimit: number) {
    this.#started = started;
    this.#timeLimit = timeLimit;
  }

  readonly ask: Ask<Question, Answer> = (question) => {
    this.#worker ??= this.#started.take();
    return this.#worker.ask(question, this.#timeLimit);
  };

  replaceIfLost(): void {
    if (this.#worker?.isDead) this.#worker = null;
  }

  stop(): void {
    this.#worker?.stop();
  }
}

/** Lets signals and the screen have their turn after each answer. */
function answersHere<Question, Answer>(here: Ask<Question, Answer>): Ask<Question, Answer> {
  return async (question) => {
    const answer = await here(question);
    await setImmediate();
    return answer;
  };
}
