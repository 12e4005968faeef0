/**
 * What an upload has to remember between processes, in `run-{id}.wandb.upload.json` beside the run's first log: at which
 * lines of the server's files the log begins, and which files and artifacts are done. How many lines the server holds
 * is not in it: the server says that.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { writeFileAtomic } from "../../../core/plugin.ts";
import type { LineCounts } from "./file-stream.ts";

export interface UploadState {
  /** Which run of which server this is about; for any other it does not count. */
  readonly target: string;
  /** The server's number of the log's first line, per file: more than 0 where other processes wrote the run before. */
  readonly first: LineCounts;
  /** MD5 (hex) by name of the files that the server has. */
  readonly files: Record<string, string>;
  /** Client ids of the artifacts that the server has. */
  readonly artifacts: string[];
}

const VERSION = 1;

/** @returns null where nothing (or nothing readable) is known about this target. */
export function readUploadState(logPath: string, target: string): UploadState | null {
  try {
    const { version, ...state } = JSON.parse(readFileSync(pathOf(logPath), "utf8"));
    return version === VERSION && state.target === target ? (state as UploadState) : null;
  } catch {
    return null; // absent, or damaged: the server's last lines tell where to go on
  }
}

/** A disk that is full or read-only only costs the memory, not the upload. */
export function writeUploadState(logPath: string, state: UploadState): void {
  try {
    writeFileAtomic(pathOf(logPath), `${JSON.stringify({ version: VERSION, ...state }, null, 2)}\n`);
  } catch {}
}

/** The mark that W&B's own client leaves, and looks for, beside a log that is uploaded in full. */
export function isSynced(logPath: string): boolean {
  return existsSync(`${logPath}.synced`);
}

/** @returns False where the folder cannot be written to. */
export function markSynced(logPath: string): boolean {
  try {
    writeFileSync(`${logPath}.synced`, "");
    return true;
  } catch {
    return false;
  }
}

function pathOf(logPath: string): string {
  return `${logPath}.upload.json`;
}
