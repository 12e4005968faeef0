/** Tests the kinds of mistakes. */

import { expect, test } from "bun:test";
import { type TableErrors, tableErrors } from "../../core/scoring/table-errors.ts";
import { ranges } from "../support/picture.ts";

const kinds = ({ truth, predicted }: TableErrors) => [truth.map(({ kind }) => kind), predicted];

test("tableErrors() tells exact matches, near misses up to EoB 2 and edges that are further off", () => {
  const truth = ranges("A1:D10 A21:D30 A41:D50");
  const found = tableErrors(truth, ranges("A1:D10 A21:D32 A41:D53"));
  expect(kinds(found)).toEqual([
    ["exact", "near", "edge"],
    ["exact", "near", "edge"],
  ]);
  expect(found.truth.map(({ predicted, eob }) => [predicted, eob])).toEqual([
    [0, 0],
    [1, 2],
    [2, 3],
  ]);
});

test("tableErrors() calls a table missed where no prediction has an IoU above 0.1, and that prediction false", () => {
  // J1:J1 is 1 of 10 cells: IoU 0.1, and A20:B29 touches nothing.
  const found = tableErrors(ranges("J1:J10"), ranges("J1:J1 A20:B29"));
  expect(kinds(found)).toEqual([["missed"], ["false", "false"]]);
  expect(found.truth[0]).toEqual({ kind: "missed", predicted: null, eob: null });
  expect(kinds(tableErrors(ranges("J1:J10"), ranges("J1:J2")))).toEqual([["edge"], ["edge"]]);
});

test("tableErrors() calls tables joined that one prediction covers, even one too small for an IoU above 0.1", () => {
  const found = tableErrors(ranges("A1:D20 A23:B24 H1:I5"), ranges("A1:D24 H1:I5"));
  expect(kinds(found)).toEqual([
    ["joined", "joined", "exact"],
    ["joined", "exact"],
  ]);
});

test("tableErrors() calls no table joined of which the prediction covers less than half", () => {
  expect(kinds(tableErrors(ranges("A1:D10 A11:D20"), ranges("A1:D14")))).toEqual([
    ["edge", "edge"],
    ["edge"],
  ]);
});

test("tableErrors() calls a table split where two predictions lie in it, and each of them a piece", () => {
  expect(kinds(tableErrors(ranges("A1:D40"), ranges("A1:D15 A17:D40")))).toEqual([
    ["split"],
    ["split", "split"],
  ]);
  expect(kinds(tableErrors(ranges("A1:D40 H1:I5"), ranges("A1:D15 A17:D40 H1:I5")))).toEqual([
    ["split", "exact"],
    ["split", "split", "exact"],
  ]);
});

test("tableErrors() calls a second prediction of a matched table a duplicate", () => {
  expect(kinds(tableErrors(ranges("A1:D40"), ranges("A1:D40 A2:D40")))).toEqual([
    ["exact"],
    ["exact", "duplicate"],
  ]);
});

test("tableErrors() finds no mistakes on a sheet without tables and predictions", () => {
  expect(tableErrors([], [])).toEqual({ truth: [], predicted: [] });
});
