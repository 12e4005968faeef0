/** Tests what many workers would make of a step, and the benchmark of growing data sets. */

import { expect, test } from "bun:test";
import { evenSpeedUp, speedUp, stepTime } from "../../bench/scaling-lanes.ts";
import { runCommand } from "../support/run-command.ts";

test("each micro-batch goes to the first worker that is free, and the main thread's part is added", () => {
  const step = { batches: [4, 3, 2, 1], main: 0.5 };
  expect(stepTime(step, 1)).toBe(10.5);
  expect(stepTime(step, 2)).toBe(5.5); // 4 + 1 and 3 + 2
  expect(stepTime({ batches: [1, 1, 4], main: 0 }, 2)).toBe(5); // the order counts
  expect(stepTime(step, 4)).toBe(4.5);
  expect(stepTime(step, 100)).toBe(4.5);
});

test("the largest micro-batch of each step limits the speed-up, also of lanes of equal length", () => {
  const steps = [
    { batches: [6, 1, 1], main: 0 },
    { batches: [2, 2, 2, 2], main: 0 },
  ];
  expect(speedUp(steps, 1)).toBe(1);
  expect(speedUp(steps, 2)).toBeCloseTo(16 / 10, 12);
  expect(evenSpeedUp(steps, 2)).toBeCloseTo(16 / 10, 12);
  expect(speedUp(steps, 8)).toBeCloseTo(16 / 8, 12);
  const uneven = [{ batches: [3, 3, 3], main: 1 }];
  expect(speedUp(uneven, 2)).toBeCloseTo(10 / 7, 12);
  expect(evenSpeedUp(uneven, 2)).toBeCloseTo(10 / 5.5, 12);
});

test("bun run bench scaling --part data loads generated datasets with grids within a limit and without one", async () => {
  const args = ["scaling", "--part", "data", "--workbooks", "3", "--memory-limit", "0"];
  const { code, stdout, stderr } = await runCommand("bench/main.ts", args);
  expect([code, stderr]).toEqual([0, ""]);
  const rows = stdout.trim().split("\n").slice(2);
  expect(rows).toHaveLength(2);
  const [bounded, free] = rows.map((row) => row.split("|").map((cell) => cell.trim()));
  expect(bounded!.slice(2, 4)).toEqual(["0 MB", "0 MB"]);
  expect(free![2]).toBe("none");
  expect(bounded![1]).toBe(free![1]!);
}, 120_000);

test("bun run bench scaling refuses an unknown part, and scaling-data a missing dataset, with exit code 2", async () => {
  const [part, dataset] = await Promise.all([
    runCommand("bench/main.ts", ["scaling", "--part=sheet"]),
    runCommand("bench/main.ts", ["scaling-data", "nowhere", "--root=nowhere"]),
  ]);
  expect([part.code, part.stderr]).toEqual([2, expect.stringContaining("fix       --part=sheets\n")]);
  expect([dataset.code, dataset.stderr]).toEqual([2, expect.stringContaining("nowhere")]);
}, 60_000);
