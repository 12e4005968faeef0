/** Checks the options of the library: programs in plain JavaScript may give anything. */

import { type Problem, UserError } from "../base/problem.ts";

/** What an option may be. An option that is left out is right. */
export interface OptionRule {
  /** In words: `a number from 0 to 1`. */
  readonly expected: string;
  isRight(value: unknown): boolean;
}

export function oneOf(values: readonly string[]): OptionRule {
  return { expected: `one of ${values.join(", ")}`, isRight: (value) => values.includes(value as string) };
}

export function wholeNumber(least: number, most: number): OptionRule {
  return {
    expected: `a whole number from ${least} to ${most}`,
    isRight: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  };
}

/** @param expected In words. @param isRight Whether a number is right; NaN never is. */
export function numberThat(expected: string, isRight: (value: number) => boolean): OptionRule {
  return { expected, isRight: (value) => typeof value === "number" && isRight(value) };
}

/** A text, which says what it is for: `a path`. */
export function text(expected: string): OptionRule {
  return { expected, isRight: (value) => typeof value === "string" };
}

/**
 * Checks options by their rules.
 *
 * @throws {UserError} Exit code 2, with all that are wrong.
 */
export function checkOptions(
  options: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, OptionRule>>,
): void {
  const problems = Object.entries(rules).flatMap(([name, { expected, isRight }]): Problem[] => {
    const value = options[name];
    if (value === undefined || isRight(value)) return [];
    return [{ message: `Cannot use the option ${name}`, expected, got: String(value) }];
  });
  if (problems.length > 0) throw new UserError(problems, { exitCode: 2 });
}
