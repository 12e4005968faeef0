/** Tests that errors arrive from another thread as they were thrown. */

import { expect, test } from "bun:test";
import { UserError } from "../../core/base/problem.ts";
import { problemsOf, receiveError, sendError, stackOf } from "../../core/base/thread-error.ts";

/** The error as another thread gets it. */
const sent = (error: unknown) => receiveError(structuredClone(sendError(error)));

test("a UserError arrives as one, with its problems, its exit code and the other thread's stack", () => {
  const problems = [{ file: "a.xlsx", message: "Cannot read it" }, { message: "No" }];
  const error = new UserError(problems, { exitCode: 2 });
  const arrived = sent(error) as UserError;
  expect(arrived).toBeInstanceOf(UserError);
  expect(arrived.problems).toEqual(problems);
  expect(arrived.exitCode).toBe(2);
  expect(arrived.message).toBe(error.message);
  expect((arrived.cause as Error).stack).toBe(error.stack!);
});

test("a defect keeps its name, message, stack and causes", () => {
  const error = new RangeError("too far", { cause: new TypeError("no number", { cause: "a text" }) });
  const arrived = sent(error);
  expect(arrived).not.toBeInstanceOf(UserError);
  expect(arrived).toMatchObject({ name: "RangeError", message: "too far", stack: error.stack! });
  expect(arrived.cause).toMatchObject({ name: "TypeError", message: "no number" });
  expect((arrived.cause as Error).cause).toMatchObject({ message: "a text" });
});

test("what is thrown without being an error arrives as one", () => {
  expect(sent("stop")).toMatchObject({ message: "stop" });
  expect(sent(null)).toMatchObject({ message: "null" });
});

test("problemsOf() has a UserError's problems, and a defect's stack as what was found", () => {
  const problem = { message: "No" };
  expect(problemsOf(new UserError(problem), { message: "the reader failed" })).toEqual([problem]);
  const defect = new Error("broken");
  expect(problemsOf(defect, { file: "a.xlsx", message: "the reader failed" })).toEqual([
    { file: "a.xlsx", message: "the reader failed", got: stackOf(defect) },
  ]);
  expect(stackOf(defect)).toContain("broken\n");
  expect(stackOf(17)).toBe("17");
});
