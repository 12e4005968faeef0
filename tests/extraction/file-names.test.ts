/** Tests the names of folders and files of extracted tables. */

import { expect, test } from "bun:test";
import { TableNames, workbookFolders } from "../../core/extraction/file-names.ts";
import { range } from "./table-sheet.ts";

test("workbookFolders() gives each workbook a folder of its own, also where upper and lower case are one", () => {
  expect(workbookFolders(["a.xlsx", "A.xlsm", "deep/a.xlsx", "a.csv", "no ending"])).toEqual([
    "a",
    "A-2",
    "deep/a",
    "a-3",
    "no ending",
  ]);
});

test("workbookFolders() leaves the name of the index to the index", () => {
  expect(workbookFolders(["index.csv.xlsx", "Index.csv.xlsm"])).toEqual(["index.csv-2", "Index.csv-3"]);
});

test("workbookFolders() gives no workbook the folder of all, or one above it", () => {
  expect(workbookFolders(["..", ".", ".."])).toEqual(["..-2", ".-2", "..-3"]);
});

test("TableNames names a file by its sheet and range, without what a system forbids, and each differently", () => {
  const names = new TableNames();
  expect(names.add("2026", range("B3:F20"), ".csv")).toBe("2026_B3-F20.csv");
  expect(names.add("a/b:c", range("A1:B2"), ".csv")).toBe("a_b_c_A1-B2.csv");
  expect(names.add("a|b?c", range("A1:B2"), ".csv")).toBe("a_b_c_A1-B2-2.csv");
  expect(names.add("..", range("A1:B2"), ".csv")).toBe(".._A1-B2.csv");
});

test("TableNames shortens long names by bytes, between characters", () => {
  const name = new TableNames().add("名".repeat(200), range("A1:B2"), ".parquet");
  expect(name).toBe(`${"名".repeat(40)}_A1-B2.parquet`);
});
