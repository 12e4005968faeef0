/** Tests what is said about files that cannot be opened. */

import { expect, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { ByteSource } from "../../core/excel/byte-source.ts";
import { WorkbookError } from "../../core/excel/workbook-error.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The reason and the advice. */
function refusal(path: string): [string, string | undefined] {
  try {
    ByteSource.open(path).close();
  } catch (error) {
    if (error instanceof WorkbookError) return [error.reason, error.problems[0]!.fix];
  }
  throw new Error(`${path} was opened`);
}

test("a missing file is answered with the nearest workbook, a link to one with what it is", () => {
  using folder = temporaryFolder("byte-source");
  const there = folder.write("budget.xlsx", "");
  expect(refusal(folder.join("budgte.xlsx"))).toEqual([
    "there is no such file",
    `the nearest workbook: ${there}`,
  ]);
  if (process.platform === "win32") return;
  symlinkSync("gone.xlsx", folder.join("link.xlsx"));
  expect(refusal(folder.join("link.xlsx"))).toEqual(["it is a link to a file that is not there", undefined]);
  expect(refusal(folder.path)[0]).toContain("it is a folder");
});
