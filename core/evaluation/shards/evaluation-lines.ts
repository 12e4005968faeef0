/** The lines of a shard of an evaluation: a header, and a line per sheet that is measured or left out. */

import { isPlainObject } from "../../base/plain-object.ts";
import type { Shard } from "../../base/shard.ts";
import type { SkippedSheet } from "../../dataset/dataset.ts";
import { readStart } from "../../files/file-ends.ts";
import { type ShardHeader, shardHeader } from "../../files/shards/shard-header.ts";
import type { EvaluationFacts } from "../evaluation-report.ts";
import type { SplitPart } from "../load-split.ts";
import type { MeasuredSheet } from "../measured-sheet.ts";

/** Raised when lines change their meaning: shards of other versions are not merged. */
export const LINES_VERSION = 1;

/** What a shard's header says beside its workbooks. */
export interface ShardFacts {
  readonly version: number;
  /** How many lines follow. */
  readonly lines: number;
  readonly facts: EvaluationFacts;
  /** What has to agree among shards, by name: a hash of the weights, options, section `data`, labels. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** True: the sheets were measured at low scores too. */
  readonly thresholds: boolean;
  /** Notes about writing `synthetic`, and about the labels of the whole split. */
  readonly written: readonly string[];
  readonly notes: readonly string[];
}

/** A line below the header. */
export type SheetLine = {
  /** `dataset/file` of the workbook. */
  readonly file: string;
  /** The place among the annotations of all datasets. */
  readonly order: number;
} & (
  | {
      readonly measured: MeasuredSheet;
      readonly notes: readonly string[];
      /** Its card on the page; null unless drawings were requested. */
      readonly card: string | null;
    }
  | { readonly skipped: SkippedSheet }
);

/** The lines of a shard, with their ends. @param cards One per sheet; null without drawings. */
export function evaluationLines(
  shard: Shard,
  part: SplitPart,
  about: Omit<ShardFacts, "version" | "lines" | "written" | "notes">,
  measured: readonly MeasuredSheet[],
  cards: readonly string[] | null,
): string[] {
  const lines: SheetLine[] = [
    ...part.sheets.map(({ order, sheet: { dataset, fileName }, notes }, at) => {
      const card = cards?.[at] ?? null;
      return { file: `${dataset}/${fileName}`, order, measured: measured[at]!, notes, card };
    }),
    ...part.skipped.map(({ order, ...skipped }) => ({ file: skipped.file, order, skipped })),
  ];
  const { written, notes } = part;
  const evaluation: ShardFacts = { version: LINES_VERSION, lines: lines.length, ...about, written, notes };
  const { shard: name, ...workbooks } = shardHeader(shard, part.workbooks, part.positions);
  // What tells the file from other shards stands at its beginning.
  const header = { shard: name, evaluation, ...workbooks };
  return [header, ...lines].map((line) => `${JSON.stringify(line)}\n`);
}

/** What the header of a shard says of the evaluation; null if it is no evaluation's, or another version's. */
export function shardFacts(header: ShardHeader): ShardFacts | null {
  const { evaluation } = header as ShardHeader & { readonly evaluation?: unknown };
  const isOurs = isPlainObject(evaluation) && evaluation.version === LINES_VERSION;
  return isOurs ? (evaluation as unknown as ShardFacts) : null;
}

/** The sheet of a line; null if it has none. */
export function parseSheetLine(text: string): SheetLine | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!isPlainObject(value) || typeof value.file !== "string" || typeof value.order !== "number")
      return null;
    const isOurs = isPlainObject(value.measured) || isPlainObject(value.skipped);
    return isOurs ? (value as unknown as SheetLine) : null;
  } catch {
    return null; // cut off
  }
}

/** Enough for the number of a shard. */
const START_BYTES = 64;

/** True for a file that holds a shard of an evaluation. */
export function isOwnShard(path: string): boolean {
  try {
    return /^\{"shard":"\d+\/\d+","evaluation":/.test(readStart(path, START_BYTES).toString("utf8"));
  } catch {
    return false;
  }
}
