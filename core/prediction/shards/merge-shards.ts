/** Puts the outputs of all shards together, as one process would have written them. */

import { type Problem, UserError } from "../../base/problem.ts";
import {
  checkTogether,
  dealingProblems,
  missingShards,
  named,
  readShard,
  type ShardOutput,
} from "../../files/shards/read-shard.ts";
import { describeMaker } from "../maker.ts";
import { parsePredictionLine } from "../written-lines.ts";

export interface MergedShards {
  /** The lines in the order of the whole list. */
  readonly lines: readonly Uint8Array[];
  /** How many of the workbooks failed. */
  readonly failed: number;
}

/**
 * Reads the outputs of shards, in any order. The line of each workbook may stand anywhere in its shard.
 *
 * @param paths At least one.
 * @throws {UserError} If a shard or a workbook is missing or there twice, or shards do not belong together.
 */
export function mergeShards(paths: readonly string[]): MergedShards {
  const shards = paths.map((path) => readShard(path, "predict"));
  checkTogether(shards);
  const [{ header: first, count }] = shards as [ShardOutput];
  const lines = new Array<Uint8Array | undefined>(first.workbooks);
  const problems: Problem[] = [];
  const twice: string[] = [];
  let failed = 0;
  let maker: string | null = null;
  for (const shard of shards) {
    const { header, path } = shard;
    const written = new Set<number>();
    for (const { position, file, bytes, isFailed, madeWith, line } of linesOf(shard)) {
      maker ??= madeWith;
      if (madeWith !== maker) throw otherMaker(path, line, madeWith, maker);
      if (written.has(position)) twice.push(file);
      written.add(position);
      lines[position] = bytes;
      if (isFailed) failed++;
    }
    const left = header.files.filter((_, at) => !written.has(header.positions[at]!));
    if (left.length === 0) continue;
    const fix = `run shard ${header.shard} again: it continues where it ended`;
    problems.push({ file: path, ...unfinished, got: `missing: ${named(left)}`, fix });
  }
  problems.push(...missingShards(shards, count), ...dealingProblems(shards, twice));
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

const unfinished = {
  message: "Cannot merge: a shard is not finished",
  expected: "a line for each of its workbooks",
} as const;

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
