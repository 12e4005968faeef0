/** Tests what is said about a file that was written. */

import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { writtenLine } from "../../core/files/written-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const temporary = temporaryFolder("written-line");
afterAll(() => temporary.remove());

test("writtenLine() says whether a file is replaced, and shortens paths in the working folder", () => {
  expect(writtenLine(temporary.join("new.xlsx"))).toBe(`wrote ${temporary.join("new.xlsx")}`);
  expect(writtenLine(temporary.write("old.xlsx", ""))).toBe(`replaced ${temporary.join("old.xlsx")}`);
  expect(writtenLine(join(process.cwd(), "new", "page.html"))).toBe(`wrote ${join("new", "page.html")}`);
});

test("writtenLine() says continued of a file whose content stays", () => {
  const path = temporary.join("found.jsonl");
  expect(writtenLine(path, true)).toBe(`wrote ${path}`);
  expect(writtenLine(temporary.write("found.jsonl", "{}"), true)).toBe(`continued ${path}`);
});
