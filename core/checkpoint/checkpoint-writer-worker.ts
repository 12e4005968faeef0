/**
 * The thread of `CheckpointWriter`. It writes one snapshot per request and answers when that is on the disk.
 */

import { parentPort } from "node:worker_threads";
import { type SentError, sendError } from "../base/thread-error.ts";
import { writePtFiles } from "./write-pt.ts";

/** A snapshot to write. Each entry of the archive lies at its `offset` in `snapshot`. */
export interface WriteRequest {
  readonly paths: readonly [string, ...string[]];
  readonly entries: readonly { readonly name: string; readonly offset: number; readonly bytes: number }[];
  readonly snapshot: SharedArrayBuffer;
}

/** Null if everything is written, otherwise the error. */
export type WriteReply = null | SentError;

parentPort?.on("message", (request: WriteRequest) => parentPort?.postMessage(answer(request)));

function answer({ paths, entries, snapshot }: WriteRequest): WriteReply {
  try {
    writePtFiles(
      paths,
      entries.map(({ name, offset, bytes }) => ({ name, bytes: new Uint8Array(snapshot, offset, bytes) })),
    );
    return null;
  } catch (error) {
    return sendError(error);
  }
}
