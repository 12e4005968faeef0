/** Tests rows of names and texts within a width. */

import { expect, test } from "bun:test";
import { labelledRows, wrapped } from "../../core/base/labelled-rows.ts";

test("labelledRows() aligns texts, wraps them below themselves, and gives a long name its own line", () => {
  const rows = [
    ["--json", "Print one JSON document"],
    ["--threads=<number>", "Threads that read workbooks"],
    ["--all", ""],
  ] as const;
  expect(labelledRows(rows, 30)).toEqual([
    "  --json  Print one JSON",
    "          document",
    "  --threads=<number>",
    "          Threads that read",
    "          workbooks",
    "  --all",
  ]);
  expect(labelledRows(rows, 80)).toEqual([
    "  --json              Print one JSON document",
    "  --threads=<number>  Threads that read workbooks",
    "  --all",
  ]);
});

test("wrapped() fills lines up to the width and breaks no word", () => {
  expect(wrapped("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrapped("a --long-option=<value> b", 6)).toEqual(["a", "--long-option=<value>", "b"]);
  expect(wrapped("", 6)).toEqual([""]);
});
