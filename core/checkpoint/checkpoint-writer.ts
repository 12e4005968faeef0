/** Writes checkpoints while training goes on: it copies the tensors, and a worker writes the copy. */

import { Worker } from "node:worker_threads";
import { UserError } from "../base/problem.ts";
import { receiveError } from "../base/thread-error.ts";
import type { WriteReply, WriteRequest } from "./checkpoint-writer-worker.ts";
import type { PtWritable } from "./pt-value.ts";
import { ALIGNMENT } from "./stored-zip-writer.ts";
import { ptEntries } from "./write-pt.ts";

/** A checkpoint that is being written. */
export interface PendingCheckpoint {
  /** Resolves with the paths, in the order given, when all files are complete; rejects with a UserError. */
  readonly written: Promise<readonly string[]>;
}

/**
 * Writes one snapshot at a time. It keeps the memory for the next one, so a run holds one copy of its state
 * at most.
 *
 * Life cycle: the first `begin` starts the worker. Each `begin` waits for the checkpoint before it, copies,
 * and returns while the worker writes. If the worker dies, the checkpoint fails and the next one gets a new
 * worker. `close` waits for the last checkpoint and ends the worker.
 *
 * @example
 * const writer = new CheckpointWriter();
 * const { written } = await writer.begin(["run/checkpoints/last.pt"], checkpointValue(state));
 * train(); // the state is copied
 * await written; // on disk
 * await writer.close();
 */
export class CheckpointWriter {
  #worker: Worker | null = null;
  #snapshot = new SharedArrayBuffer(0);
  /** Resolves when all checkpoints that have begun are written or have failed. */
  #idle: Promise<void> = Promise.resolve();

  /**
   * Waits for a checkpoint that is still being written, then copies the tensors of the value and starts to
   * write them. When the promise resolves, the caller may change the tensors.
   *
   * @param paths The names of the file. The first one is written. The others become names of the same
   *   content: links, or copies if the file system has no links.
   * @throws {TypeError} If the value holds something that the format cannot. Errors of the file reject
   *   `written`.
   */
  async begin(paths: readonly [string, ...string[]], value: PtWritable): Promise<PendingCheckpoint> {
    const before = this.#idle;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idle = promise; // the next `begin` waits for this one
    await before;
    let sent: Promise<readonly string[]>;
    try {
      sent = this.#send(this.#copy(paths, value));
    } catch (error) {
      resolve();
      throw error;
    }
    sent.then(
      () => resolve(),
      () => resolve(),
    );
    // A new promise: if nobody listens to it, a failure is an unhandled rejection and not lost.
    return { written: sent.then((files) => files) };
  }

  /** Waits until nothing is left to write. Failures reject `written`, not this. */
  async flush(): Promise<void> {
    await this.#idle;
  }

  /** Finishes the last checkpoint and ends the worker. */
  async close(): Promise<void> {
    await this.#idle;
    await this.#worker?.terminate();
    this.#worker = null;
    this.#snapshot = new SharedArrayBuffer(0);
  }

  #copy(paths: readonly [string, ...string[]], value: PtWritable): WriteRequest {
    const source = ptEntries(paths[0], value);
    let end = 0;
    const entries = source.map(({ name, bytes }) => {
      const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
      end = offset + bytes.length;
      return { name, offset, bytes: bytes.length };
    });
    if (this.#snapshot.byteLength < end) this.#snapshot = new SharedArrayBuffer(end);
    const target = new Uint8Array(this.#snapshot);
    for (const [i, { bytes }] of source.entries()) target.set(bytes, entries[i]!.offset);
    return { paths, entries, snapshot: this.#snapshot };
  }

  async #send(request: WriteRequest): Promise<readonly string[]> {
    this.#worker ??= new Worker(new URL("./checkpoint-writer-worker.ts", import.meta.url));
    const worker = this.#worker;
    worker.ref(); // the process must not end before the file is whole
    try {
      const reply = await answer(worker, request).catch((death) => {
        this.#worker = null; // the next checkpoint gets a new worker
        throw death;
      });
      if (reply === null) return request.paths;
      const error = receiveError(reply);
      if (error instanceof UserError) throw error;
      throw new Error(`Writing ${request.paths[0]} failed: ${error.message}`, { cause: error });
    } finally {
      worker.unref(); // an idle worker must not keep the process from ending
    }
  }
}

/** The worker's reply to a request. The promise rejects if the worker dies. */
function answer(worker: Worker, request: WriteRequest): Promise<WriteReply> {
  const { promise, resolve, reject } = Promise.withResolvers<WriteReply>();
  const died = (reason: unknown) =>
    reject(new Error(`The thread that writes ${request.paths[0]} died`, { cause: reason }));
  worker.once("message", resolve);
  worker.once("error", died);
  worker.once("exit", died);
  worker.postMessage(request);
  return promise.finally(() => {
    worker.off("message", resolve);
    worker.off("error", died);
    worker.off("exit", died);
  });
}
