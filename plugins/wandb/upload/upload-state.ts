/**
 * What an upload has to remember for a later process, in `run-{id}.wandb.upload.json` beside the run's first
 * log: at which of the server's lines the log begins, and which files and artifacts are uploaded. How many
 * lines the server holds is not in it, for the server tells that itself.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { writeFileAtomic } from "../../../core/plugin.ts";
import type { LineCounts } from "./file-stream.ts";
import type { RowShift } from "./row-shift.ts";

export interface UploadState {
  /** The server and the run to which the state belongs. It is not valid for any other. */
  readonly target: string;
  /**
   * The number of the log's first line in each of the server's files. It is 0 unless others wrote the run
   * before.
   */
  readonly first: LineCounts;
  /** How far the rows were moved behind those of another run. Absent: not at all. */
  readonly shift?: RowShift;
  /** The MD5 (hex) of each file that the server has, by name. */
  readonly files: Record<string, string>;
  /** The client ids of the artifacts that the server has. */
  readonly artifacts: string[];
}

const VERSION = 1;

/** @returns null if there is no state for this target, or none that can be read. */
export function readUploadState(logPath: string, target: string): UploadState | null {
  try {
    const { version, ...state } = JSON.parse(readFileSync(pathOf(logPath), "utf8"));
    return version === VERSION && state.target === target ? (state as UploadState) : null;
  } catch {
    return null; // absent or damaged: then the server's last lines tell where to go on
  }
}

/** Never throws: if the disk is full or read-only, the upload goes on without a state. */
export function writeUploadState(logPath: string, state: UploadState): void {
  try {
    writeFileAtomic(pathOf(logPath), `${JSON.stringify({ version: VERSION, ...state }, null, 2)}\n`);
  } catch {}
}

/** True if the log is marked as uploaded in full. W&B's own client sets and reads the same mark. */
export function isSynced(logPath: string): boolean {
  return existsSync(`${logPath}.synced`);
}

/** Marks a log as uploaded in full. @returns False if the folder cannot be written to. */
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
