/** Tests how figures and columns of text are laid out. */

import { expect, test } from "bun:test";
import { counted, formatBytes, formatDuration, progressBar, table } from "../../core/base/text-layout.ts";

test("formatBytes() counts in thousands, with one digit behind the point from kB on", () => {
  expect([0, 999, 1000, 999_949, 999_950, 1_449_000, 2.5e12, 7e15].map(formatBytes)).toEqual([
    "0 B",
    "999 B",
    "1.0 kB",
    "999.9 kB",
    "1.0 MB",
    "1.4 MB",
    "2.5 TB",
    "7000.0 TB",
  ]);
});

test("counted() takes the plural for every number but 1", () => {
  expect([counted(0, "sheet"), counted(1, "sheet"), counted(2, "box", "boxes")]).toEqual([
    "0 sheets",
    "1 sheet",
    "2 boxes",
  ]);
});

test("table() aligns columns of words to the left, without blanks at the ends of lines", () => {
  expect(table(["name", "n"], [["a", "10"]], 1)).toBe("name   n\n────  ──\na     10");
});

test("formatDuration() has two units at most", () => {
  for (const [seconds, text] of [
    [0, "0.0s"],
    [4.24, "4.2s"],
    [9.94, "9.9s"],
    [9.95, "10s"],
    [59.4, "59s"],
    [59.6, "1m00s"],
    [60, "1m00s"],
    [83, "1m23s"],
    [119, "1m59s"],
    [120, "2m00s"],
    [3599, "59m59s"],
    [3599.6, "1h00m"],
    [3600, "1h00m"],
    [7199, "1h59m"],
    [7200, "2h00m"],
    [7384, "2h03m"],
    [Number.POSITIVE_INFINITY, "–"],
  ] as const) {
    expect([seconds, formatDuration(seconds)]).toEqual([seconds, text]);
  }
});

test("progressBar() stays within its width", () => {
  expect([-1, 0.5, 2].map((fraction) => progressBar(fraction, 4))).toEqual(["░░░░", "██░░", "████"]);
});

test("table() aligns columns under their heads", () => {
  expect(table(["a", "long"], [["100", "2"]])).toBe("  a  long\n───  ────\n100     2");
});
