/** Tests what of the hints augmentation takes away. */

import { expect, test } from "bun:test";
import { DATASET_RATES } from "../../core/augmentation/augmentation-rates.ts";
import { dropHints } from "../../core/augmentation/drop-hints.ts";
import { openDraft, type SheetDraft } from "../../core/augmentation/sheet-draft.ts";
import { thinHints } from "../../core/augmentation/thin-hints.ts";
import { randomStream } from "../../core/base/random.ts";
import { syntheticSheet } from "../../core/synthesis/synthetic-sheet.ts";

const SHEET = syntheticSheet(1, 1);
const ALL = 0xffffffff;

/** A sheet whose every cell but the first has all hints. */
function hinted(): SheetDraft {
  const draft = openDraft(SHEET);
  draft.hints.fill(ALL);
  draft.hints[0] = 0;
  return draft;
}

const bitsOf = (word: number) => word.toString(2).replaceAll("0", "").length;

test("dropHints() takes the same kinds from all cells, or all kinds", () => {
  const draft = hinted();
  dropHints(draft, { ...DATASET_RATES, dropHints: 0, dropHint: 0.5 }, randomStream(1));
  const [none, ...others] = draft.hints;
  expect(none).toBe(0);
  expect(new Set(others).size).toBe(1);
  expect(bitsOf(others[0]!)).toBeWithin(4, 29);
  dropHints(draft, { ...DATASET_RATES, dropHints: 1 }, randomStream(1));
  expect([...new Set(draft.hints)]).toEqual([0]);
});

test("thinHints() takes about an eighth of the hints, other ones from each cell, and adds none", () => {
  const draft = hinted();
  thinHints(draft, { ...DATASET_RATES, thinHints: 1 }, randomStream(1));
  const [none, ...others] = draft.hints;
  expect(none).toBe(0);
  expect(new Set(others).size).toBeGreaterThan(others.length / 2);
  const left = others.reduce((sum, word) => sum + bitsOf(word), 0) / (others.length * 32);
  expect(left).toBeWithin(0.85, 0.9);
});

test("thinHints() leaves sheets alone whose turn it is not", () => {
  const draft = hinted();
  thinHints(draft, { ...DATASET_RATES, thinHints: 0 }, randomStream(1));
  expect(draft.hints).toEqual(hinted().hints);
});
