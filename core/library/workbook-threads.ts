/** A few threads that read workbooks, one each at a time, for as long as a detector is open. */

import { OneTaskWorker, WorkerLoss } from "../base/one-task-worker.ts";
import { UserError } from "../base/problem.ts";
import { unlessAborted } from "../base/unless-aborted.ts";

/** Sends a question to the thread of the work under way. */
type Ask<Question, Answer> = (question: Question) => Promise<Answer>;

export interface ThreadsOptions {
  /** The threads' program; it answers each question with one message. */
  readonly program: URL;
  /** The most that run at once. */
  readonly threads: number;
  /** A thread that is silent for longer is given up, milliseconds. */
  readonly timeLimit: number;
}

/**
 * Life cycle: a thread starts when work comes for which none is free, and waits for more when it is done.
 * Work that comes while all are busy waits in order. A thread whose work is aborted or that is lost is ended,
 * and the next work starts another one. `close` ends all of them.
 */
export class WorkbookThreads<Question, Answer> {
  readonly #options: ThreadsOptions;
  readonly #idle: OneTaskWorker<Question, Answer>[] = [];
  readonly #busy = new Set<OneTaskWorker<Question, Answer>>();
  /** Resolved in order, each once a place is free. */
  readonly #waiting: PromiseWithResolvers<void>[] = [];
  readonly #closed = new AbortController();
  #places: number;

  constructor(options: ThreadsOptions) {
    this.#options = options;
    this.#places = options.threads;
  }

  /**
   * Does work on a thread of its own, as soon as one is free.
   *
   * @param work Asks the thread; once it is done the thread has answered all of its questions.
   * @param file Names the workbook in messages.
   * @throws What `work` throws, the reason of `signal`, and a `UserError` if the thread is lost or all are
   *   closed.
   */
  async run<Result>(
    file: string,
    work: (ask: Ask<Question, Answer>) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    const ended = signal ? AbortSignal.any([signal, this.#closed.signal]) : this.#closed.signal;
    ended.throwIfAborted();
    await this.#place(ended);
    const thread = this.#takeThread();
    try {
      const result = await unlessAborted(
        work((question) => thread.ask(question, this.#options.timeLimit)),
        ended,
      );
      this.#idle.push(thread);
      return result;
    } catch (error) {
      thread.stop();
      if (!(error instanceof WorkerLoss)) throw error;
      const message = "Cannot read the workbook: its thread was lost";
      const fix = "leave the file out, or open it in Excel or LibreOffice and save it anew";
      throw new UserError({ file, message, got: error.message, fix }, { cause: error });
    } finally {
      this.#busy.delete(thread);
      this.#leavePlace();
    }
  }

  /** Ends all threads. Work under way and work that waits is rejected with this reason. */
  close(reason: Error): void {
    this.#closed.abort(reason);
    for (const thread of [...this.#busy, ...this.#idle.splice(0)]) thread.stop();
  }

  #takeThread(): OneTaskWorker<Question, Answer> {
    let thread = this.#idle.pop();
    while (thread?.isDead) thread = this.#idle.pop();
    thread ??= new OneTaskWorker<Question, Answer>(this.#options.program, "reading thread");
    this.#busy.add(thread);
    return thread;
  }

  /** Waits for a free place; a place that is given up before it is taken goes to the next in the row. */
  async #place(ended: AbortSignal): Promise<void> {
    if (this.#places > 0) {
      this.#places--;
      return;
    }
    const turn = Promise.withResolvers<void>();
    this.#waiting.push(turn);
    try {
      await unlessAborted(turn.promise, ended);
    } catch (error) {
      const index = this.#waiting.indexOf(turn);
      if (index >= 0) this.#waiting.splice(index, 1);
      else this.#leavePlace();
      throw error;
    }
  }

  #leavePlace(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#places++;
    else next.resolve();
  }
}
