/** Tests that the times of a log go on evenly when the system's clock is set. */

import { afterEach, expect, setSystemTime, test } from "bun:test";
import { tmpdir } from "node:os";
import { findRunLogs } from "../../../../plugins/wandb/log/run-logs.ts";
import { SteadyClock } from "../../../../plugins/wandb/log/steady-clock.ts";
import { SystemSampler } from "../../../../plugins/wandb/system/sampler.ts";
import { checkFakeRuns, FakeRun } from "../../../support/wandb-fake-run.ts";
import { rowsOf } from "../../../support/wandb-read-log.ts";
import { sampleFolder, writeSample } from "../../../support/wandb-sample-run.ts";

checkFakeRuns();
afterEach(() => void setSystemTime());

const HOUR = 3_600_000;

test("SteadyClock goes on with the monotonic time, wherever the system's clock is set", () => {
  let monotonic = 500;
  const clock = new SteadyClock(1_000_000, () => monotonic);
  expect(clock.now()).toBe(1_000_000);
  monotonic += 7;
  expect(clock.now()).toBe(1_000_007);
});

test("a run time grows and time stamps do not go back when the clock is set back", async () => {
  const run = await new FakeRun({ startedAt: Date.now() - 60_000 }).setUp();
  await run.start();
  await run.step(1, 1);
  setSystemTime(Date.now() - HOUR);
  await run.step(2, 1);
  await run.end();
  const [before, after] = rowsOf(run.folder) as { _runtime: number; _timestamp: number }[];
  expect(before!._runtime).toBeGreaterThanOrEqual(60);
  expect(after!._runtime).toBeGreaterThanOrEqual(before!._runtime);
  expect(after!._timestamp).toBeGreaterThanOrEqual(before!._timestamp);
});

test("sampling goes on when the clock is set back", () => {
  let monotonic = 0;
  const times: number[] = [];
  const clock = new SteadyClock(5_000_000, () => monotonic);
  using sampler = new SystemSampler(tmpdir(), 15, (_readings, at) => times.push(at), clock);
  setSystemTime(Date.now() - HOUR);
  monotonic += 15_000;
  sampler.sampleIfDue();
  if (Bun.which("nvidia-smi")) return; // its samples wait for the tool
  expect(times).toEqual([5_000_000, 5_015_000]);
});

test("logs are joined in the order of their steps, although the later one has the earlier time", () => {
  const folder = sampleFolder();
  const late = writeSample(folder, { steps: [1, 3], startTime: 2_000_000_000 });
  const early = writeSample(folder, {
    steps: [4, 6],
    startTime: 1_000_000_000,
    resumed: true,
    startingStep: 4,
  });
  expect(findRunLogs(folder)).toEqual([[late, early]]);
});
