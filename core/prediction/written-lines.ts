/** A `.jsonl` output of a batch that was stopped: what is in it already. */

import { closeSync, ftruncateSync, openSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { UserError } from "../base/problem.ts";
import { tryStat } from "../files/file-state.ts";
import { writeFileAtomic } from "../files/write-atomic.ts";

export interface WrittenLines {
  /** Absolute path of each file in the output; true where it failed. */
  readonly files: ReadonlyMap<string, boolean>;
  /** A last line without its end was dropped: the batch stopped while it was written. */
  readonly torn: boolean;
}

/**
 * Reads an output and makes it ready to be appended to.
 *
 * @param path The output; there need be none.
 * @param retryFailed Drops the lines of files that failed, so that they come again.
 * @throws {UserError} Exit code 2, if what stands there is no such output: it is left alone.
 */
export function readWrittenLines(path: string, retryFailed: boolean): WrittenLines {
  const files = new Map<string, boolean>();
  if (tryStat(path) === null) return { files, torn: false };
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf(0x0a) + 1;
  const kept: Buffer[] = [];
  let line = 1;
  for (let at = 0; at < end; line++) {
    const next = bytes.indexOf(0x0a, at) + 1;
    const { file, failed } = parseLine(bytes.toString("utf8", at, next), path, line);
    if (failed && retryFailed) files.delete(resolve(file));
    else {
      files.set(resolve(file), failed);
      kept.push(bytes.subarray(at, next));
    }
    at = next;
  }
  const torn = end < bytes.length;
  if (kept.length < line - 1) writeFileAtomic(path, Buffer.concat(kept));
  else if (torn) truncate(path, end);
  return { files, torn };
}

function parseLine(text: string, path: string, line: number): { file: string; failed: boolean } {
  try {
    const value = JSON.parse(text) as { file?: unknown; error?: unknown } | null;
    if (typeof value?.file === "string") return { file: value.file, failed: value.error !== undefined };
  } catch {
    // Told below.
  }
  throw new UserError(
    {
      file: path,
      line,
      message: "Cannot go on with this output",
      expected: 'lines of --jsonl: {"file": …}',
      got: text.trim().slice(0, 80),
      fix: "name another --output, or delete this file",
    },
    { exitCode: 2 },
  );
}

function truncate(path: string, length: number): void {
  const file = openSync(path, "r+");
  try {
    ftruncateSync(file, length);
  } finally {
    closeSync(file);
  }
}
