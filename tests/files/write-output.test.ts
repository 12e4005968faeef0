/** Tests that all of an output is written. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { UserError } from "../../core/base/problem.ts";
import { writeOutput } from "../../core/files/write-output.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const WORDING = { message: "Cannot write the page", fix: "--html another file" };

test("writeOutput() joins the pieces, and makes the folder", () => {
  using folder = temporaryFolder("output");
  const path = folder.join("deep", "page.html");
  writeOutput({ kind: "file", named: path, path }, ["a", "ä", "c"], WORDING);
  expect(readFileSync(path, "utf8")).toBe("aäc");
});

test("writeOutput() names the file, the reason and the option that helps", () => {
  using folder = temporaryFolder("output");
  const file = folder.write("file", "");
  const path = join(file, "page.html");
  let problem: unknown;
  try {
    writeOutput({ kind: "file", named: path, path }, [], WORDING);
  } catch (error) {
    problem = (error as UserError).problems[0];
  }
  expect(problem).toMatchObject({ file: path, got: expect.stringMatching(/EEXIST|ENOTDIR/), ...WORDING });
});
