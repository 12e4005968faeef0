/** Tests which hooks of a plugin are refused. */

import { expect, test } from "bun:test";
import { type Problem, UserError } from "../../core/base/problem.ts";
import { checkHooks, HOOK_NAMES } from "../../core/hooks/check-hooks.ts";

/** What is wrong with these hooks. */
function problems(hooks: unknown): readonly Problem[] {
  try {
    checkHooks({ name: "mine" }, hooks);
  } catch (error) {
    if (error instanceof UserError && error.exitCode === 2) return error.problems;
    throw error;
  }
  return [];
}

test("checkHooks() takes every hook, none, and hooks that are undefined", () => {
  expect(problems(Object.fromEntries(HOOK_NAMES.map((name) => [name, () => {}])))).toEqual([]);
  expect(problems({})).toEqual([]);
  expect(problems({ onLog: undefined })).toEqual([]);
});

test("checkHooks() refuses a name that is no hook and offers the nearest", () => {
  expect(problems({ onGradstep() {}, onEpochEnd() {} })).toEqual([
    {
      where: "plugin mine",
      message: "Cannot use the hook onGradstep",
      expected: "the name of a hook",
      got: "onGradstep",
      fix: "onGradStep",
    },
  ]);
  expect(problems({ on_epoch_end() {}, onTrainEnd() {} }).map(({ fix }) => fix)).toEqual([
    "onEpochEnd",
    "onRunEnd",
  ]);
  expect(problems({ xyz() {} })[0]?.expected).toBe(`one of ${HOOK_NAMES.join(", ")}`);
});

test("checkHooks() refuses hooks that are no functions", () => {
  expect(problems({ onLog: 3, onImage: null }).map(({ message, got }) => [message, got])).toEqual([
    ["Cannot use the hook onLog", "number"],
    ["Cannot use the hook onImage", "null"],
  ]);
});

test("checkHooks() says what setup() has to return", () => {
  expect(problems(undefined)[0]).toMatchObject({ got: "nothing", fix: "return {} if it needs no hook" });
  expect(problems([])[0]?.got).toBe("a list");
  expect(problems(() => {})[0]?.got).toBe("function");
});

test("checkHooks() looks at a class's methods that look like hooks, and leaves its others alone", () => {
  class Hooks {
    onEpochEnd() {}
    helper() {}
  }
  class Misspelt extends Hooks {
    onRunEnded() {}
  }
  expect(problems(new Hooks())).toEqual([]);
  expect(problems(new Misspelt()).map(({ fix }) => fix)).toEqual(["onRunEnd"]);
});
