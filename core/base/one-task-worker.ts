/** A worker thread that answers one question at a time, and says why when it can answer no more. */

/** The worker is lost: it crashed, ended or stayed silent. The message says which. */
export class WorkerLoss extends Error {
  override readonly name = "WorkerLoss";
}

/** The most milliseconds of a timer, 25 days: a longer one ends at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Starts its thread at once and keeps it until `stop()`. A worker that is lost or stopped answers nothing
 * any more: whoever has further questions starts another one.
 */
export class OneTaskWorker<Question, Answer> {
  readonly #worker: Worker;
  #pending: PromiseWithResolvers<Answer> | null = null;
  #end: Error | null = null;

  /**
   * @param program The worker's file: it answers each message with exactly one.
   * @param name Names the thread in the message of a `WorkerLoss`: "reading thread".
   */
  constructor(program: URL, name: string) {
    this.#worker = new Worker(program);
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#pending?.resolve(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#endWith(new WorkerLoss(`the ${name} crashed: ${event.message || "no reason given"}`));
    };
    this.#worker.addEventListener("close", () => {
      this.#endWith(new WorkerLoss(`the ${name} ended on it`));
    });
  }

  /** True once it is lost or stopped. */
  get isDead(): boolean {
    return this.#end !== null;
  }

  /**
   * The worker's answer. Ask again only once it has come.
   *
   * @param timeLimit A worker that is silent for longer is lost, milliseconds; Infinity for 25 days.
   * @throws {WorkerLoss} If the worker is lost before it answers, or was lost before.
   */
  async ask(question: Question, timeLimit: number): Promise<Answer> {
    if (this.#end !== null) throw this.#end;
    const pending = Promise.withResolvers<Answer>();
    this.#pending = pending;
    const silent = () => this.#endWith(new WorkerLoss(`no end after ${Math.round(timeLimit / 1000)} s`));
    const timer = setTimeout(silent, Math.min(timeLimit, LONGEST_TIMER));
    try {
      this.#worker.postMessage(question);
      return await pending.promise;
    } finally {
      clearTimeout(timer);
      this.#pending = null;
    }
  }

  /** Ends the thread; a question without an answer fails. */
  stop(): void {
    this.#endWith(new Error("The worker was stopped"));
  }

  #endWith(reason: Error): void {
    if (this.#end !== null) return;
    this.#end = reason;
    this.#worker.terminate();
    this.#pending?.reject(reason);
  }
}
