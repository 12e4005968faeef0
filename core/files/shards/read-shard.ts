/** Reads the outputs of shards, and names what is missing of them before they are merged. */

import { readFileSync } from "node:fs";
import { type Problem, UserError } from "../../base/problem.ts";
import { counted } from "../../base/text-layout.ts";
import { parseHeader, type ShardHeader } from "./shard-header.ts";

/** The most workbooks that are named in one problem. */
const MOST_NAMED = 10;
/** The most missing shards that are named: whoever merges has to run them again. */
const MOST_MISSING = 100;

/** The output of one shard. */
export interface ShardOutput {
  readonly path: string;
  readonly bytes: Buffer;
  readonly header: ShardHeader;
  readonly number: number;
  readonly count: number;
  /** Where its lines begin, in bytes. */
  readonly start: number;
}

/**
 * Reads the output of a shard, down to the end of its header.
 *
 * @param command The one that writes such outputs.
 * @throws {UserError} If it is none.
 */
export function readShard(path: string, command: string): ShardOutput {
  const bytes = read(path);
  const start = bytes.indexOf(0x0a) + 1;
  const header = parseHeader(bytes.toString("utf8", 0, start));
  if (header === null) {
    throw new UserError({
      file: path,
      line: 1,
      message: "Cannot merge: this is no output of a shard",
      expected: `a .jsonl that ${command} --shard wrote`,
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
export function checkTogether(shards: readonly ShardOutput[]): void {
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

/** A problem with the shards that are absent; none if all are there. */
export function missingShards(shards: readonly ShardOutput[], count: number): Problem[] {
  const numbers = new Set(shards.map(({ number }) => number).filter((number) => number <= count));
  const missing = count - numbers.size;
  if (missing === 0) return [];
  const first: string[] = [];
  for (let number = 1; first.length < Math.min(missing, MOST_MISSING); number++) {
    if (!numbers.has(number)) first.push(`shard ${number}/${count}`);
  }
  const more = missing > first.length ? `, and ${missing - first.length} more` : "";
  const got = `missing: ${first.join(", ")}${more}`;
  const expected = `the outputs of all ${count} shards`;
  const fix = "run them, or name their files";
  return [{ message: "Cannot merge: shards are missing", expected, got, fix }];
}

/**
 * Problems with workbooks that are in no shard, or twice.
 *
 * @param alsoTwice Workbooks that a shard holds twice, beside those that were dealt to several.
 */
export function dealingProblems(
  shards: readonly ShardOutput[],
  alsoTwice: readonly string[] = [],
): Problem[] {
  const [{ header: first, count }] = shards as readonly [ShardOutput];
  const dealt = new Set<number>();
  const twice = new Set<string>();
  for (const { header } of shards) {
    for (const [at, position] of header.positions.entries()) {
      if (dealt.has(position)) twice.add(header.files[at]!);
      dealt.add(position);
    }
  }
  for (const file of alsoTwice) twice.add(file);
  const problems: Problem[] = [];
  if (shards.length === count && dealt.size < first.workbooks) {
    problems.push({ ...redealt, got: `${counted(first.workbooks - dealt.size, "workbook")} in no shard` });
  }
  if (twice.size > 0) problems.push({ ...redealt, got: `twice: ${named([...twice])}` });
  return problems;
}

const redealt = {
  message: "Cannot merge: the workbooks were not dealt to the shards in one way",
  expected: "every workbook in exactly one shard",
  fix: "workbooks changed their sizes between the shards: run all shards anew with --overwrite",
} as const;

/** Names of workbooks: the first ones, and how many more there are. */
export function named(files: readonly string[]): string {
  const more = files.length > MOST_NAMED ? `, and ${files.length - MOST_NAMED} more` : "";
  return `${files.slice(0, MOST_NAMED).join(", ")}${more}`;
}
