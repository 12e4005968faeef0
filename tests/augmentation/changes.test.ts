/** Tests each change of a sheet by itself: lines, windows, joins, transposition and styles. */

import { expect, test } from "bun:test";
import { dropStyle, permuteFills, STYLE_KINDS } from "../../core/augmentation/change-style.ts";
import { cropLines } from "../../core/augmentation/crop-to-window.ts";
import { deleteLines } from "../../core/augmentation/delete-lines.ts";
import { freeLines } from "../../core/augmentation/free-lines.ts";
import { insertGap } from "../../core/augmentation/insert-blanks.ts";
import { repeatLines } from "../../core/augmentation/repeat-lines.ts";
import { closeDraft, openDraft, type SheetDraft } from "../../core/augmentation/sheet-draft.ts";
import { BLANK_LINE, takeLines } from "../../core/augmentation/take-lines.ts";
import { transpose } from "../../core/augmentation/transpose.ts";
import { randomStream } from "../../core/base/random.ts";
import { parseRange, type Range } from "../../core/base/range.ts";
import { fillBuckets } from "../../core/features/packed-grid.ts";
import { BORDER_LEFT, BORDER_TOP, HAS_DATA } from "../../core/features/vector-bits.ts";
import { markedSheet, randomMarkedSheet, syntheticSheets } from "./sheets.ts";

const at = (text: string): Range => parseRange(text)!;

function draftOf(height: number, width: number, ranges: string[], merges: string[] = []): SheetDraft {
  return openDraft(markedSheet(height, width, ranges.map(at), randomStream(1), merges.map(at)));
}

test("takeLines() keeps the text of a merged range whose first lines go, and a cell left alone is merged no more", () => {
  const draft = draftOf(6, 4, ["A1:D6"], ["B2:C4"]);
  draft.digits[1 * 4 + 1] = 77; // B2, what the merged range shows
  const shorter = takeLines(draft, "rows", [1, 4, 5, 6]);
  expect(shorter.merges).toEqual([at("B2:C2")]);
  expect(shorter.digits[1 * 4 + 1]).toBe(77);
  const single = takeLines(shorter, "columns", [1, 3, 4]);
  expect(single.merges).toEqual([]);
  expect(single.digits[1 * 3 + 1]).toBe(77);
  expect(single.ranges).toEqual([at("A1:C4")]);
});

test("takeLines() makes a merged range longer, or two of it, as its lines are repeated", () => {
  const draft = draftOf(6, 4, [], ["B2:B3", "A5:D5"]);
  const within = takeLines(draft, "rows", [1, 2, 3, 3, 4, 5, 5, 6]);
  expect(within.merges).toEqual([at("B2:B4"), at("A6:D6"), at("A7:D7")]);
  const twice = takeLines(draft, "rows", [1, 2, 3, 2, 3, 4]);
  expect(twice.merges).toEqual([at("B2:B3"), at("B4:B5")]);
});

test("takeLines() moves tables with their lines", () => {
  const draft = draftOf(8, 8, ["B2:D4", "F5:G8"]);
  const moved = takeLines(draft, "rows", [BLANK_LINE, 1, 2, 3, 3, 4, 5, BLANK_LINE]);
  expect(moved.ranges).toEqual([at("B3:D6"), at("F7:G7")]);
  expect([moved.height, moved.width]).toEqual([8, 8]);
});

test("freeLines() leaves out the first, second and last line of every table", () => {
  const draft = draftOf(20, 8, ["A3:C9", "E5:G8", "A14:B16"]);
  expect(freeLines(draft, "rows")).toEqual([
    { first: 1, last: 2, inTable: false, between: false },
    { first: 7, last: 7, inTable: true, between: false },
    { first: 10, last: 13, inTable: false, between: true },
    { first: 17, last: 20, inTable: false, between: false },
  ]);
});

test("deleteLines() keeps four lines of a table and one between two; repeatLines() makes a body longer alone", () => {
  for (let seed = 0; seed < 100; seed++) {
    const draft = draftOf(40, 6, ["A3:F20", "A24:F34"]);
    const shorter = deleteLines(draft, "rows", randomStream(seed, "delete"));
    const [first, second] = shorter.ranges as [Range, Range];
    expect(first.bottom - first.top).toBeWithin(3, 18);
    expect(second.bottom - second.top).toBeWithin(3, 11);
    expect(second.top - first.bottom).toBeWithin(2, 5);
    const longer = repeatLines(draft, "rows", 10, randomStream(seed, "repeat"));
    expect(longer.height).toBeWithin(41, 51);
    expect(longer.ranges[0]!.top).toBe(3);
    expect(longer.ranges[1]!.top - longer.ranges[0]!.bottom).toBe(4);
  }
});

test("insertGap() parts no table and no merged range", () => {
  for (let seed = 0; seed < 50; seed++) {
    const wider = insertGap(draftOf(12, 4, ["A2:D5"], ["A7:A10"]), "rows", 3, randomStream(seed, "gap"));
    expect(wider.height).toBeWithin(13, 16);
    expect(wider.ranges[0]!.bottom - wider.ranges[0]!.top).toBe(3);
    expect(wider.merges[0]!.bottom - wider.merges[0]!.top).toBe(3);
  }
  const full = draftOf(5, 4, ["A1:D5"]);
  expect(insertGap(full, "rows", 3, randomStream(1))).toBe(full);
});

test("cropLines() cuts a table, tightens what is left of it, and clears away a table of which too little is left", () => {
  const draft = draftOf(20, 9, ["A1:C16", "E1:G20"]);
  for (let row = 9; row <= 16; row++) draft.low[(row - 1) * 9 + 2]! &= ~HAS_DATA; // C9:C16 is empty
  const bottom = cropLines(draft, "rows", 10, 20);
  expect(bottom.ranges).toEqual([at("A1:B7"), at("E1:G11")]);
  const end = cropLines(draft, "rows", 15, 20);
  expect(end.ranges).toEqual([at("E1:G6")]);
  expect([...end.digits].filter((mark) => mark === 1)).toEqual([]);
});

test("transpose() twice gives the sheet again, once gives left borders to the top", () => {
  for (let seed = 0; seed < 20; seed++) {
    const sheet = randomMarkedSheet(seed);
    expect(closeDraft(transpose(transpose(openDraft(sheet))))).toEqual(closeDraft(openDraft(sheet)));
  }
  const draft = draftOf(2, 3, []);
  draft.high[2]! |= BORDER_LEFT; // C1
  expect(transpose(draft).high[2 * 2]! & (BORDER_LEFT | BORDER_TOP)).toBe(BORDER_TOP); // A3
});

test("permuteFills() exchanges colours and leaves white; dropStyle() leaves neither colours nor borders", () => {
  for (const [index, sheet] of syntheticSheets(50).entries()) {
    const draft = openDraft(sheet);
    permuteFills(draft, randomStream(index, "fills"));
    const [before, after] = [fillBuckets(sheet.grid), fillBuckets(closeDraft(draft).grid)];
    const pairs = new Set([...before].map((bucket, cell) => `${bucket} ${after[cell]}`));
    expect(pairs.size).toBe(new Set(before).size);
    for (const pair of pairs) expect(pair.startsWith("1 ")).toBe(pair.endsWith(" 1"));
    for (const kind of STYLE_KINDS) dropStyle(draft, kind);
    expect(new Set(fillBuckets(closeDraft(draft).grid))).toEqual(new Set([1]));
    expect(draft.high.some((word) => (word & (BORDER_LEFT | BORDER_TOP)) !== 0)).toBeFalse();
  }
});
