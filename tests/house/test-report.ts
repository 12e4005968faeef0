/**
 * Reads what a run of `bun test` left: its counts, which tests it passed over, and the reasons that it gave.
 */

import { SKIPPED } from "../support/skipped.ts";

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * The counts of the closing lines (` 12 pass`, ` 3 skip`, ` 0 fail`); those that are not there count as 0.
 */
export function testCounts(output: string): TestCounts {
  const count = (word: string) => Number(new RegExp(`^ *(\\d+) ${word}$`, "m").exec(output)?.[1] ?? 0);
  return { passed: count("pass"), failed: count("fail"), skipped: count("skip") };
}

/** The reasons in a program's output, each once, in their order: see `skipped()`. */
export function skipReasons(output: string): string[] {
  const lines = output.split("\n").filter((line) => line.startsWith(SKIPPED));
  return [...new Set(lines.map((line) => line.slice(SKIPPED.length).trim()))];
}

/**
 * Skipped tests by test file, from the report of `bun test --reporter=junit`; files without any are left out.
 */
export function skippedByFile(junit: string): Map<string, number> {
  // The suites of whole files stand two spaces in; those of `describe` are inside of them.
  const suites = junit.matchAll(/^ {2}<testsuite name="[^"]*" file="([^"]*)"[^>]* skipped="(\d+)"/gm);
  return new Map(
    [...suites].map(([, file, count]) => [file!, Number(count)] as const).filter(([, n]) => n > 0),
  );
}
