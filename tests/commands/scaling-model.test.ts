/** Tests the model of a training over many ranks, and the command that prints its tables. */

import { expect, test } from "bun:test";
import { exchangeTime, lastThatPays, speedUp, stepTime, type Training } from "../../bench/scaling-cost.ts";
import { runCommand } from "../support/run-command.ts";

/** A million parameters are 4 MB; the link takes 1 ms for them. */
const NETWORK = { bandwidth: 4e9, latency: 1e-5 };
const TRAINING: Training = { sheet: 0.1, largest: 0.1, parameters: 1e6, start: 1, steps: 100 };

test("an exchange takes twice the bytes over the link and two messages per doubling of the ranks", () => {
  expect(exchangeTime(1, 4e6, NETWORK)).toBe(0);
  expect(exchangeTime(2, 4e6, NETWORK)).toBeCloseTo(0.001 + 2e-5, 9);
  expect(exchangeTime(8, 4e6, NETWORK)).toBeCloseTo(1.75e-3 + 6e-5, 9);
});

test("a step takes as many rounds of sheets as the ranks need; ranks beyond the sheets change nothing", () => {
  expect(stepTime(TRAINING, 8, 1, NETWORK)).toBeCloseTo(0.8, 9);
  expect(stepTime(TRAINING, 8, 3, NETWORK)).toBeCloseTo(0.3 + exchangeTime(3, 4e6, NETWORK), 9);
  expect(stepTime(TRAINING, 8, 512, NETWORK)).toBe(stepTime(TRAINING, 8, 8, NETWORK));
});

test("no step over several ranks is shorter than its largest sheet; on one rank the average counts", () => {
  const uneven = { ...TRAINING, largest: 0.5 };
  expect(stepTime(uneven, 8, 1, NETWORK)).toBeCloseTo(0.8, 9);
  expect(stepTime(uneven, 8, 8, NETWORK)).toBeCloseTo(0.5 + exchangeTime(8, 4e6, NETWORK), 9);
});

test("the start of the processes limits the speed-up of a short training", () => {
  const free = { bandwidth: Number.POSITIVE_INFINITY, latency: 0 };
  const shape = { baseSheets: 8, sheets: 8, ranks: 8 };
  // 1 s + 100 steps of 0.8 s, against 1 s + 100 steps of 0.1 s.
  expect(speedUp(TRAINING, shape, free)).toBeCloseTo(81 / 11, 9);
  expect(speedUp(TRAINING, { ...shape, sheets: 80, ranks: 80 }, free)).toBeCloseTo(81 / 2, 9);
});

test("with the same batch twice as many ranks as sheets are the last that pay, with larger ones the start decides", () => {
  const free = { bandwidth: Number.POSITIVE_INFINITY, latency: 0 };
  const long = { ...TRAINING, start: 0 };
  expect(lastThatPays(long, 8, () => 8, free, 100)).toBe(16);
  expect(lastThatPays(long, 8, (ranks) => Math.max(8, ranks), free, 100)).toBe(100);
  // 81 / (1 + 80 / N) >= N / 2 up to N = 82.
  expect(lastThatPays(TRAINING, 8, (ranks) => Math.max(8, ranks), free, 4096)).toBe(82);
});

test("bun run bench scaling-model prints tables of given times without measuring", async () => {
  const given = ["--sheet-ms=100,100,100", "--steps=1000000", "--start-ms=1"];
  const { code, stdout, stderr } = await runCommand("bench/main.ts", ["scaling-model", ...given]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("| full | 24.9 M | 100 ms | 100 ms |");
  // 0.8 s against 0.1 s and 0.14 s for 99.7 MB there and back.
  expect(stdout).toContain("| full | 8 | 3.3 | 7.0 | 7.7 | 7.7 |");
}, 60_000);

test("bun run bench scaling-model refuses times that are not one per network, with exit code 2", async () => {
  const { code, stderr } = await runCommand("bench/main.ts", ["scaling-model", "--sheet-ms=100"]);
  expect(code).toBe(2);
  expect(stderr).toContain("3 numbers above 0, with commas");
}, 60_000);
