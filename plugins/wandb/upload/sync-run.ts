/** Uploads what a run's folder holds that is not on the server yet, after the run. */

import { readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { acquireFolderLock, UserError } from "../../../core/plugin.ts";
import { findApiKey } from "../access/api-key.ts";
import type { Pace } from "./pace.ts";
import { findRunLogs } from "./run-logs.ts";
import { isSynced } from "./upload-state.ts";
import { Uploader } from "./uploader.ts";

export interface SyncOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes lines for the user. */
  readonly print: (text: string) => void;
  readonly pace?: Partial<Pace>;
}

/** What became of a folder: everything is on the server now, or was before; someone works in it; something is missing. */
export type SyncResult = "uploaded" | "already there" | "in use" | "incomplete";

const DEFAULT_BASE_URL = "https://api.wandb.ai";

/**
 * The run's folder for what a user may name: the folder itself, its `wandb/`, a folder in that, or a `.wandb` file.
 */
export function runFolderOf(named: string): string {
  const path = resolve(named);
  if (path.endsWith(".wandb")) return dirname(dirname(dirname(path)));
  if (basename(dirname(path)) === "wandb") return dirname(dirname(path));
  return basename(path) === "wandb" ? dirname(path) : path;
}

/** True where a folder holds a log that is not marked as uploaded. */
export function isUnsynced(runFolder: string): boolean {
  return findRunLogs(runFolder).some((logs) => !logs.every(isSynced));
}

/**
 * Uploads the logs of a run's folder; those of one run id, however many processes wrote them, as one run.
 *
 * @throws {UserError} If there is no log, or no key.
 */
export async function syncRun(runFolder: string, options: SyncOptions): Promise<SyncResult> {
  const { env, print, pace } = options;
  const groups = findRunLogs(runFolder);
  if (groups.length === 0) {
    throw new UserError({
      file: runFolder,
      message: "Cannot upload this run",
      expected: "a run's folder with a W&B log: wandb/run-…/run-….wandb",
      got: "no log",
      fix: "name another folder, or use --all for every run that is not uploaded yet",
    });
  }
  const unsynced = groups.filter((logs) => !logs.every(isSynced));
  if (unsynced.length === 0) {
    print(`${runFolder}: already uploaded`);
    return "already there";
  }
  const baseUrl = baseUrlOf(runFolder, env);
  const key = findApiKey(new URL(baseUrl).host, env);
  if (!key) {
    throw new UserError({
      file: runFolder,
      message: `Cannot upload: there is no API key for ${new URL(baseUrl).host}`,
      expected: "WANDB_API_KEY in the environment, or the host's password in ~/.netrc",
      fix: "export WANDB_API_KEY=…",
    });
  }

  const lock = lockOf(runFolder);
  if ("heldBy" in lock) {
    print(`${runFolder}: left alone, it is still being written: ${lock.heldBy}`);
    return "in use";
  }
  try {
    let isWhole = true;
    for (const logs of unsynced) {
      print(`${runFolder}: uploading ${logs.length === 1 ? "1 log" : `${logs.length} logs of one run`}`);
      const uploader = new Uploader({
        baseUrl,
        apiKey: key.key.reveal(),
        entity: env.WANDB_ENTITY || null,
        project: env.WANDB_PROJECT || null,
        resume: null,
        logs,
        live: false,
        pace,
        print: (text) => print(`  ${text}`),
      });
      const { complete, reason } = await uploader.run();
      if (!complete) isWhole = false;
      print(complete ? "  done" : `  not everything was uploaded: ${reason}`);
    }
    return isWhole ? "uploaded" : "incomplete";
  } finally {
    lock.release();
  }
}

/** The environment's server, else the one that the run was configured for. */
function baseUrlOf(runFolder: string, env: SyncOptions["env"]): string {
  const url = env.WANDB_BASE_URL || configuredBaseUrl(runFolder) || DEFAULT_BASE_URL;
  if (URL.canParse(url) && /^https?:/.test(url)) return url.replace(/\/+$/, "");
  throw new UserError({
    where: env.WANDB_BASE_URL ? "WANDB_BASE_URL" : "plugins.wandb.base_url",
    message: "Cannot use the address of the W&B server",
    expected: "an http or https URL: https://api.wandb.ai",
    got: url.replace(/[^/\s]*@/, "…@"),
  });
}

function configuredBaseUrl(runFolder: string): string | null {
  try {
    const config = parse(readFileSync(join(runFolder, "configs", "config.yaml"), "utf8"));
    const url: unknown = config?.plugins?.wandb?.base_url;
    return typeof url === "string" ? url : null;
  } catch {
    return null; // a log that came without its run's configuration
  }
}

/** Keeps a training, and another upload, out of the folder; or says who keeps us out. */
function lockOf(runFolder: string): { release(): void } | { heldBy: string } {
  try {
    return acquireFolderLock(runFolder, "upload");
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.cause !== undefined) return { release() {} }; // nobody can write there, so nobody is disturbed
    return { heldBy: error.problems[0]?.got ?? error.message };
  }
}
