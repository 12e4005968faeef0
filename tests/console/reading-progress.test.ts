/** Tests the progress that is shown while datasets are read. */

import { expect, test } from "bun:test";
import { ReadingProgress } from "../../core/console/reading-progress.ts";

test("ReadingProgress shows a bar from the first workbook on, and removes it at the end", () => {
  const shown: (string | null)[] = [];
  const console = {
    isTerminal: true,
    subscribe: () => () => {},
    columns: 120,
    line() {},
    warn() {},
    status: (text: string | null) => void shown.push(text),
  };
  const progress = new ReadingProgress(console, "reading real", false);
  const { onStart, onWorkbook } = progress.calls;
  expect(progress.seconds).toBe(0);
  progress.end();
  expect(shown).toEqual([]);
  onStart(4);
  onWorkbook(0.5);
  expect(shown.at(-1)).toStartWith("reading real");
  expect(shown.at(-1)).toContain("1/4 workbooks");
  progress.end();
  expect(shown.at(-1)).toBeNull();
});
