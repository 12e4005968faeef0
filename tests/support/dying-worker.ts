/**
 * The pool's worker, but it dies on sheets labelled "deadly": each time, only if a file does not yet exist,
 * or half-way through adding. It also dies in an update whose learning rate is not a number.
 */

import { closeSync, openSync } from "node:fs";
import "../../core/detection/engine/worker.ts";

declare const self: Worker;

let writing: Int32Array | null = null;
const work = self.onmessage as (event: MessageEvent) => Promise<void>;

self.onmessage = (event: MessageEvent) => {
  if (event.data.kind === "open") writing = event.data.shared.writing;
  const label: string = event.data.task?.microBatch?.sheets[0].label ?? "";
  if (label === "deadly") process.exit(1);
  if (event.data.task?.kind === "update" && Number.isNaN(event.data.task.options.lr)) process.exit(1);
  if (label === "deadly while adding" && event.data.task.add) {
    Atomics.store(writing!, event.data.task.place, 1);
    process.exit(1);
  }
  if (label.startsWith("deadly once: ")) {
    try {
      closeSync(openSync(label.slice("deadly once: ".length), "wx"));
    } catch {
      return work(event);
    }
    process.exit(1);
  }
  return work(event);
};
