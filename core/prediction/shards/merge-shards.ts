/** Puts the outputs of all shards together, as one process would have written them. */

import { readFileSync } from "node:fs";
import { type Problem, UserError } from "../../base/problem.ts";
import { counted } from "../../base/text-layout.ts";
import { describeMaker } from "../maker.ts";
import { parsePredictionLine } from "../written-lines.ts";
import { parseHeader, type ShardHeader } from "./shard-header.ts";

export interface MergedShards {
  /** The lines in the order of the whole list. */
  readonly lines: readonly Uint8Array[];
  /** How many of the workbooks failed. */
  readonly failed: number;
}

/** The most workbooks that are named in one problem. */
const MOST_NAMED = 10;

/** The output of one shard. */
interface ShardOutput {
  readonly path: string;
  readonly bytes: Buffer;
  readonly header: ShardHeader;
  readonly number: number;
  readonly count: number;
  /** Where its lines begin, in bytes. */
  readonly start: number;
}

/**
 * Reads the outputs of shards, in any order. The line of each workbook may stand anywhere in its shard.
 *
 * @param paths At least one.
 * @throws {UserError} If a shard or a workbook is missing or there twice, or shards do not belong together.
 */
export function mergeShards(paths: readonly string[]): MergedShards {
  const shards = paths.map(readShard);
  checkTogether(shards);
  const [{ header: first, count }] = shards as [ShardOutput];
  const lines = new Array<Uint8Array | undefined>(first.workbooks);
  const problems: Problem[] = [];
  const twice = new Set<string>();
  const dealt = new Set<number>();
  let failed = 0;
  let maker: string | null = null;
  for (const shard of shards) {
    const { header, path } = shard;
    for (const [at, position] of header.positions.entries()) {
      if (dealt.has(position)) twice.add(header.files[at]!);
      dealt.add(position);
    }
    const written = new Set<number>();
    for (const { position, file, bytes, isFailed, madeWith, line } of linesOf(shard)) {
      maker ??= madeWith;
      if (madeWith !== maker) throw otherMaker(path, line, madeWith, maker);
      if (written.has(position)) twice.add(file);
      written.add(position);
      lines[position] = bytes;
      if (isFailed) failed++;
    }
    const left = header.files.filter((_, at) => !written.has(header.positions[at]!));
    if (left.length === 0) continue;
    const fix = `run shard ${header.shard} again: it continues where it ended`;
    problems.push({ file: path, ...unfinished, got: `missing: ${named(left)}`, fix });
  }
  problems.push(...missingShards(shards, count));
  if (shards.length === count && dealt.size < first.workbooks) {
    problems.push({ ...redealt, got: `${counted(first.workbooks - dealt.size, "workbook")} in no shard` });
  }
  if (twice.size > 0) problems.push({ ...redealt, got: `twice: ${named([...twice])}` });
  if (problems.length > 0) throw new UserError(problems);
  return { lines: lines as Uint8Array[], failed };
}

interface ShardLine {
  /** The number of the line in its file. */
  readonly line: number;
  readonly file: string;
  /** The workbook's place in the whole list. */
  readonly position: number;
  readonly isFailed: boolean;
  readonly madeWith: string;
  readonly bytes: Uint8Array;
}

/** The lines below the header. A last line without its end is left out: its workbook is not finished. */
function* linesOf({ path, bytes, header, start }: ShardOutput): Generator<ShardLine> {
  const places = new Map(header.files.map((file, at) => [file, header.positions[at]!]));
  const end = bytes.lastIndexOf(0x0a) + 1;
  for (let at = start, line = 2; at < end; line++) {
    const next = bytes.indexOf(0x0a, at) + 1;
    const text = bytes.toString("utf8", at, next);
    const parsed = parsePredictionLine(text);
    const position = parsed === null ? undefined : places.get(parsed.file);
    if (parsed === null || position === undefined) throw foreignLine(path, line, text);
    const { file, failed: isFailed } = parsed;
    const madeWith = describeMaker(parsed.madeWith);
    yield { line, file, position, isFailed, madeWith, bytes: bytes.subarray(at, next) };
    at = next;
  }
}

function missingShards(shards: readonly ShardOutput[], count: number): Problem[] {
  const numbers = new Set(shards.map(({ number }) => number));
  const absent = Array.from({ length: count }, (_, at) => at + 1).filter((number) => !numbers.has(number));
  if (absent.length === 0) return [];
  const got = `missing: ${absent.map((number) => `shard ${number}/${count}`).join(", ")}`;
  const expected = `the outputs of all ${count} shards`;
  const fix = "run them, or name their files";
  return [{ message: "Cannot merge: shards are missing", expected, got, fix }];
}

const unfinished = {
  message: "Cannot merge: a shard is not finished",
  expected: "a line for each of its workbooks",
} as const;

const redealt = {
  message: "Cannot merge: the workbooks were not dealt to the shards in one way",
  expected: "every workbook in exactly one shard",
  fix: "workbooks changed their sizes between the shards: run all shards anew with --overwrite",
} as const;

function named(files: readonly string[]): string {
  const more = files.length > MOST_NAMED ? `, and ${files.length - MOST_NAMED} more` : "";
  return `${files.slice(0, MOST_NAMED).join(", ")}${more}`;
}

function readShard(path: string): ShardOutput {
  const bytes = read(path);
  const start = bytes.indexOf(0x0a) + 1;
  const header = parseHeader(bytes.toString("utf8", 0, start));
  if (header === null) {
    throw new UserError({
      file: path,
      line: 1,
      message: "Cannot merge: this is no output of a shard",
      expected: "a .jsonl that predict --shard wrote",
      got: bytes.toString("utf8", 0, 80).trim() || "an empty file",
      fix: "leave the file out, or run its shard again",
    });
  }
  const [number, count] = header.shard.split("/").map(Number) as [number, number];
  return { path, bytes, header, number, count, start };
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const got = (cause as Error).message;
    throw new UserError({ file: path, message: "Cannot read the output of a shard", got }, { cause });
  }
}

/** @throws {UserError} If shards are of different lists or counts, or one is named twice. */
function checkTogether(shards: readonly ShardOutput[]): void {
  const [first] = shards as readonly [ShardOutput];
  const seen = new Map<number, string>();
  for (const { path, header, number, count } of shards) {
    if (header.list !== first.header.list || count !== first.count) {
      const got = `shard ${header.shard} of ${header.workbooks} workbooks (list ${header.list})`;
      const expected = `a shard of ${first.count}, of the ${first.header.workbooks} workbooks of ${first.path}`;
      const message = "Cannot merge shards of different lists of workbooks";
      throw new UserError({
        file: path,
        message,
        expected,
        got,
        fix: "run all shards with the same workbooks",
      });
    }
    const other = seen.get(number);
    if (other !== undefined) {
      const got = `${other} and ${path} are both shard ${header.shard}`;
      throw new UserError({ file: path, message: "Cannot merge a shard twice", expected: "each once", got });
    }
    seen.set(number, path);
  }
}

function foreignLine(file: string, line: number, text: string): UserError {
  return new UserError({
    file,
    line,
    message: "Cannot merge: a line belongs to none of the shard's workbooks",
    expected: 'lines of predict --shard: {"file": …}',
    got: text.trim().slice(0, 80),
    fix: "run the shard anew with --overwrite",
  });
}

function otherMaker(file: string, line: number, got: string, expected: string): UserError {
  const message = "Cannot merge: the lines were made in different ways";
  const fix = "run these shards with the same weights and options, with --overwrite";
  return new UserError({ file, line, message, expected, got, fix });
}
