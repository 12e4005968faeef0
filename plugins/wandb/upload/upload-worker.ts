/**
 * Runs an upload in a worker thread, so that neither delays nor errors of the network reach the thread that
 * trains.
 */

import { Worker } from "node:worker_threads";
import type { UploadOutcome, UploadTask } from "./uploader.ts";

/** An upload's task without functions, which cannot be copied to a worker. */
export type WorkerTask = Omit<UploadTask, "print">;

export type ToWorker =
  | { readonly type: "start"; readonly task: WorkerTask }
  | { readonly type: "finish"; readonly exitCode: number };

export type FromWorker =
  | { readonly type: "print"; readonly text: string }
  /** A sign of life, every few seconds. */
  | { readonly type: "alive" }
  | { readonly type: "outcome"; readonly outcome: UploadOutcome };

/** The worker sends something every 5 s. After this long without anything, in ms, it counts as lost. */
const SILENCE = 60_000;
/** From one look at the worker to the next, in ms. */
const LOOK = 200;

/**
 * The life cycle: the constructor starts the worker; `finish`, which has to be called once, waits for its
 * outcome and ends it. A process that never calls `finish` can end all the same: the worker does not keep it
 * alive.
 */
export class UploadWorker {
  readonly #worker: Worker;
  readonly #outcome: Promise<UploadOutcome>;
  readonly #lost: (reason: string) => void;
  /** For how long the worker has sent nothing, in ms, counted in looks. */
  #silent = 0;

  /**
   * @param entry The worker's file. It receives `ToWorker` and sends `FromWorker`.
   * @param print Takes lines for the user.
   */
  constructor(entry: URL, task: WorkerTask, print: (text: string) => void) {
    const { promise, resolve } = Promise.withResolvers<UploadOutcome>();
    this.#outcome = promise;
    this.#lost = (reason) => resolve({ complete: false, url: null, reason });
    this.#worker = new Worker(entry);
    this.#worker.on("message", (message: FromWorker) => {
      this.#silent = 0;
      if (message.type === "print") print(`W&B: ${message.text}`);
      if (message.type === "outcome") resolve(message.outcome);
    });
    this.#worker.on("error", (error) => this.#lost(`the upload worker failed: ${(error as Error).message}`));
    this.#worker.on("exit", () => this.#lost("the upload worker ended"));
    this.#say({ type: "start", task });
    this.#worker.unref();
  }

  /**
   * Tells the worker that the log is complete, waits for the outcome and ends the worker. Never rejects.
   *
   * @param timeLimit How long to wait for the outcome, in ms. Time in which the whole process was stopped, on
   *   a machine that slept for example, does not count.
   */
  async finish(exitCode: number, timeLimit = Number.POSITIVE_INFINITY): Promise<UploadOutcome> {
    this.#worker.ref();
    this.#say({ type: "finish", exitCode });
    this.#silent = 0;
    let waited = 0;
    const watch = setInterval(() => {
      this.#silent += LOOK;
      waited += LOOK;
      if (this.#silent > SILENCE || waited > timeLimit) this.#lost("the upload worker does not answer");
    }, LOOK);
    const outcome = await this.#outcome;
    clearInterval(watch);
    await this.#worker.terminate();
    return outcome;
  }

  #say(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}
