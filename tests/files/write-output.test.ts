import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { UserError } from "../../core/base/problem.ts";
import { writeOutput } from "../../core/files/write-output.ts";

const WORDING = { message: "Cannot write the page", fix: "--html another file" };

test("writeOutput() joins the pieces, and makes the folder", () => {
  const path = join(mkdtempSync(join(tmpdir(), "output-")), "deep", "page.html");
  writeOutput(path, ["a", "ä", "c"], WORDING);
  expect(readFileSync(path, "utf8")).toBe("aäc");
});

test("writeOutput() names the file, the reason and the option that helps", () => {
  const file = join(mkdtempSync(join(tmpdir(), "output-")), "file");
  writeFileSync(file, "");
  const path = join(file, "page.html");
  let problem: unknown;
  try {
    writeOutput(path, [], WORDING);
  } catch (error) {
    problem = (error as UserError).problems[0];
  }
  expect(problem).toMatchObject({ file: path, got: expect.stringMatching(/EEXIST|ENOTDIR/), ...WORDING });
});
