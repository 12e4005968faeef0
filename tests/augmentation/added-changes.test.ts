/** What gives a sheet more than it had: copies of itself, styles, another order of columns. */

import { expect, test } from "bun:test";
import { drawLines, paintHeaders } from "../../core/augmentation/add-style.ts";
import { lengthOf, lineCount } from "../../core/augmentation/axis.ts";
import { forEachCell } from "../../core/augmentation/merged-cells.ts";
import { repeatSheet } from "../../core/augmentation/repeat-sheet.ts";
import { copyDraft, openDraft, type SheetDraft } from "../../core/augmentation/sheet-draft.ts";
import { shuffleColumns } from "../../core/augmentation/shuffle-columns.ts";
import { randomStream } from "../../core/base/random.ts";
import { overlaps, type Range } from "../../core/base/range.ts";
import { ColorBucket } from "../../core/features/color-bucket.ts";
import {
  BOLD,
  FILL_COLOR,
  HAS_DATA,
  IS_VISIBLY_EMPTY,
  LENGTH_BITS,
} from "../../core/features/vector-bits.ts";
import { markedSheet, randomMarkedSheet } from "./sheets.ts";

const drafts = Array.from({ length: 150 }, (_, seed) => openDraft(randomMarkedSheet(seed)));

/** Calls with every cell and whether it lies in a table. */
function forEachPlace(draft: SheetDraft, visit: (at: number, inTable: boolean) => void): void {
  for (let at = 0; at < draft.low.length; at++) {
    const cell = cellAt(draft, at);
    const inTable = draft.ranges.some((range) => overlaps(range, cell));
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
        overlaps({ top, left: left + 2, bottom, right: right - 1 }, cellAt(before, at)),
      );
      const isNeighbour =
        home && overlaps({ ...home, left: home.left + 2, right: home.right - 1 }, cellAt(before, from));
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

test("repeatSheet() has every table as often as the sheet, each copy the sheet itself or less of it", () => {
  let repeated = 0;
  for (const [seed, draft] of drafts.entries()) {
    for (const axis of ["rows", "columns"] as const) {
      const next = repeatSheet(draft, axis, 150, randomStream(seed, axis));
      if (next === draft) continue;
      repeated++;
      const tables = draft.ranges.length;
      const copies = next.ranges.length / tables;
      expect(Number.isInteger(copies) && copies >= 2 && copies <= 6).toBeTrue();
      expect(lineCount(next, axis)).toBeLessThanOrEqual(150);
      for (const [at, range] of next.ranges.entries()) {
        const own = draft.ranges[at % tables]!;
        expect(lengthOf(range, axis)).toBeLessThanOrEqual(lengthOf(own, axis));
        // Every cell of it is one of that table, by the mark that its cells carry.
        expect(marksOf(next, range)).toEqual(marksOf(draft, own));
      }
    }
  }
  expect(repeated).toBeGreaterThan(50);
});

/** The marks of the cells of a range: each table's cells carry its own. */
function marksOf({ digits, width }: SheetDraft, range: Range): number[] {
  const marks = new Set<number>();
  forEachCell(range, width, (at) => void marks.add(digits[at]!));
  return [...marks].filter((mark) => mark !== 0).toSorted();
}

/** A table of 4 x 3 and nothing else, its first row texts or numbers, bold or not; numbers below. */
function small(header: {
  readonly isText: boolean;
  readonly isBold: boolean;
  readonly isFilled?: boolean;
}): SheetDraft {
  const white = FILL_COLOR[ColorBucket.White]!;
  const red = FILL_COLOR[ColorBucket.Red]!;
  const isHeader = (at: number) => at < 3;
  return {
    height: 4,
    width: 3,
    low: Uint32Array.from(
      { length: 12 },
      (_, at) => HAS_DATA | (isHeader(at) === (header.isFilled ?? false) ? red : white),
    ),
    high: Uint32Array.from({ length: 12 }, (_, at) => (isHeader(at) && header.isBold ? 1 | BOLD : 1)),
    digits: Uint32Array.from({ length: 12 }, (_, at) => (isHeader(at) && header.isText ? 0 : 7)),
    hints: new Uint32Array(12),
    merges: [],
    ranges: [{ top: 1, left: 1, bottom: 4, right: 3 }],
    blank: { low: 0, high: 0 },
  };
}

test("repeatSheet() lets copies touch only under headers of texts, and puts none below records without a header", () => {
  const gaps = (draft: SheetDraft) => {
    const found = new Set<number | null>();
    for (let seed = 0; seed < 60; seed++) {
      const { ranges } = repeatSheet(draft, "rows", 60, randomStream(seed));
      const distances = new Set(ranges.slice(1).map(({ top }, at) => top - ranges[at]!.bottom - 1));
      expect(distances.size).toBeLessThanOrEqual(1);
      found.add([...distances][0] ?? null);
    }
    return found;
  };
  expect(gaps(small({ isText: true, isBold: false, isFilled: true }))).toEqual(new Set([0, 1, 2, 3]));
  expect(gaps(small({ isText: false, isBold: true }))).toEqual(new Set([1, 2, 3]));
  expect(gaps(small({ isText: false, isBold: false, isFilled: true }))).toEqual(new Set([1, 2, 3]));
  // Here the rows below are filled, not the first: stripes, as records have them.
  expect(gaps(small({ isText: false, isBold: false, isFilled: false }))).toEqual(new Set([null]));
});

test("paintHeaders() and drawLines() leave a merged range looking like its first cell all over", () => {
  const range = { top: 1, left: 1, bottom: 5, right: 4 };
  const merges = [
    { top: 1, left: 1, bottom: 2, right: 1 },
    { top: 1, left: 2, bottom: 1, right: 4 },
  ];
  for (let seed = 0; seed < 30; seed++) {
    const draft = openDraft(markedSheet(8, 6, [range], randomStream(seed), merges));
    paintHeaders(draft, randomStream(seed, "paint"));
    drawLines(draft, randomStream(seed, "draw"));
    for (const merge of merges) {
      const anchor = (merge.top - 1) * draft.width + merge.left - 1;
      forEachCell(merge, draft.width, (at) => {
        expect(draft.low[at]! | IS_VISIBLY_EMPTY).toBe(draft.low[anchor]! | IS_VISIBLY_EMPTY);
        // The length of the text is the first cell's alone.
        expect(draft.high[at]! & ~LENGTH_BITS).toBe(draft.high[anchor]! & ~LENGTH_BITS);
      });
    }
  }
});

test("shuffleColumns() moves no column that a merged range touches, and none of a table with an open heading", () => {
  const range = { top: 1, left: 1, bottom: 4, right: 8 };
  const merge = { top: 2, left: 4, bottom: 3, right: 5 };
  const numbered = (isOpen: boolean): SheetDraft => {
    const draft = openDraft(markedSheet(4, 8, [range], randomStream(1), [merge]));
    if (isOpen) draft.low[5] = draft.low[5]! & ~HAS_DATA;
    return { ...draft, digits: Uint32Array.from(draft.digits, (_, at) => at) };
  };
  const moved = new Set<number>();
  for (let seed = 0; seed < 40; seed++) {
    const draft = numbered(false);
    shuffleColumns(draft, randomStream(seed));
    for (const [at, from] of draft.digits.entries()) if (from !== at) moved.add(at % 8);
    const open = numbered(true);
    shuffleColumns(open, randomStream(seed));
    expect(open.digits).toEqual(numbered(true).digits);
  }
  expect([...moved].toSorted()).toEqual([2, 5, 6]);
});
