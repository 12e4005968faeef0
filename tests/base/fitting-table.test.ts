/** Tests tables that leave out columns where there is no room for them. */

import { expect, test } from "bun:test";
import { fittingTable, type TableColumn } from "../../core/base/fitting-table.ts";

const COLUMNS: readonly TableColumn<string>[] = [
  { head: "name", cell: (row) => row, rank: 0 },
  { head: "words", cell: (row) => row.repeat(2), rank: 2 },
  { head: "size", cell: (row) => String(row.length), rank: 1 },
];

test("fittingTable() leaves out the columns of the highest rank first, and keeps those of rank 0", () => {
  const headAt = (width: number) => fittingTable(COLUMNS, ["ab"], width).split("\n")[0];
  expect(headAt(Number.POSITIVE_INFINITY)).toBe("name  words  size");
  expect(headAt(18)).toBe("name  words  size");
  expect(headAt(17)).toBe("name  size");
  expect(headAt(3)).toBe("name");
});

test("fittingTable() counts rows too, and aligns the columns of words that are left to the left", () => {
  expect(fittingTable(COLUMNS, ["abcdef"], 14, 2)).toBe("name    size\n──────  ────\nabcdef     6");
  expect(fittingTable(COLUMNS, ["a"], 40, 2)).toBe("name  words  size\n────  ─────  ────\na     aa        1");
});
