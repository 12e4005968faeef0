/** Starts the upload of a run that is being trained: a worker that follows the run's log. */

import { commandLine } from "../../../core/plugin.ts";
import type { ApiKey } from "../access/api-key.ts";
import { logsUpTo } from "../log/run-logs.ts";
import { PACE, type Pace } from "./pace.ts";
import { UploadWorker, type WorkerTask } from "./upload-worker.ts";
import type { UploadOutcome, UploadTask } from "./uploader.ts";

/** Where to upload, and with which key. Entity and project are for a log that names none. */
export interface UploadSettings extends Pick<UploadTask, "baseUrl" | "entity" | "project" | "resume"> {
  readonly apiKey: ApiKey | null;
}

export interface UploadOptions {
  readonly settings: UploadSettings;
  /** The run's folder, absolute. It holds the logs of earlier processes of the run. */
  readonly runFolder: string;
  /** The log that is being written. */
  readonly logPath: string;
  /** Takes lines for the user. */
  readonly print: (text: string) => void;
  /**
   * True: lines of the logs that the server already holds are sent again, because another client may have
   * sent them.
   */
  readonly rewrite?: boolean;
  /** Times that differ from the defaults. */
  readonly pace?: Partial<Pace>;
}

export interface Upload {
  /**
   * Call it once the log is closed. It resolves when everything is on the server, or when the upload gives
   * up; in that case it has printed the reason and the command that uploads the rest. Never rejects.
   *
   * @param isWhole False if the disk did not take all of the log. @default true
   */
  finish(exitCode: number, isWhole?: boolean): Promise<UploadOutcome>;
}

/**
 * Starts the upload and returns at once. No failure of the network reaches the caller: messages come through
 * `print`, each with the prefix `W&B: `.
 */
export function startUpload(options: UploadOptions): Upload {
  const worker = new UploadWorker(
    new URL("./worker.ts", import.meta.url),
    uploadTask(options),
    options.print,
  );
  return {
    async finish(exitCode, isWhole = true) {
      const { notice } = { ...PACE, ...options.pace };
      const wait = setTimeout(() => options.print("W&B: uploading what is left of the run"), notice);
      const outcome = await worker.finish(exitCode);
      clearTimeout(wait);
      if (!outcome.complete) sayLater(options, outcome.reason, isWhole);
      return outcome;
    },
  };
}

/** The task for the worker. @throws {TypeError} Without an API key. */
export function uploadTask({ settings, runFolder, logPath, rewrite, pace }: UploadOptions): WorkerTask {
  const { baseUrl, apiKey, entity, project, resume } = settings;
  if (!apiKey) throw new TypeError("Cannot upload without an API key");
  const logs = logsUpTo(runFolder, logPath);
  return { baseUrl, apiKey: apiKey.reveal(), entity, project, resume, logs, live: true, rewrite, pace };
}

function sayLater({ print, runFolder }: UploadOptions, reason: string | null, isWhole: boolean): void {
  print(`W&B: not everything was uploaded: ${reason}`);
  const what = isWhole ? "the run's log is complete; upload it" : "upload what the log has";
  print(`W&B: ${what} later with: ${commandLine("sync", runFolder)}`);
}
