/** Tests the table of how long the calls of plugins took. */

import { expect, test } from "bun:test";
import { HookTrace } from "../../core/hooks/trace-hooks.ts";

/** A trace whose clock stands still until it is moved. */
function trace() {
  const printed: string[] = [];
  const clock = { ms: 0 };
  const made = new HookTrace(
    (line) => void printed.push(line),
    () => clock.ms,
  );
  const call = (plugin: string, hook: string, step: number, ms: number) => {
    using _ = made.begin({ plugin, hook, step });
    clock.ms += ms;
  };
  return { made, printed, call };
}

test("begin() prints plugin, hook, step and time once its scope is left", () => {
  const { printed, call } = trace();
  call("wandb", "onGradStep", 12, 0.25);
  expect(printed).toEqual(["hook  wandb  onGradStep  step 12  0.250 ms"]);
});

test("note() joins the line of the plugin's call under way, and has a line of its own outside of one", () => {
  const { made, printed } = trace();
  {
    using _ = made.begin({ plugin: "outer", hook: "onRunEnd", step: 3 });
    using __ = made.begin({ plugin: "inner", hook: "onArtifact", step: 3 });
    made.note("outer", "gave the artifact a");
    made.note("inner", "logged x=1");
    made.note("inner", "returned { lr: 1 }");
  }
  made.note("inner", "logged x=2");
  expect(printed).toEqual([
    "hook  inner  onArtifact  step 3  0.000 ms  logged x=1  returned { lr: 1 }",
    "hook  outer  onRunEnd  step 3  0.000 ms  gave the artifact a",
    "hook  inner  outside of its hooks  logged x=2",
  ]);
});

test("printTotals() adds up the calls of each plugin, the slowest first", () => {
  const { made, printed, call } = trace();
  call("quick", "onGradStep", 1, 1);
  call("slow", "onGradStep", 1, 20);
  call("quick", "onLog", 1, 2);
  printed.length = 0;
  made.printTotals();
  expect(printed.join("\n").split("\n")).toEqual([
    "time in plugins:",
    "plugin  calls      ms",
    "──────  ─────  ──────",
    "slow        1  20.000",
    "quick       2   3.000",
  ]);
});
