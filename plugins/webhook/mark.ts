/** A mark that a metric passes: `val/f1 >= 0.9`. */

import { UserError } from "../../core/plugin.ts";

export interface Mark {
  /** As it is written in the configuration. */
  readonly text: string;
  readonly metric: string;
  /** Whether a row has the metric, with a value beyond the mark. NaN is beyond none. */
  isPassed(row: Readonly<Record<string, number>>): boolean;
}

const COMPARISONS = {
  ">=": (value: number, bound: number) => value >= bound,
  "<=": (value: number, bound: number) => value <= bound,
  ">": (value: number, bound: number) => value > bound,
  "<": (value: number, bound: number) => value < bound,
} as const;

/** @throws {UserError} Exit code 2. If the text is no metric, comparison and number. */
export function parseMark(text: string): Mark {
  const [, metric, sign, number] = /^([^\s<>=]+)\s*(>=|<=|>|<)\s*(\S+)$/.exec(text) ?? [];
  const bound = Number(number);
  if (metric === undefined || number === undefined || !Number.isFinite(bound)) {
    throw new UserError(
      {
        where: "plugin webhook",
        message: "Cannot understand a mark",
        expected: "a metric, one of < <= > >=, and a number: val/f1 >= 0.9",
        got: text,
      },
      { exitCode: 2 },
    );
  }
  const compare = COMPARISONS[sign as keyof typeof COMPARISONS];
  return {
    text,
    metric,
    isPassed: (row) => row[metric] !== undefined && compare(row[metric], bound),
  };
}
