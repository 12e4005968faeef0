/**
 * What went wrong, as data: problems are collected, reported together, and worded in one place
 * (`formatProblems`).
 */

import { shownPath } from "./system-path.ts";

/** One thing that has to change before the work can continue. */
export interface Problem {
  /** The file at fault, as the user named it; left out for command-line arguments. */
  readonly file?: string;
  /** Line and column in a text file, from 1. */
  readonly line?: number;
  readonly column?: number;
  /** A place in a file without lines: a sheet and cell, a member of an archive, the name of a tensor. */
  readonly where?: string;
  /** What could not be done: "Cannot use model.detr.num_heads". */
  readonly message: string;
  readonly expected?: string;
  readonly got?: string;
  /** What to do about it: a corrected line, a command, a name. */
  readonly fix?: string;
}

/** 0 done, 1 failed, 2 wrong usage or configuration, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 130;

/**
 * An error for the user: it is printed without a stack trace and ends the command with `exitCode`.
 * Anything else that is thrown is a defect and is printed with its stack.
 */
export class UserError extends Error {
  override readonly name: string = "UserError";
  readonly problems: readonly Problem[];
  readonly exitCode: ExitCode;

  constructor(
    problems: Problem | readonly Problem[],
    options: { exitCode?: ExitCode; cause?: unknown } = {},
  ) {
    const list = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    super(formatProblems(list), options.cause === undefined ? undefined : { cause: options.cause });
    this.problems = list;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** An error of usage or configuration: exit code 2. */
export function usageError(problem: Problem): UserError {
  return new UserError(problem, { exitCode: 2 });
}

/**
 * The text of several problems, with blank lines between them:
 *
 *     configs/minimal.yaml:17:16  Cannot use model.detr.num_heads
 *       expected  a divisor of model.detr.hidden_dim (128, line 16): 1, 2, 4, 8, ...
 *       got       6
 *       fix       num_heads: 8
 */
export function formatProblems(problems: readonly Problem[]): string {
  return problems
    .map((problem) => {
      const lines = [[place(problem), problem.message].filter(Boolean).join("  ")];
      if (problem.expected !== undefined) lines.push(`  expected  ${indent(problem.expected)}`);
      if (problem.got !== undefined) lines.push(`  got       ${indent(problem.got)}`);
      if (problem.fix !== undefined) lines.push(`  fix       ${indent(problem.fix)}`);
      return lines.join("\n");
    })
    .join("\n\n");
}

function place({ file, line, column, where }: Problem): string {
  const position = [
    file === undefined ? undefined : shownPath(file),
    line,
    line === undefined ? undefined : column,
  ]
    .filter((part) => part !== undefined)
    .join(":");
  return [position, where].filter(Boolean).join("  ");
}

function indent(text: string): string {
  return text.replaceAll("\n", `\n${" ".repeat(12)}`);
}
