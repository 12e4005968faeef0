/** Uploads the logs in a run's folder after the run: what `bun run sync` does for each folder. */

import { readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { acquireFolderLock, RUN_FILES, UserError } from "../../../core/plugin.ts";
import { findApiKey } from "../access/api-key.ts";
import { chosenBaseUrl } from "../access/base-url.ts";
import { type ClientSettings, readClientSettings } from "../access/client-settings.ts";
import { findRunLogs } from "../log/run-logs.ts";
import type { Pace } from "./pace.ts";
import { isSynced } from "./upload-state.ts";
import { Uploader } from "./uploader.ts";

export interface SyncOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes lines for the user. */
  readonly print: (text: string) => void;
  readonly pace?: Partial<Pace>;
}

/**
 * The result for a folder. `in use`: another process works in it, and nothing was done. `incomplete`:
 * something is missing.
 */
export type SyncResult = "uploaded" | "already there" | "in use" | "incomplete";

/**
 * The run's folder for a path that a user gives: the folder itself, its `wandb/`, a folder in that, or a
 * `.wandb` file.
 */
export function runFolderOf(named: string): string {
  const path = resolve(named);
  if (path.endsWith(".wandb")) return dirname(dirname(dirname(path)));
  if (basename(dirname(path)) === RUN_FILES.wandb) return dirname(dirname(path));
  return basename(path) === RUN_FILES.wandb ? dirname(path) : path;
}

/** True if a folder holds a log that is not marked as uploaded. */
export function isUnsynced(runFolder: string): boolean {
  return findRunLogs(runFolder).some((logs) => !logs.every(isSynced));
}

/**
 * Uploads the logs in a run's folder. The logs of one run id become one run.
 *
 * @throws {UserError} If there is no log, no API key, or no usable address of a server.
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
  // The newest run first: where a run branched off from an earlier one, it is the one that counts.
  const unsynced = groups.filter((logs) => !logs.every(isSynced)).reverse();
  if (unsynced.length === 0) {
    print(`${runFolder}: already uploaded`);
    return "already there";
  }
  const client = readClientSettings(env);
  const server = serverOf(runFolder, env, client);
  const lock = lockOf(runFolder);
  if ("heldBy" in lock) {
    print(`${runFolder}: left alone, it is still being written: ${lock.heldBy}`);
    return "in use";
  }
  using _ = lock;
  let isWhole = true;
  for (const logs of unsynced) {
    print(`${runFolder}: uploading ${logs.length === 1 ? "1 log" : `${logs.length} logs of one run`}`);
    const uploader = new Uploader({
      ...server,
      entity: env.WANDB_ENTITY || client.get("entity")?.value || null,
      project: env.WANDB_PROJECT || client.get("project")?.value || null,
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
}

/** @throws {UserError} If there is no usable address, or no API key for it. */
function serverOf(
  runFolder: string,
  env: SyncOptions["env"],
  client: ClientSettings,
): { baseUrl: string; apiKey: string } {
  const baseUrl = baseUrlOf(runFolder, env, client);
  const found = findApiKey(new URL(baseUrl).host, env, undefined, client);
  if (found) return { baseUrl, apiKey: found.key.reveal() };
  throw new UserError({
    file: runFolder,
    message: `Cannot upload: there is no API key for ${new URL(baseUrl).host}`,
    expected: "WANDB_API_KEY in the environment, or the host's password in ~/.netrc",
    got: "neither",
    fix: `export WANDB_API_KEY=…, with the key that ${baseUrl}/authorize shows`.replace(
      "//api.wandb.ai",
      "//wandb.ai",
    ),
  });
}

/**
 * The address of the server: from the environment, from the run's configuration, from the settings files of
 * W&B's client, or W&B's own.
 */
function baseUrlOf(runFolder: string, env: SyncOptions["env"], client: ClientSettings): string {
  const url = env.WANDB_BASE_URL || chosenBaseUrl(configuredBaseUrl(runFolder), client);
  const parsed = URL.parse(url);
  const isHttp = parsed !== null && /^https?:$/.test(parsed.protocol);
  // A password in it would be printed, and kept beside the log.
  const hasCredentials = isHttp && (parsed.username !== "" || parsed.password !== "");
  if (isHttp && !hasCredentials) return url.replace(/\/+$/, "");
  throw new UserError({
    where: env.WANDB_BASE_URL ? "WANDB_BASE_URL" : "plugins.wandb.base_url",
    message: "Cannot use the address of the W&B server",
    expected: "an http or https URL: https://api.wandb.ai",
    got: hasCredentials ? "a URL with a user or password in it" : url.replace(/[^/\s]*@/, "…@"),
  });
}

function configuredBaseUrl(runFolder: string): string | null {
  try {
    const config = parse(readFileSync(join(runFolder, RUN_FILES.config), "utf8"));
    const url: unknown = config?.plugins?.wandb?.base_url;
    return typeof url === "string" ? url : null;
  } catch {
    return null; // the log was copied without the run's configuration
  }
}

/** Locks the folder against trainings and other uploads, or tells which process holds it. */
function lockOf(runFolder: string): Disposable | { readonly heldBy: string } {
  try {
    const lock = acquireFolderLock(runFolder, "upload");
    return { [Symbol.dispose]: () => lock.release() };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // Nobody can write there, so no lock is needed.
    if (error.cause !== undefined) return { [Symbol.dispose]() {} };
    return { heldBy: error.problems[0]?.got ?? error.message };
  }
}
