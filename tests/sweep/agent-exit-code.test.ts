/** Tests which exit codes W&B's agent sees. */

import { expect, test } from "bun:test";
import { exitCodeForAgent } from "../../core/sweep/agent-exit-code.ts";
import { trialVariables } from "../../core/sweep/trial-environment.ts";

test("a stop is no failure for W&B's agent, and 130 for everybody else", () => {
  const agent = { WANDB_SWEEP_ID: "abc" };
  expect(([0, 1, 2, 130] as const).map((code) => exitCodeForAgent(code, agent))).toEqual([0, 1, 2, 0]);
  expect(exitCodeForAgent(130, { WANDB_SWEEP_ID: "" })).toBe(130);
  expect(exitCodeForAgent(130, {})).toBe(130);
  const own = trialVariables({ folder: "/sweep", sweep: "sweep", number: 1, token: "a" });
  expect(exitCodeForAgent(130, { ...agent, ...own })).toBe(130);
});
