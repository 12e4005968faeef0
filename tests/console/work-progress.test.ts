/** Tests the bar that shows how much of some work is done. */

import { expect, test } from "bun:test";
import type { RunConsole } from "../../core/console/console.ts";
import { WorkProgress } from "../../core/console/work-progress.ts";

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
