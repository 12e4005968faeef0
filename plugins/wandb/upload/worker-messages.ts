/** What the training process and its upload worker say to each other. */

import type { UploadOutcome, UploadTask } from "./uploader.ts";

export type ToWorker =
  | { readonly type: "start"; readonly task: Omit<UploadTask, "print"> }
  | { readonly type: "finish"; readonly exitCode: number };

export type FromWorker =
  | { readonly type: "print"; readonly text: string }
  /** A sign of life. */
  | { readonly type: "alive" }
  | { readonly type: "outcome"; readonly outcome: UploadOutcome };
