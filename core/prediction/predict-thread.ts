/** One predicting thread as the main thread sees it. */

import { problemsOf } from "../base/thread-error.ts";
import type { FromThread, PredictTask, ToThread } from "./predict-messages.ts";
import type { Detect } from "./predict-workbook.ts";
import type { WorkbookOutcome } from "./workbook-prediction.ts";

export class PredictThread {
  readonly #worker: Worker;
  readonly #detect: Detect;
  /** It ended, crashed or was given up: take another one. */
  isDead = false;

  /** @param program `predict-worker.ts`. */
  constructor(program: URL, detect: Detect) {
    this.#worker = new Worker(program);
    this.#detect = detect;
  }

  /**
   * Looks at one workbook. A thread that crashes, or says nothing for `timeLimit` milliseconds, costs that workbook.
   *
   * @throws The reason of `signal`, once it is aborted.
   */
  predict(task: PredictTask, timeLimit: number, signal: AbortSignal): Promise<WorkbookOutcome> {
    return new Promise((resolve, reject) => {
      let timer: Timer | undefined;
      const finish = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        this.#worker.removeEventListener("close", onClose);
      };
      const fail = (got: string) => {
        if (this.isDead) return;
        finish();
        this.stop();
        const fix = "leave the file out, or open it in Excel or LibreOffice and save it anew";
        const message = "Cannot find the tables of the workbook";
        resolve({ kind: "failed", problems: [{ file: task.path, message, got, fix }] });
      };
      const onClose = () => fail("the reading thread ended on it");
      const onAbort = () => {
        finish();
        this.stop();
        reject(signal.reason);
      };
      const tell = (message: ToThread) => {
        if (this.isDead) return;
        const seconds = Math.round(timeLimit / 1000);
        timer = setTimeout(() => fail(`no end after ${seconds} s`), timeLimit);
        this.#worker.postMessage(message);
      };
      if (signal.aborted) return onAbort();
      signal.addEventListener("abort", onAbort, { once: true });
      this.#worker.addEventListener("close", onClose, { once: true });
      this.#worker.onerror = (event) => {
        event.preventDefault();
        fail(`the reading thread crashed: ${event.message || "no reason given"}`);
      };
      this.#worker.onmessage = ({ data }: MessageEvent<FromThread>) => {
        clearTimeout(timer); // the time that the network takes is not the thread's
        if (data.kind === "done") {
          finish();
          resolve(data.outcome);
          return;
        }
        this.#detect(data.sheets).then(
          (tables) => tell({ kind: "detected", tables }),
          (error) => {
            const message = "Cannot find the tables: the network failed";
            tell({ kind: "undetected", problems: problemsOf(error, { file: task.path, message }) });
          },
        );
      };
      tell({ kind: "predict", task });
    });
  }

  stop(): void {
    if (!this.isDead) this.#worker.terminate();
    this.isDead = true;
  }
}
