/** Reads what is already in the `.jsonl` output of a stopped batch. */

import { closeSync, ftruncateSync, openSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { UserError } from "../base/problem.ts";
import { tryStat } from "../files/file-state.ts";
import { writeFileAtomic } from "../files/write-atomic.ts";

export interface WrittenLines {
  /** The absolute path of each workbook in the output; true if it failed. */
  readonly files: ReadonlyMap<string, boolean>;
  /** True if the last line was incomplete and was removed. */
  readonly torn: boolean;
}

/**
 * Reads an output and prepares it for appending.
 *
 * @param path The output, which may be missing.
 * @param retryFailed Removes the lines of failed workbooks, so that they are tried again.
 * @throws {UserError} Exit code 2 if the file is no such output. It stays as it is.
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
    // Reported below.
  }
  throw new UserError(
    {
      file: path,
      line,
      message: "Cannot continue this output",
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
