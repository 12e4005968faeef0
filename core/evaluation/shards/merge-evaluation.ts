/** Puts the shards of an evaluation together: the report that one process gives of all sheets. */

import { type Problem, UserError } from "../../base/problem.ts";
import { counted } from "../../base/text-layout.ts";
import type { SkippedSheet } from "../../dataset/dataset.ts";
import {
  checkTogether,
  dealingProblems,
  missingShards,
  named,
  readShard,
  type ShardOutput,
} from "../../files/shards/read-shard.ts";
import { type EvaluationReport, summedReport } from "../evaluation-report.ts";
import { checkUsable } from "../load-split.ts";
import type { MeasuredSheet } from "../measured-sheet.ts";
import {
  LINES_VERSION,
  parseSheetLine,
  type ShardFacts,
  type SheetLine,
  shardFacts,
} from "./evaluation-lines.ts";

export interface MergedEvaluation {
  readonly report: EvaluationReport;
  /** The card of every sheet; null if shards have no drawings. */
  readonly cards: readonly string[] | null;
}

interface EvaluationShard extends ShardOutput {
  readonly about: ShardFacts;
}

/**
 * Reads the outputs of shards, in any order, and sums them.
 *
 * @param paths At least one.
 * @throws {UserError} If a shard or a workbook is missing or there twice, or settings differ.
 */
export function mergeEvaluation(paths: readonly string[]): MergedEvaluation {
  const shards = paths.map(readEvaluation).sort((a, b) => a.number - b.number);
  checkTogether(shards);
  checkSettings(shards);
  const lines = shards.map(linesOf);
  checkWorkbooks(shards, lines);
  return summed(shards, lines.flat());
}

function summed(shards: readonly EvaluationShard[], lines: readonly SheetLine[]): MergedEvaluation {
  const [{ about }] = shards as readonly [EvaluationShard];
  const ordered = lines.toSorted((a, b) => a.order - b.order);
  const sheets: MeasuredSheet[] = [];
  const cards: (string | null)[] = [];
  const skipped: SkippedSheet[] = [];
  const notes = [...new Set(shards.flatMap((shard) => shard.about.written)), ...about.notes];
  const workbooks = new Set<string>();
  for (const line of ordered) {
    if ("skipped" in line) {
      skipped.push(line.skipped);
      continue;
    }
    sheets.push(line.measured);
    cards.push(line.card);
    notes.push(...line.notes);
    workbooks.add(line.file);
  }
  checkUsable(sheets.length, skipped, about.facts.split);
  const devices = [...new Set(shards.map((shard) => shard.about.facts.device))];
  const facts = { ...about.facts, device: devices[0] === null ? null : devices.join(", ") };
  const split = { sheets, workbooks: workbooks.size, skipped, notes };
  const drawn = cards.filter((card) => card !== null);
  return {
    report: summedReport(facts, split, about.thresholds),
    cards: drawn.length === sheets.length ? drawn : null,
  };
}

function readEvaluation(path: string): EvaluationShard {
  const shard = readShard(path, "evaluate");
  const about = shardFacts(shard.header);
  if (about !== null) return { ...shard, about };
  throw new UserError({
    file: path,
    line: 1,
    message: "Cannot merge: this is no shard of an evaluation",
    expected: `a .jsonl that evaluate --shard wrote, version ${LINES_VERSION}`,
    got: shard.bytes.toString("utf8", 0, MOST_SHOWN),
    fix: "leave the file out, or run its shard again",
  });
}

/** The most bytes of a line that a message shows. */
const MOST_SHOWN = 80;

/** @throws {UserError} If a file is cut off, or has a line of none of its workbooks. */
function linesOf({ path, bytes, header, start, about }: EvaluationShard): SheetLine[] {
  const files = new Set(header.files);
  const lines: SheetLine[] = [];
  for (let at = start; at < bytes.length; ) {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) break; // cut off: the number of lines tells
    const text = bytes.toString("utf8", at, end);
    const line = parseSheetLine(text);
    if (line === null || !files.has(line.file)) {
      throw new UserError({
        file: path,
        line: lines.length + 2,
        message: "Cannot merge: a line belongs to none of the shard's workbooks",
        expected: 'lines of evaluate --shard: {"file": …}',
        got: text.slice(0, MOST_SHOWN),
        fix: `run shard ${header.shard} again with --overwrite`,
      });
    }
    lines.push(line);
    at = end + 1;
  }
  if (lines.length === about.lines) return lines;
  throw new UserError({
    file: path,
    message: "Cannot merge: the file is not whole",
    expected: `${counted(about.lines, "line")} below the header`,
    got: String(lines.length),
    fix: `copy it again, or run shard ${header.shard} again`,
  });
}

/** @throws {UserError} With every setting of a shard that differs from the first one's. */
function checkSettings(shards: readonly EvaluationShard[]): void {
  const [first, ...others] = shards as readonly [EvaluationShard, ...EvaluationShard[]];
  const problems = others.flatMap(({ path, about }): Problem[] => {
    const names = new Set([...Object.keys(first.about.settings), ...Object.keys(about.settings)]);
    return [...names].flatMap((name) => {
      const [expected, got] = [first, { about }].map(
        (of) => JSON.stringify(of.about.settings[name]) ?? "none",
      );
      if (expected === got) return [];
      return {
        file: path,
        message: `Cannot merge: ${name} is another one than in ${first.path}`,
        expected: expected!,
        got: got!,
        fix: "run all shards with the same weights, options and labels",
      };
    });
  });
  if (problems.length > 0) throw new UserError(problems);
}

/** @throws {UserError} If a shard is missing, or a workbook is missing or there twice. */
function checkWorkbooks(shards: readonly EvaluationShard[], lines: readonly (readonly SheetLine[])[]): void {
  const problems = missingShards(shards, shards[0]!.count);
  for (const [index, { path, header }] of shards.entries()) {
    const written = new Set(lines[index]!.map(({ file }) => file));
    const absent = header.files.filter((file) => !written.has(file));
    if (absent.length === 0) continue;
    problems.push({
      file: path,
      message: "Cannot merge: a shard is not finished",
      expected: "a line for each of its workbooks",
      got: `missing: ${named(absent)}`,
      fix: `run shard ${header.shard} again with --overwrite`,
    });
  }
  problems.push(...dealingProblems(shards));
  if (problems.length > 0) throw new UserError(problems);
}
