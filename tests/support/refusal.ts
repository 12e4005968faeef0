/** What a user reads when something is refused. */

import { expect } from "bun:test";
import { UserError } from "../../core/base/problem.ts";

/** The message with which `work` is refused. It has to throw a `UserError`. */
export function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  throw new Error("It was not refused");
}
