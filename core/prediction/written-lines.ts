/** Reads what is already in the `.jsonl` output of a stopped batch. */

import { closeSync, ftruncateSync, openSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Problem, usageError } from "../base/problem.ts";
import { tryStat } from "../files/file-state.ts";
import { parseHeader } from "../files/shards/shard-header.ts";
import { writeFileAtomic } from "../files/write-atomic.ts";
import { describeMaker, type Maker } from "./maker.ts";

export interface WrittenLines {
  /** The absolute path of each workbook in the output; true if it failed. */
  readonly files: ReadonlyMap<string, boolean>;
  /** True if the last line was incomplete and was removed. */
  readonly torn: boolean;
}

export interface ContinueOptions {
  /** Removes the lines of failed workbooks, so that they are tried again. */
  readonly retryFailed: boolean;
  /** What makes the lines from now on: others in the file are refused. */
  readonly maker: Maker;
  /** The first line of a shard's output; null for what is no shard. */
  readonly header?: string | null;
}

/**
 * Reads an output and prepares it for appending.
 *
 * @param path The output, which may be missing.
 * @param named The output as the user named it, for messages.
 * @throws {UserError} Exit code 2 if the file is no such output, or was made in another way. It stays as it
 *   is.
 */
export function readWrittenLines(
  path: string,
  named: string,
  { retryFailed, maker, header = null }: ContinueOptions,
): WrittenLines {
  const files = new Map<string, boolean>();
  if (tryStat(path) === null) return { files, torn: false };
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf(0x0a) + 1;
  const kept: Buffer[] = [];
  let line = 1;
  for (let at = 0; at < end; line++) {
    const next = bytes.indexOf(0x0a, at) + 1;
    if (header !== null && line === 1) {
      checkHeader(bytes.toString("utf8", at, next), header, named);
      kept.push(bytes.subarray(at, next));
      at = next;
      continue;
    }
    const text = bytes.toString("utf8", at, next);
    const parsed = parsePredictionLine(text);
    if (parsed === null) throw notOurs(named, line, text);
    const { file, failed, madeWith } = parsed;
    if (describeMaker(madeWith) !== describeMaker(maker)) throw otherMaker(named, line, madeWith, maker);
    if (failed && retryFailed) files.delete(resolve(file));
    else {
      files.set(resolve(file), failed);
      kept.push(bytes.subarray(at, next));
    }
    at = next;
  }
  const torn = end < bytes.length;
  // What begins otherwise is no line of this program that was cut off.
  if (torn && end === 0) checkTorn(bytes.toString("utf8", 0, START.length), named, header ?? START);
  if (kept.length < line - 1) writeFileAtomic(path, Buffer.concat(kept));
  else if (torn) truncate(path, end);
  return { files, torn };
}

const START = '{"file":';

/** What one line of a `.jsonl` says about its workbook. */
interface PredictionLine {
  readonly file: string;
  readonly failed: boolean;
  /** Null for lines that do not say it. */
  readonly madeWith: Maker | null;
}

/** Reads a line. @returns Null if it is no line of predictions. */
export function parsePredictionLine(text: string): PredictionLine | null {
  try {
    const value = JSON.parse(text) as { file?: unknown; error?: unknown; made_with?: Maker } | null;
    if (typeof value?.file === "string") {
      return { file: value.file, failed: value.error !== undefined, madeWith: value.made_with ?? null };
    }
  } catch {
    // It is none.
  }
  return null;
}

/** @param start How the first line begins. */
function checkTorn(text: string, path: string, start: string): void {
  if (!start.startsWith(text)) throw notOurs(path, 1, text);
}

/** @throws {UserError} If the output is that of another shard, or of another list of workbooks. */
function checkHeader(text: string, header: string, path: string): void {
  if (text === header) return;
  const [found, now] = [parseHeader(text), parseHeader(header)!];
  if (found === null) throw notOurs(path, 1, text);
  const isOtherShard = found.shard !== now.shard;
  throw refused(path, 1, {
    message: "Cannot continue this output: it holds other workbooks",
    expected: isOtherShard
      ? `shard ${now.shard}`
      : "the same list of workbooks, of the same sizes, as before",
    got: isOtherShard ? `shard ${found.shard}` : "files that were added, removed or changed since",
    fix: "start all shards anew under another --output, or with --overwrite",
  });
}

function notOurs(path: string, line: number, text: string): Error {
  return refused(path, line, {
    message: "Cannot continue this output",
    expected: 'lines of --jsonl: {"file": …}',
    got: text.trim().slice(0, 80),
    fix: "name another --output, or --overwrite to replace this file",
  });
}

function otherMaker(path: string, line: number, found: Maker | null, maker: Maker): Error {
  return refused(path, line, {
    message: "Cannot continue this output: its lines were made in another way",
    expected: describeMaker(maker),
    got: describeMaker(found),
    fix: "name another --output, or --overwrite to start this one anew",
  });
}

function refused(file: string, line: number, problem: Problem): Error {
  return usageError({ file, line, ...problem });
}

function truncate(path: string, length: number): void {
  const file = openSync(path, "r+");
  try {
    ftruncateSync(file, length);
  } finally {
    closeSync(file);
  }
}
