/** Tests which files count as workbooks. */

import { expect, test } from "bun:test";
import { isLockFile, workbookKind } from "../../core/excel/workbook-names.ts";

const KINDS = {
  package: ["a.xlsx", "a.XLSM", "a.b.xltx", "folder.ods/a.xltm"],
  text: ["a.csv", "A.TSV", ".csv"],
  converted: ["a.xls", "a.xlsb", "a.Ods"],
} as const;

for (const [kind, names] of Object.entries(KINDS)) {
  test(`${names.join(", ")} are workbooks of the kind ${kind}`, () => {
    for (const name of names) expect([name, workbookKind(name)]).toEqual([name, kind as keyof typeof KINDS]);
  });
}

test("other endings are no workbook's", () => {
  for (const name of ["a", "xlsx", "a.xlsx.zip", "a.xlsx/b", "a.xlsx\\b", "a.xlsx ", "a.xlam", ""]) {
    expect([name, workbookKind(name)]).toEqual([name, null]);
  }
});

test("isLockFile() knows Excel's lock files by the name alone", () => {
  expect(isLockFile("~$budget.xlsx")).toBe(true);
  expect(isLockFile("budget~$.xlsx")).toBe(false);
});
