/** Tests that what the progress plugin shows fits every terminal. */

import { expect, test } from "bun:test";
import { epochLine, summaryTable } from "../../plugins/progress/epoch-text.ts";
import { type LiveFacts, liveText, logText } from "../../plugins/progress/live-text.ts";

const facts: LiveFacts = {
  epoch: 12,
  maxEpochs: 60,
  step: 1234,
  totalSteps: 6000,
  sheetsDone: 400,
  sheets: 800,
  eta: 4000,
  sheetsPerSecond: 12.34,
  loss: 1.2345,
  valLoss: 2.5,
  best: { f1: 0.8234, epoch: 11 },
  validating: 0,
  values: { temperature: 0.012345, patience: 3 },
};

const result = {
  epoch: 1,
  train: { loss: 21.1904 },
  val: { loss: 19.8968, precision: 0.5, recall: 0.25, f1: 1 / 3, eob_mean: 1.5 },
  best: true,
  seconds: 4.8,
};

test("a wide terminal shows everything, values of plugins included, on two lines", () => {
  expect(liveText(facts, 120)).toBe(
    [
      "epoch 12/60  ████████████░░░░░░░░░░░░  400/800 sheets  12.3 sheets/s  ETA 1h06m",
      "step 1234/6000  loss 1.234  val loss 2.500  best f1 0.823 (epoch 11)  temperature 0.01235  patience 3",
    ].join("\n"),
  );
});

test("60 columns show the same without units; the least important words give way", () => {
  expect(liveText(facts, 60)).toBe(
    [
      "epoch 12/60  █████████░░░░░░░░░  400/800  12.3/s  ETA 1h06m",
      "step 1234/6000  loss 1.234  best f1 0.823 (epoch 11)",
    ].join("\n"),
  );
  expect(liveText({ ...facts, values: { ema: 0.5 } }, 62)).toEndWith("(epoch 11)  ema 0.5");
});

test("two lines that are narrower than the terminal are shown on every one", () => {
  for (let columns = 1; columns < 200; columns++) {
    for (const one of [facts, { ...facts, validating: 20 }, { ...facts, values: { 表: 1 } }]) {
      const lines = liveText(one, columns).split("\n");
      expect(lines).toHaveLength(2);
      for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThan(columns);
    }
  }
});

test("there are no control characters and no colours, so NO_COLOR has nothing to remove", () => {
  const text = liveText(facts, 80) + epochLine(result, 2, 158, 80) + summaryTable([result], 80);
  expect(text).toMatch(/^[\P{Cc}\n]*$/u);
});

test("values have four digits at most, whatever their size", () => {
  const values = { a: 0.000012345, b: 1234567.8, c: Number.NaN, d: 3, e: -12.3456 };
  expect(logText({ ...facts, values })).toEndWith("  a 1.23e-5  b 1.23e+6  c NaN  d 3  e -12.35");
});

test("the line of an epoch is continued on an indented one where the terminal is too narrow", () => {
  const words = "epoch 1/2  loss 21.1904  val loss 19.8968  precision 0.500";
  const more = "recall 0.250  f1 0.333 (best)  32.9 sheets/s  4.8s";
  expect(epochLine(result, 2, 158, Number.POSITIVE_INFINITY)).toBe(`${words}  ${more}`);
  expect(epochLine(result, 2, 158, 60)).toBe(`${words}\n  ${more}`);
});

test("the table of epochs leaves out columns where the terminal is too narrow", () => {
  const headAt = (columns: number) => summaryTable([result], columns).split("\n")[0]!.trim().split(/ {2,}/);
  expect(headAt(80)).toEqual(["epoch", "loss", "val loss", "precision", "recall", "f1", "EoB mean", "time"]);
  expect(headAt(60)).toEqual(["epoch", "loss", "val loss", "precision", "recall", "f1", "time"]);
  expect(headAt(40)).toEqual(["epoch", "loss", "val loss", "f1", "time"]);
  expect(headAt(25)).toEqual(["epoch", "loss", "f1"]);
});

test("the table of a long run has its first, its best and its last ten epochs", () => {
  const results = Array.from({ length: 30 }, (_, at) => ({ ...result, epoch: at + 1, best: at < 7 }));
  const rows = summaryTable(results, 80).split("\n").slice(2, -1);
  const last = Array.from({ length: 10 }, (_, at) => String(at + 21));
  expect(rows.map((row) => row.trim().split(/ {2,}/)[0])).toEqual(["1", "7 *", ...last]);
});
