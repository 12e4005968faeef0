/** The upload of a running training: a worker that follows the run's local log, and the handle to end it. */

import { Worker } from "node:worker_threads";
import { logsUpTo } from "./run-logs.ts";
import type { UploadOutcome } from "./uploader.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";

export type { UploadOutcome } from "./uploader.ts";

/** Where to upload, and as whom. */
export interface UploadSettings {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** null: the key's default. */
  readonly entity: string | null;
  readonly project: string | null;
}

export interface UploadOptions {
  readonly settings: UploadSettings;
  /** The run's folder, absolute: other logs of the run are in it, and `bun run sync` takes it. */
  readonly runFolder: string;
  /** The log that is being written. */
  readonly logPath: string;
  /** Takes lines for the user. */
  readonly print: (text: string) => void;
  /** Only for tests: how often things happen. */
  readonly pace?: UploadPace;
}

type UploadPace = Extract<ToWorker, { type: "start" }>["task"]["pace"];

export interface Upload {
  /**
   * Call when the log is whole. Resolves once everything is on the server, or once it is clear that it will not get there
   * now; then one line has said why and which command uploads it later. Never rejects.
   */
  finish(exitCode: number): Promise<UploadOutcome>;
}

/** The worker speaks every 5 s; silent for this long, it counts as lost. In ms. */
const SILENCE = 120_000;

/**
 * Starts to upload. Returns at once, and nothing that happens to the network reaches the caller: messages come through
 * `print`, prefixed, and the local log goes on whatever happens.
 */
export function startUpload({ settings, runFolder, logPath, print, pace }: UploadOptions): Upload {
  const { baseUrl, apiKey, entity, project } = settings;
  const { promise: outcome, resolve } = Promise.withResolvers<UploadOutcome>();
  const lost = (reason: string) => resolve({ complete: false, url: null, reason });

  const worker = new Worker(new URL("./worker.ts", import.meta.url));
  let heard = performance.now();
  worker.on("message", (message: FromWorker) => {
    heard = performance.now();
    if (message.type === "print") print(`W&B: ${message.text}`);
    if (message.type === "outcome") resolve(message.outcome);
  });
  worker.on("error", (error) => lost(`the upload worker failed: ${(error as Error).message}`));
  worker.on("exit", () => lost("the upload worker ended"));
  const say = (message: ToWorker) => worker.postMessage(message);
  const logs = logsUpTo(runFolder, logPath);
  say({ type: "start", task: { baseUrl, apiKey, entity, project, logs, live: true, pace } });
  worker.unref(); // a run that ends without `finish` is not held up

  return {
    async finish(exitCode) {
      worker.ref();
      say({ type: "finish", exitCode });
      const watch = setInterval(() => {
        if (performance.now() - heard > SILENCE) lost("the upload worker does not answer");
      }, 1_000);
      heard = performance.now();
      const result = await outcome;
      clearInterval(watch);
      await worker.terminate();
      if (!result.complete) {
        print(`W&B: not everything was uploaded: ${result.reason}`);
        print(`W&B: the run's log is complete; upload it later with: bun run sync ${quoted(runFolder)}`);
      }
      return result;
    },
  };
}

/** A path as one word for a shell: runs' folders have blanks in their names. */
export function quoted(path: string): string {
  return /^[\w./:-]+$/.test(path) ? path : `"${path.replace(/(["$`\\])/g, "\\$1")}"`;
}
