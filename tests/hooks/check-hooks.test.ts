/** Tests which hooks of a plugin are refused. */

import { expect, test } from "bun:test";
import { type Problem, UserError } from "../../core/base/problem.ts";
import { checkHooks, HOOK_NAMES, underTodaysNames } from "../../core/hooks/check-hooks.ts";

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

test("underTodaysNames() calls a hook by its former name, with a warning, also that of a class", () => {
  const warnings: string[] = [];
  const warn = (line: string) => void warnings.push(line);
  const former = { onStep: "onGradStep" } as const;
  const calls: string[] = [];
  class Old {
    own = "kept";
    onStep() {
      calls.push(this.own);
    }
    onLog() {}
  }
  for (const hooks of [{ onStep: () => void calls.push("plain") }, new Old()]) {
    const now = underTodaysNames({ name: "old" }, hooks, warn, former) as {
      onGradStep(): void;
      onStep?: unknown;
    };
    checkHooks({ name: "old" }, now, former);
    now.onGradStep();
    expect(Object.keys(now)).toContain("onGradStep");
    expect(Object.keys(now)).not.toContain("onStep");
  }
  expect(calls).toEqual(["plain", "kept"]);
  expect(warnings[0]).toBe(
    "plugin old: the hook onStep is called onGradStep now. The former name works up to version 1 of the public surface",
  );
  const today = { onGradStep() {} };
  expect(underTodaysNames({ name: "new" }, today, warn, former)).toBe(today);
  expect(warnings).toHaveLength(2);
});
