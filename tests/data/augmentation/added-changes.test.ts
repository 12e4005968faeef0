/** What gives a sheet more than it had: copies of itself, styles, another order of columns. */

import { expect, test } from "bun:test";
import { drawLines, paintHeaders } from "../../../core/data/augmentation/add-style.ts";
import { contains } from "../../../core/data/augmentation/axis.ts";
import { repeatSheet } from "../../../core/data/augmentation/repeat-sheet.ts";
import { copyDraft, openDraft, type SheetDraft } from "../../../core/data/augmentation/sheet-draft.ts";
import { shuffleColumns } from "../../../core/data/augmentation/shuffle-columns.ts";
import type { Range } from "../../../core/excel/range.ts";
import { BOLD, HAS_DATA } from "../../../core/features/vector-bits.ts";
import { randomStream } from "../../../core/random.ts";
import { randomMarkedSheet } from "./sheets.ts";

const drafts = Array.from({ length: 150 }, (_, seed) => openDraft(randomMarkedSheet(seed)));

/** Calls with every cell and whether it lies in a table. */
function forEachPlace(draft: SheetDraft, visit: (at: number, inTable: boolean) => void): void {
  for (let at = 0; at < draft.low.length; at++) {
    const cell = cellAt(draft, at);
    const inTable = draft.ranges.some((range) => contains(range, cell));
    visit(at, inTable);
  }
}

function cellAt({ width }: SheetDraft, at: number): Range {
  const [row, column] = [Math.floor(at / width) + 1, (at % width) + 1];
  return { top: row, bottom: row, left: column, right: column };
}

test("shuffleColumns() leaves each row of a table its cells, and everything else in its place", () => {
  let [moved, strayed] = [0, 0];
  for (const [seed, draft] of drafts.entries()) {
    // Every cell its own number, so that it is known where it went.
    const before = { ...draft, digits: Uint32Array.from(draft.digits, (_, at) => at) };
    const after = copyDraft(before);
    shuffleColumns(after, randomStream(seed, "shuffle"));
    forEachPlace(before, (at, inTable) => {
      const from = after.digits[at]!;
      if (from === at) return;
      moved++;
      const home = before.ranges.find(({ top, left, bottom, right }) =>
        contains({ top, left: left + 2, bottom, right: right - 1 }, cellAt(before, at)),
      );
      const isNeighbour =
        home && contains({ ...home, left: home.left + 2, right: home.right - 1 }, cellAt(before, from));
      const isSameRow = Math.floor(from / before.width) === Math.floor(at / before.width);
      if (!inTable || !isNeighbour || !isSameRow || after.low[at] !== before.low[from]) strayed++;
    });
    expect(after.digits.toSorted()).toEqual(before.digits);
  }
  expect(moved).toBeGreaterThan(1000);
  expect(strayed).toBe(0);
});

test("paintHeaders() and drawLines() change no value, and no cell outside of a table", () => {
  let [changed, strayed] = [0, 0];
  for (const [seed, before] of drafts.entries()) {
    const after = copyDraft(before);
    paintHeaders(after, randomStream(seed, "paint"));
    drawLines(after, randomStream(seed, "draw"));
    expect(after.digits).toEqual(before.digits);
    forEachPlace(before, (at, inTable) => {
      const isSame = after.low[at] === before.low[at] && after.high[at] === before.high[at];
      if (inTable) changed += isSame ? 0 : 1;
      if ((!inTable && !isSame) || ((after.low[at]! ^ before.low[at]!) & HAS_DATA) !== 0) strayed++;
    });
  }
  expect(changed).toBeGreaterThan(500);
  expect(strayed).toBe(0);
});

test("repeatSheet() has every table as often as the sheet, at one distance, inside of the room", () => {
  let repeated = 0;
  for (const [seed, draft] of drafts.entries()) {
    for (const axis of ["rows", "columns"] as const) {
      const next = repeatSheet(draft, axis, 150, randomStream(seed, axis));
      if (next === draft) continue;
      repeated++;
      const copies = next.ranges.length / draft.ranges.length;
      expect(Number.isInteger(copies) && copies >= 2 && copies <= 6).toBeTrue();
      expect(axis === "rows" ? next.height : next.width).toBeLessThanOrEqual(150);
    }
  }
  expect(repeated).toBeGreaterThan(50);
});

test("repeatSheet() lets copies touch only where a header tells them apart", () => {
  const plain = 1; // a value, nothing else
  const table = (isHeaderBold: boolean): SheetDraft => ({
    height: 4,
    width: 3,
    low: new Uint32Array(12).fill(HAS_DATA),
    high: Uint32Array.from({ length: 12 }, (_, at) => (isHeaderBold && at < 3 ? plain | BOLD : plain)),
    digits: new Uint32Array(12),
    merges: [],
    ranges: [{ top: 1, left: 1, bottom: 4, right: 3 }],
    blank: { low: 0, high: 0 },
  });
  const touching = (isHeaderBold: boolean) =>
    Array.from({ length: 60 }, (_, seed) => repeatSheet(table(isHeaderBold), "rows", 60, randomStream(seed)))
      .map(({ ranges: [first, second] }) => second!.top - first!.bottom - 1)
      .filter((gap) => gap === 0).length;
  expect(touching(true)).toBeGreaterThan(10);
  expect(touching(false)).toBe(0);
});
