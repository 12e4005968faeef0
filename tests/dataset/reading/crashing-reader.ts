/**
 * A reading thread that crashes on files called `crash`, ends on `exit`, and never answers on `hang`: on
 * `hang, and be seen` it makes the file, so that a test knows when it was asked.
 */

import { writeFileSync } from "node:fs";
import type { ReadAnswer, ReadTask } from "../../../core/dataset/reading/read-messages.ts";

declare const self: Worker;

self.onmessage = ({ data: { path } }: MessageEvent<ReadTask>) => {
  if (path.endsWith("hang, and be seen")) writeFileSync(path, "");
  if (path.includes("hang")) return;
  if (path.includes("exit")) process.exit(3);
  if (path.includes("crash")) {
    setTimeout(() => {
      throw new Error("out of luck");
    });
    return;
  }
  self.postMessage({ kind: "read", sheets: [], fromCache: false, cacheError: null } satisfies ReadAnswer);
};
