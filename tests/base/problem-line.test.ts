/** Tests problems in one line. */

import { expect, test } from "bun:test";
import { problemLine, problemsLine } from "../../core/base/problem-line.ts";

const problem = { file: "a.xlsx", where: "xl/workbook.xml", message: "Cannot read it", got: "nothing" };

test("problemLine() has the message, the place and what was found, without the file", () => {
  expect(problemLine(problem)).toBe("Cannot read it (xl/workbook.xml): nothing");
  expect(problemLine({ message: "Cannot read it", fix: "save it anew" })).toBe("Cannot read it");
});

test("problemLine() names what was expected where that is asked for", () => {
  const withExpected = { ...problem, expected: "a part" };
  expect(problemLine(withExpected)).toBe("Cannot read it (xl/workbook.xml): nothing");
  expect(problemLine(withExpected, { withExpected: true })).toBe(
    "Cannot read it (xl/workbook.xml): expected a part, got nothing",
  );
  expect(problemLine({ message: "No", expected: "a part" }, { withExpected: true })).toBe(
    "No: expected a part",
  );
  expect(problemLine(problem, { withExpected: true })).toBe("Cannot read it (xl/workbook.xml): nothing");
});

test("problemLine() is one line whatever was found, and leaves blanks in names alone", () => {
  expect(problemLine({ message: "Failed", got: "Error: no\n    at read (a  b.ts)\r\n    at run" })).toBe(
    "Failed: Error: no at read (a  b.ts) at run",
  );
});

test("problemsLine() joins several problems", () => {
  expect(problemsLine([problem, { message: "No" }])).toBe("Cannot read it (xl/workbook.xml): nothing; No");
  expect(problemsLine([])).toBe("");
});
