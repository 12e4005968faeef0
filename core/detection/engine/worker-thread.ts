/** One worker of the pool. It does one task at a time, and is started again once if it dies. */

import { receiveError } from "../../base/thread-error.ts";
import type { Answer, OpenMessage, ShareMessage, Task, TensorMemory, ToWorker } from "./messages.ts";
import { sheetNames } from "./sheet-names.ts";
import type { SharedPart } from "./slice-task.ts";

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/**
 * A worker and its thread.
 *
 * Life cycle: `start` makes the thread and opens its device. `run` gives it one task; the next one has to
 * wait for the promise. If the thread dies during a task, it is started again and the task repeated, unless
 * the task changes something in place; that, and a second death, is an error. `stop` ends the thread at once
 * and rejects the task under way and all later ones.
 */
export class WorkerThread {
  readonly #open: OpenMessage;
  readonly #script: URL;
  readonly #warn: (text: string) => void;
  #worker: Worker | null = null;
  #waiting: Waiting | null = null;
  readonly #shared: ShareMessage[] = [];
  #parameters: SharedPart | null = null;
  #restarted = false;
  #isStopped = false;
  memory: TensorMemory = { numTensors: 0, bytes: 0 };

  /** @param script The program of the worker: `worker.ts`. */
  constructor(open: OpenMessage, script: URL, warn: (text: string) => void) {
    this.#open = open;
    this.#script = script;
    this.#warn = warn;
  }

  /** @returns The description of the device. @throws The error of a device that does not start. */
  async start(): Promise<string> {
    const worker = new Worker(this.#script);
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#settle()?.resolve(data);
    const died = (reason: string) => {
      if (this.#worker !== worker) return; // it was stopped, or its death is known already
      this.#worker = null;
      this.#settle()?.reject(new WorkerDeath(reason));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      died(event.message || "an error");
    };
    worker.addEventListener("close", () => died("its thread ended"));
    const answer = await this.#ask(this.#open);
    if (answer.kind === "failed") throw receiveError(answer.error);
    return answer.kind === "opened" ? answer.device : "";
  }

  /** Shares a buffer with the worker, for as long as it lives. */
  share(message: ShareMessage): void {
    this.#shared.push(message);
    this.#worker?.postMessage(message satisfies ToWorker);
  }

  /** Tells the worker where its weights are, and that they have changed. */
  parametersChanged(flat: SharedPart): void {
    this.#parameters = flat;
    this.#worker?.postMessage({ kind: "parameters", flat } satisfies ToWorker);
  }

  /**
   * Does a task.
   *
   * @throws {Error} If the task fails, or if the worker dies for the second time. The message names the
   *   sheets.
   */
  async run(task: Task): Promise<Exclude<Answer, { kind: "opened" | "failed" }>> {
    let answer: Answer;
    try {
      if (this.#isStopped) throw closed(); // a thread that is started anew would be nobody's
      if (this.#worker === null) await this.#restart(task, "it was not running");
      answer = await this.#ask({ kind: "task", task });
    } catch (error) {
      if (!(error instanceof WorkerDeath)) throw error;
      if (this.#isHalfDone(task)) throw new Error(`A worker died while it ${deed(task)}: ${error.message}`);
      await this.#restart(task, error.message);
      answer = await this.#ask({ kind: "task", task }).catch((again: Error) => {
        throw lost(task, again.message);
      });
    }
    if (answer.kind === "failed") throw receiveError(answer.error);
    if (answer.kind === "opened") throw new Error("A worker answered a task as if it had just been opened");
    this.memory = answer.memory;
    return answer;
  }

  stop(): void {
    this.#isStopped = true;
    const worker = this.#worker;
    this.#worker = null;
    this.#settle()?.reject(closed());
    worker?.terminate();
  }

  async #restart(task: Task, reason: string): Promise<void> {
    if (this.#restarted) throw lost(task, reason);
    this.#restarted = true;
    this.#warn(`A worker died${onSheets(task)} (${reason}); it is started again, once`);
    await this.start();
    for (const message of this.#shared) this.#worker?.postMessage(message satisfies ToWorker);
    if (this.#parameters !== null) this.parametersChanged(this.#parameters);
  }

  /** Whether the task may have changed something that it would change again. */
  #isHalfDone(task: Task): boolean {
    if (task.kind === "detect") return false;
    if (task.kind !== "gradient") return true;
    return task.add && Atomics.load(this.#open.shared.writing, task.place) === 1;
  }

  #ask(message: ToWorker): Promise<Answer> {
    if (this.#isStopped) return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker!.postMessage(message);
    });
  }

  #settle(): Waiting | null {
    const waiting = this.#waiting;
    this.#waiting = null;
    return waiting;
  }
}

function closed(): Error {
  return new Error("The engine was closed");
}

/** The thread has ended without an answer. */
class WorkerDeath extends Error {
  override readonly name = "WorkerDeath";
}

function lost(task: Task, reason: string): Error {
  return new Error(`A worker died twice, now${onSheets(task)}: ${reason}`);
}

/** " on a (12 x 8 cells)", or nothing for a task without sheets. */
function onSheets(task: Task): string {
  return "microBatch" in task ? ` on ${sheetNames(task.microBatch)}` : ` while it ${deed(task)}`;
}

function deed(task: Task): string {
  if ("microBatch" in task) return `added the gradient of ${sheetNames(task.microBatch)}`;
  return task.kind === "sum" ? "added up gradients" : "updated weights";
}
