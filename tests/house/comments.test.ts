/** Holds the form of comments that the formatter leaves alone. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { commentLines } from "../support/source-comments.ts";
import { projectFiles } from "../support/source-imports.ts";

/** Characters; the formatter's own limit for code. */
const COLUMNS = 110;
/** What has to stand on one line: addresses, and the reasons that the linter reads. */
const UNBREAKABLE = /https?:\/\/\S{40,}|biome-ignore|^\/\/ @generated/;

const SOURCES = projectFiles().filter((path) => /\.tsx?$/.test(path));

test("no comment line is longer than 110 columns", () => {
  let checked = 0;
  const long: string[] = [];
  for (const path of SOURCES) {
    for (const { number, comment, line } of commentLines(readFileSync(join(PROJECT_ROOT, path), "utf8"))) {
      checked++;
      const columns = [...line].length;
      if (columns > COLUMNS && !UNBREAKABLE.test(comment)) long.push(`${path}:${number}: ${columns} columns`);
    }
  }
  expect(checked).toBeGreaterThan(4000);
  expect(long).toEqual([]);
});

test("commentLines() finds comments of every form, and none inside of strings, templates and expressions", () => {
  const source = [
    "/** One.",
    " * Two. */",
    'const a = "// no"; // three',
    "const b = `/* no */ // no`;",
    "const c = /\\/\\/ no[/*]/; /* four */",
    "const d = 6 / 2; // five / six",
    "const e = a.replace(/\"/g, '//');",
  ].join("\n");
  expect(commentLines(source).map(({ number, comment }) => `${number} ${comment}`)).toEqual([
    "1 /** One.",
    "2  * Two. */",
    "3 // three",
    "5 /* four */",
    "6 // five / six",
  ]);
});
