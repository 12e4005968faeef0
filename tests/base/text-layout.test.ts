/** Tests how figures and columns of text are laid out. */

import { expect, test } from "bun:test";
import { counted, formatBytes, formatDuration, progressBar, table } from "../../core/base/text-layout.ts";

test("formatBytes() counts in thousands, with one digit behind the point from kB on", () => {
  expect([0, 999, 1000, 1_449_000, 2.5e12, 7e15].map(formatBytes)).toEqual([
    "0 B",
    "999 B",
    "1.0 kB",
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
  expect([4.24, 9.96, 59.4, 83, 7384, Number.POSITIVE_INFINITY].map(formatDuration)).toEqual([
    "4.2s",
    "10s",
    "59s",
    "1m23s",
    "2h03m",
    "–",
  ]);
});

test("progressBar() stays within its width", () => {
  expect([-1, 0.5, 2].map((fraction) => progressBar(fraction, 4))).toEqual(["░░░░", "██░░", "████"]);
});

test("table() aligns columns under their heads", () => {
  expect(table(["a", "long"], [["100", "2"]])).toBe("  a  long\n───  ────\n100     2");
});
