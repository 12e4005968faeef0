/** Tests the order in which tables stand. */

import { expect, test } from "bun:test";
import { bestFirst } from "../../core/base/predicted-table.ts";
import { formatRange, parseRange } from "../../core/base/range.ts";

function ordered(...tables: [range: string, score: number][]): string[] {
  return tables
    .map(([range, score]) => ({ range: parseRange(range)!, score }))
    .sort(bestFirst)
    .map(({ range }) => formatRange(range));
}

test("bestFirst() puts the best score first", () => {
  expect(ordered(["A1:B2", 0.5], ["A5:B6", 0.9], ["A9:B9", 0.7])).toEqual(["A5:B6", "A9:B9", "A1:B2"]);
});

test("bestFirst() orders by place what has the same score with four digits, whatever the last bits say", () => {
  expect(ordered(["D8:E9", 0.99763], ["A8:B9", 0.99762], ["D1:E2", 0.99761])).toEqual([
    "D1:E2",
    "A8:B9",
    "D8:E9",
  ]);
  expect(ordered(["A1:B2", 0.9976], ["A8:B9", 0.9977])).toEqual(["A8:B9", "A1:B2"]);
});
