/**
 * What the results of a prediction depend on besides the workbook: results of two makers are not to be mixed.
 */

import { formatRange } from "../base/range.ts";
import type { BlankLineRules } from "../detection/blank-lines.ts";
import type { Mode } from "../detection/modes.ts";
import { hashOf } from "../files/file-hash.ts";
import type { PartToLookAt } from "./part-to-look-at.ts";

/** Stands in each line of a `.jsonl` as `made_with`. */
export interface Maker {
  readonly mode: Mode;
  /** The first digits of the SHA-256 of the weights' file; null without a network. */
  readonly weights: string | null;
  /** `--threshold`; null for the one stored with the weights. */
  readonly threshold: number | null;
  /** `--limits`; left out for the usual ones. All keys below are left out unless the option was given. */
  readonly limits?: number;
  /** `--sheet`, and `--range` in one form. */
  readonly sheet?: string;
  readonly range?: string;
  readonly skip_hidden?: true;
  readonly join_rows?: number;
  readonly split_rows?: number;
  readonly join_columns?: number;
  readonly split_columns?: number;
}

/** What the options of a command say about its results. */
export interface MakerOptions {
  readonly mode: Mode;
  /** The file of the weights; null without a network. */
  readonly weights: string | null;
  readonly threshold: number | undefined;
  readonly limits: number;
  readonly part: PartToLookAt;
  readonly gaps: BlankLineRules | null;
}

/** @throws The system's error if the weights cannot be read. */
export function makerOf({ mode, weights, threshold, limits, part, gaps }: MakerOptions): Maker {
  const asked = {
    limits: limits === 1 ? null : limits,
    sheet: part.sheet,
    range: part.range && formatRange(part.range),
    skip_hidden: part.skipHidden || null,
    join_rows: gaps?.rows.join,
    split_rows: gaps?.rows.split,
    join_columns: gaps?.columns.join,
    split_columns: gaps?.columns.split,
  };
  return {
    mode,
    weights: weights === null ? null : hashOf(weights),
    threshold: weights === null ? null : (threshold ?? null),
    ...(Object.fromEntries(Object.entries(asked).filter(([, value]) => value != null)) as Partial<Maker>),
  };
}

/** `mode model, weights 3f2a9c01b81d, threshold 0.5`; equal texts mean equal makers. */
export function describeMaker(maker: Maker | null): string {
  if (maker === null) return "lines that do not say what made them";
  const { mode, weights, threshold, ...asked } = maker;
  return [
    `mode ${mode}`,
    ...(weights === null ? [] : [`weights ${weights}`, `threshold ${threshold ?? "of the weights"}`]),
    ...ASKED.flatMap((key) => (asked[key] === undefined ? [] : [described(key, asked[key])])),
  ].join(", ");
}

/** The keys that are not always there, in the order in which they are described. */
const ASKED = [
  "limits",
  "sheet",
  "range",
  "skip_hidden",
  "join_rows",
  "split_rows",
  "join_columns",
  "split_columns",
] as const;

/** `join rows 2`, `sheet "Budget"`, `skip hidden`. */
function described(key: (typeof ASKED)[number], value: unknown): string {
  const words = key.replace("_", " ");
  if (value === true) return words;
  return `${words} ${key === "sheet" ? JSON.stringify(value) : value}`;
}
