/** Tests a file of lines on a disk that takes them, that takes nothing, and that takes them again. */

import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { LineFile } from "../../../plugins/history/line-file.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("a line is in the file when append() returns, behind what was there", () => {
  using folder = temporaryFolder("lines");
  const path = folder.write("lines", "before\n");
  const file = new LineFile(path, (problem) => expect(problem).toBe("none"));
  file.append("first\n");
  expect(readFileSync(path, "utf8")).toBe("before\nfirst\n");
  file.append("second\n");
  file.close();
  expect(readFileSync(path, "utf8")).toBe("before\nfirst\nsecond\n");
});

test("lines wait in memory while the disk takes none, and are written when it does; one warning", () => {
  using folder = temporaryFolder("lines");
  const path = folder.join("later", "lines");
  const problems: string[] = [];
  const file = new LineFile(path, (problem) => void problems.push(problem));
  const lines = Array.from({ length: 200 }, (_, index) => `line ${index}\n`);
  for (const line of lines.slice(0, 60)) file.append(line);
  mkdirSync(dirname(path));
  for (const line of lines.slice(60)) file.append(line);
  file.close();
  expect(readFileSync(path, "utf8")).toBe(lines.join(""));
  expect(problems).toEqual([expect.stringContaining("takes no lines: ENOENT")]);
});

test("lines that wait are written when the file is closed, if the disk takes them by then", () => {
  using folder = temporaryFolder("lines");
  const path = folder.join("later", "lines");
  const problems: string[] = [];
  const file = new LineFile(path, (problem) => void problems.push(problem));
  for (const line of ["a\n", "b\n"]) file.append(line);
  mkdirSync(dirname(path));
  file.close();
  expect(readFileSync(path, "utf8")).toBe("a\nb\n");
  expect(problems).toHaveLength(1);
});

test("too many lines that wait are given up with a second warning, and nothing is thrown", () => {
  using folder = temporaryFolder("lines");
  const problems: string[] = [];
  const file = new LineFile(folder.join("nowhere", "lines"), (problem) => void problems.push(problem));
  for (let each = 0; each < 60; each++) file.append(`${"x".repeat(2 ** 20)}\n`);
  file.close();
  expect(problems).toHaveLength(2);
  expect(problems[1]).toContain("the rest of the run is missing there");
});

test.skipIf(!existsSync("/dev/full"))(
  "a full disk is named once, with what is lost at the end, and nothing is thrown",
  () => {
    using folder = temporaryFolder("lines");
    symlinkSync("/dev/full", folder.join("lines"));
    const problems: string[] = [];
    const file = new LineFile(folder.join("lines"), (problem) => void problems.push(problem));
    for (let each = 0; each < 200; each++) file.append("line\n");
    file.close();
    expect(problems).toEqual([
      expect.stringContaining("takes no lines: ENOSPC"),
      expect.stringContaining("has not taken the last lines: they are missing there"),
    ]);
    file.close();
    expect(problems).toHaveLength(2);
  },
);
