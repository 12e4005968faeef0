/** A worker thread that uploads a run: the network's delays, and whatever breaks there, stay out of the training thread. */

import { Worker } from "node:worker_threads";
import type { UploadOutcome, UploadTask } from "./uploader.ts";

/** A task without functions: workers get a copy. */
export type WorkerTask = Omit<UploadTask, "print">;

export type ToWorker =
  | { readonly type: "start"; readonly task: WorkerTask }
  | { readonly type: "finish"; readonly exitCode: number };

export type FromWorker =
  | { readonly type: "print"; readonly text: string }
  /** A sign of life, every few seconds. */
  | { readonly type: "alive" }
  | { readonly type: "outcome"; readonly outcome: UploadOutcome };

/** The worker speaks every 5 s; silent for this long, it counts as lost. In ms. */
const SILENCE = 60_000;

export class UploadWorker {
  readonly #worker: Worker;
  readonly #outcome: Promise<UploadOutcome>;
  readonly #lost: (reason: string) => void;
  #heard = performance.now();

  /** @param entry The worker's file: it answers `ToWorker` with `FromWorker`. */
  constructor(entry: URL, task: WorkerTask, print: (text: string) => void) {
    const { promise, resolve } = Promise.withResolvers<UploadOutcome>();
    this.#outcome = promise;
    this.#lost = (reason) => resolve({ complete: false, url: null, reason });
    this.#worker = new Worker(entry);
    this.#worker.on("message", (message: FromWorker) => {
      this.#heard = performance.now();
      if (message.type === "print") print(`W&B: ${message.text}`);
      if (message.type === "outcome") resolve(message.outcome);
    });
    this.#worker.on("error", (error) => this.#lost(`the upload worker failed: ${(error as Error).message}`));
    this.#worker.on("exit", () => this.#lost("the upload worker ended"));
    this.#say({ type: "start", task });
    this.#worker.unref(); // a process that ends without `finish` is not held up
  }

  /**
   * Tells the worker that the log is whole, waits for its outcome and ends it. Never rejects.
   *
   * @param timeLimit The outcome has to come within, ms.
   */
  async finish(exitCode: number, timeLimit = Number.POSITIVE_INFINITY): Promise<UploadOutcome> {
    this.#worker.ref();
    this.#say({ type: "finish", exitCode });
    const from = performance.now();
    this.#heard = from;
    const watch = setInterval(() => {
      const now = performance.now();
      if (now - this.#heard > SILENCE || now - from > timeLimit)
        this.#lost("the upload worker does not answer");
    }, 200);
    const outcome = await this.#outcome;
    clearInterval(watch);
    await this.#worker.terminate();
    return outcome;
  }

  #say(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}
