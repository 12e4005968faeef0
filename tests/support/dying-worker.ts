/** The pool's worker, but it dies on sheets labelled "deadly": each time, or only if a file does not yet exist. */

import { closeSync, openSync } from "node:fs";
import "../../core/training/engine/worker.ts";

declare const self: Worker;

const work = self.onmessage as (event: MessageEvent) => Promise<void>;

self.onmessage = (event: MessageEvent) => {
  const label: string = event.data.task?.microBatch.sheets[0].label ?? "";
  if (label === "deadly") process.exit(1);
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
