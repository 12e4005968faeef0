import { expect, test } from "bun:test";
import { counted, formatBytes, table } from "../../../core/base/text-layout.ts";
import type { RunConsole } from "../../../core/console/console.ts";
import { WorkProgress } from "../../../core/console/work-progress.ts";

function fakeConsole(isTerminal: boolean): RunConsole & { lines: string[]; statuses: (string | null)[] } {
  const [lines, statuses]: [string[], (string | null)[]] = [[], []];
  return {
    isTerminal,
    columns: 60,
    lines,
    statuses,
    line: (text) => void lines.push(text),
    warn: (text) => void lines.push(text),
    status: (text) => void statuses.push(text),
    subscribe: () => () => {},
  };
}

test("WorkProgress fills its bar by share of the work and stays within the terminal's width", () => {
  const console = fakeConsole(true);
  const progress = new WorkProgress(console, "reading mine", 3, false);
  progress.step(0.5);
  progress.step(0.75);
  const bars = console.statuses.map((status) => status!.match(/█/g)!.length);
  expect(bars).toEqual([12, 18]);
  expect(console.statuses[0]).toStartWith("reading mine  ");
  expect(console.statuses[0]).toContain("1/3 workbooks");
  for (const status of console.statuses) expect(status!.length).toBeLessThan(60);
  progress.end();
  expect(console.statuses.at(-1)).toBeNull();
});

test("WorkProgress prints nothing for quick work without a terminal, nor where it is silent", () => {
  for (const [isTerminal, silent] of [
    [false, false],
    [true, true],
  ] as const) {
    const console = fakeConsole(isTerminal);
    new WorkProgress(console, "reading", 2, silent).step(0.5);
    expect([console.lines, console.statuses]).toEqual([[], []]);
  }
});

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
