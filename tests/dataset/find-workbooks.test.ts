/** Tests which files of a folder count as workbooks. */

import { expect, test } from "bun:test";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { findWorkbooks } from "../../core/dataset/find-workbooks.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { annotateWorkbook } from "../../core/prediction/annotate/annotate-workbook.ts";
import { filledSheet } from "../support/dataset-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("findWorkbooks() leaves out hidden files, lock files, copies with drawn ranges, and links to folders", async () => {
  using folder = temporaryFolder("find-workbooks");
  const book = encodeWorkbook({ sheets: [filledSheet("Data", 3, 3)] });
  for (const name of ["a.xlsx", "deep/b.csv", ".hidden.xlsx", ".hidden/c.xlsx", "~$a.xlsx", "notes.txt"]) {
    folder.write(name, book);
  }
  symlinkSync(folder.path, folder.join("again"));
  await annotateWorkbook(folder.join("a.xlsx"), folder.join("drawn.xlsx"), []);
  expect(findWorkbooks(folder.path)).toEqual(["a.xlsx", "deep/b.csv"]);
  expect(findWorkbooks(folder.path, { drawn: true })).toEqual(["a.xlsx", "deep/b.csv", "drawn.xlsx"]);
  writeFileSync(folder.join("drawn.xlsx"), readFileSync(folder.join("a.xlsx"))); // saved by somebody
  expect(findWorkbooks(folder.path)).toContain("drawn.xlsx");
  expect(findWorkbooks(folder.join("absent"))).toEqual([]);
});
