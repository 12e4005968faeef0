/** Checkpoints written while training goes on: the tensors are copied at once, a worker writes the copy. */

import { Worker } from "node:worker_threads";
import { UserError } from "../base/problem.ts";
import { receiveError } from "../base/thread-error.ts";
import type { WriteReply, WriteRequest } from "./checkpoint-writer-worker.ts";
import type { PtWritable } from "./pt-value.ts";
import { ALIGNMENT } from "./stored-zip-writer.ts";
import { ptEntries } from "./write-pt.ts";

/** A checkpoint on its way to the disk. */
export interface PendingCheckpoint {
  /** Settles when all files are whole under their final names, in the order given; rejects with a UserError. */
  readonly written: Promise<readonly string[]>;
}

/**
 * One snapshot is written at a time; its memory is kept for the next one, so a run holds one copy of its state at most.
 *
 * @example
 * const writer = new CheckpointWriter();
 * const { written } = await writer.begin(["run/checkpoints/last.pt"], checkpointValue(state)); // copied: train on
 * await written; // on disk
 * await writer.close();
 */
export class CheckpointWriter {
  #worker: Worker | null = null;
  #snapshot = new SharedArrayBuffer(0);
  /** Resolves when all checkpoints begun so far are written, or have failed. */
  #idle: Promise<void> = Promise.resolve();

  /**
   * Copies the value's tensors and starts to write them; waits first for a checkpoint that is still being written.
   * When it resolves the caller may change the tensors.
   *
   * @param paths The file's names. The first is written, the others become further names of the same content
   *   (a link where the file system has them, else a copy).
   * @throws {TypeError} If the value holds what the format cannot. What goes wrong with the file rejects `written`.
   */
  async begin(paths: readonly [string, ...string[]], value: PtWritable): Promise<PendingCheckpoint> {
    const before = this.#idle;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idle = promise; // whoever begins from here on waits for this one
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
    // A promise of its own: a failure that nobody listens to is an unhandled rejection instead of being lost.
    return { written: sent.then((files) => files) };
  }

  /** Waits until nothing is left to write. Failures are `written`'s. */
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
        this.#worker = null; // the next checkpoint gets a new one
        throw death;
      });
      if (reply === null) return request.paths;
      const error = receiveError(reply);
      if (error instanceof UserError) throw error;
      throw new Error(`Writing ${request.paths[0]} failed: ${error.message}`, { cause: error });
    } finally {
      worker.unref(); // an idle one must not keep it from ending
    }
  }
}

/** The worker's reply to a request, or a rejection if it dies over it. */
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
