/** Tests scores of several sheets against counts by hand. */

import { expect, test } from "bun:test";
import { scoreSheets } from "../../core/scoring/score-sheets.ts";
import { ranges } from "../support/picture.ts";

const sheet = (truth: string, predicted: string) => ({ truth: ranges(truth), predicted: ranges(predicted) });

/**
 * Two tables of which one is found exactly and one with EoB 1; nothing on an empty sheet; two predictions
 * where none is.
 */
const SHEETS = [
  sheet("A1:C5 A8:C12", "A1:C5 A8:C13"),
  sheet("", ""),
  sheet("", "A1:B2 D1:E2"),
  sheet("A1:C5", ""),
];

test("scoreSheets() counts all tables together: 1 of 3 tables and of 4 predictions at EoB 0, 2 at EoB 1", () => {
  const [exact, one, two] = scoreSheets(SHEETS).map(({ tables }) => tables);
  expect(exact).toEqual({
    truth: 3,
    predicted: 4,
    matched: 1,
    precision: 1 / 4,
    recall: 1 / 3,
    f1: 2 / 7,
    eob_mean: 0,
  });
  expect(one).toEqual({
    truth: 3,
    predicted: 4,
    matched: 2,
    precision: 1 / 2,
    recall: 2 / 3,
    f1: 4 / 7,
    eob_mean: 0.5,
  });
  expect(two).toEqual(one!);
});

test("scoreSheets() averages the sheets' own ratios: nothing found where nothing is counts as 1, else no denominator as 0", () => {
  const [exact, one] = scoreSheets(SHEETS).map(({ sheets }) => sheets);
  expect(exact).toEqual({
    precision: (0.5 + 1 + 0 + 0) / 4,
    recall: (0.5 + 1 + 0 + 0) / 4,
    f1: (0.5 + 1 + 0 + 0) / 4,
    eob_mean: 0,
  });
  expect(one).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5, eob_mean: 0.5 });
});

test("scoreSheets() without any match has no mean EoB", () => {
  const [, , two] = scoreSheets([sheet("A1:B9", "")]);
  expect([two!.tables.eob_mean, two!.sheets.eob_mean]).toEqual([null, null]);
});

test("scoreSheets() counts at EoB 0, 1 and 2, and without any sheet all ratios are 1", () => {
  const perfect = { precision: 1, recall: 1, f1: 1, eob_mean: null };
  expect(scoreSheets([])).toEqual(
    [0, 1, 2].map((eob) => ({
      eob,
      tables: { truth: 0, predicted: 0, matched: 0, ...perfect },
      sheets: perfect,
    })),
  );
  const matched = (predicted: string) =>
    scoreSheets([sheet("A1:C5", predicted)]).map(({ tables }) => tables.matched);
  expect(["A1:C5", "A1:C6", "A1:C7", "A1:C8"].map(matched)).toEqual([
    [1, 1, 1],
    [0, 1, 1],
    [0, 0, 1],
    [0, 0, 0],
  ]);
});
