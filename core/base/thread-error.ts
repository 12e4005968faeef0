/** Errors on their way between threads: a copied error loses its class, and with it what a UserError says. */

import { type ExitCode, type Problem, UserError } from "./problem.ts";

/** An error as plain data, to be sent to another thread. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** What a `UserError` is made of; null for a defect. */
  readonly user: { readonly problems: readonly Problem[]; readonly exitCode: ExitCode } | null;
  /** The error that led to this one; null where there is none. */
  readonly cause: SentError | null;
}

/** What the thread that caught the error sends. Whatever was thrown is accepted, even if it is no error. */
export function sendError(error: unknown): SentError {
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  const user = error instanceof UserError ? { problems: error.problems, exitCode: error.exitCode } : null;
  const cause = error instanceof Error && error.cause !== undefined ? sendError(error.cause) : null;
  return { name, message, stack: stackOf(error), user, cause };
}

/**
 * The error that the receiving thread throws: a `UserError` again if it was one, with the stack of the other
 * thread in its `cause`. A subclass of `UserError` arrives as `UserError`.
 */
export function receiveError({ name, message, stack, user, cause }: SentError): Error {
  const error = new Error(message, cause === null ? undefined : { cause: receiveError(cause) });
  error.name = name;
  error.stack = stack;
  return user === null ? error : new UserError(user.problems, { exitCode: user.exitCode, cause: error });
}

/**
 * The problems of a `UserError`; of any other error one problem, with its stack as what was found: a defect
 * costs one file of many, and its stack still reaches the user.
 *
 * @param otherwise The problem that stands for a defect: file and message.
 */
export function problemsOf(error: unknown, otherwise: Problem): readonly Problem[] {
  return error instanceof UserError ? error.problems : [{ ...otherwise, got: stackOf(error) }];
}

/** The stack of an error with its message; the text of anything else that was thrown. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
