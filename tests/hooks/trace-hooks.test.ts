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
