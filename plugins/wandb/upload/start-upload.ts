/** The upload of a running training: a worker that follows the run's local log, and the handle to end it. */

import type { ApiKey } from "../access/api-key.ts";
import type { Pace } from "./pace.ts";
import { logsUpTo } from "./run-logs.ts";
import { UploadWorker, type WorkerTask } from "./upload-worker.ts";
import type { UploadOutcome, UploadTask } from "./uploader.ts";

export type { UploadOutcome } from "./uploader.ts";

/** Where to upload, and as whom. The log's own project and entity come first; these are for a log that names none. */
export interface UploadSettings extends Pick<UploadTask, "baseUrl" | "entity" | "project" | "resume"> {
  readonly apiKey: ApiKey | null;
}

export interface UploadOptions {
  readonly settings: UploadSettings;
  /** The run's folder, absolute: other logs of the run are in it, and `bun run sync` takes it. */
  readonly runFolder: string;
  /** The log that is being written. */
  readonly logPath: string;
  /** Takes lines for the user. */
  readonly print: (text: string) => void;
  /** True: lines that the server holds of this log are sent again, because another client may have sent them. */
  readonly rewrite?: boolean;
  /** How often things happen, where it is not as W&B's client does them. */
  readonly pace?: Partial<Pace>;
}

export interface Upload {
  /**
   * Call when the log is whole. Resolves once everything is on the server, or once it is clear that it will not get there
   * now; then one line has said why and which command uploads it later. Never rejects.
   */
  finish(exitCode: number): Promise<UploadOutcome>;
}

/** After this long without a word they wonder. In ms. */
const PATIENCE_OF_PEOPLE = 3_000;

/**
 * Starts to upload. Returns at once, and nothing that happens to the network reaches the caller: messages come through
 * `print`, prefixed, and the local log goes on whatever happens.
 */
export function startUpload(options: UploadOptions): Upload {
  const worker = new UploadWorker(
    new URL("./worker.ts", import.meta.url),
    uploadTask(options),
    options.print,
  );
  return {
    async finish(exitCode) {
      const wait = setTimeout(
        () => options.print("W&B: uploading what is left of the run"),
        PATIENCE_OF_PEOPLE,
      );
      const outcome = await worker.finish(exitCode);
      clearTimeout(wait);
      if (!outcome.complete) sayLater(options, outcome.reason);
      return outcome;
    },
  };
}

/** What a worker gets to do, without functions: it is copied to it. */
export function uploadTask({ settings, runFolder, logPath, rewrite, pace }: UploadOptions): WorkerTask {
  const { baseUrl, apiKey, entity, project, resume } = settings;
  if (!apiKey) throw new TypeError("Cannot upload without an API key");
  const logs = logsUpTo(runFolder, logPath);
  return { baseUrl, apiKey: apiKey.reveal(), entity, project, resume, logs, live: true, rewrite, pace };
}

function sayLater({ print, runFolder }: UploadOptions, reason: string | null): void {
  print(`W&B: not everything was uploaded: ${reason}`);
  print(`W&B: the run's log is complete; upload it later with: bun run sync ${quoted(runFolder)}`);
}

/** A path as one word for a shell: runs' folders have blanks in their names. */
export function quoted(path: string): string {
  return /^[\w./:-]+$/.test(path) ? path : `"${path.replace(/(["$`\\])/g, "\\$1")}"`;
}
