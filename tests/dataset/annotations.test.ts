/** Tests which annotations are taken, and where each problem is said to be. */

import { expect, test } from "bun:test";
import { type Problem, UserError } from "../../core/base/problem.ts";
import { parseAnnotations, readAnnotations } from "../../core/dataset/annotations.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const FILE = "data/annotations.jsonl";
const line = (fields: object) =>
  JSON.stringify({ file_name: "a.xlsx", sheet_name: "Sheet1", table_regions: ["A1:B2"], ...fields });

function problemsOf(text: string): readonly Problem[] {
  try {
    parseAnnotations(text, FILE);
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
  return [];
}

test("parseAnnotations() refuses a second spelling of a workbook, which could fall into another split", () => {
  const second = line({ file_name: "./deep//a.xlsx", sheet_name: "Other" });
  const [problem, ...others] = problemsOf([line({ file_name: "deep/a.xlsx" }), second].join("\n"));
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ line: 2, expected: expect.stringContaining("on line 1") });
  expect(problemsOf(second)).toEqual([]);
});

test("parseAnnotations() reads files, sheets, split codes and regions, corners in any order", () => {
  const text = [
    line({
      file_path: "files",
      split_code: "testing_set",
      table_regions: ["F20:A1", "$B$3:c4", "D5"],
      source: "x",
      label_origin: "manual",
      confidence: 7,
    }),
    "",
    line({ sheet_name: " Sheet 2 ", table_regions: [] }),
  ].join("\r\n");
  expect(parseAnnotations(`\ufeff${text}\n`, FILE)).toEqual([
    {
      line: 1,
      fileName: "a.xlsx",
      sheetName: "Sheet1",
      splitCode: "testing_set",
      origin: "manual",
      confidence: null,
      source: "x",
      isSkipped: false,
      isUnseen: false,
      regions: [
        { top: 1, left: 1, bottom: 20, right: 6 },
        { top: 3, left: 2, bottom: 4, right: 3 },
        { top: 5, left: 4, bottom: 5, right: 4 },
      ],
    },
    {
      line: 3,
      fileName: "a.xlsx",
      sheetName: " Sheet 2 ",
      splitCode: null,
      origin: null,
      confidence: null,
      source: null,
      isSkipped: false,
      isUnseen: false,
      regions: [],
    },
  ]);
});

const malformed: [why: string, text: string, expected: Partial<Problem>][] = [
  ["a line that is no JSON", "{oops", { message: "Cannot read the line as a JSON object", got: "{oops" }],
  ["a line that is a list", '["a.xlsx"]', { message: "Cannot read the line as a JSON object" }],
  [
    "a line without file_name",
    line({ file_name: undefined }),
    { message: "Cannot use file_name", got: "nothing" },
  ],
  ["an empty sheet_name", line({ sheet_name: "" }), { message: "Cannot use sheet_name", got: '""' }],
  [
    "a path out of the folder",
    line({ file_name: "../a.xlsx" }),
    { message: "Cannot use file_name", got: '"../a.xlsx"' },
  ],
  ["an absolute path", line({ file_name: "/etc/a.xlsx" }), { message: "Cannot use file_name" }],
  ["a Windows drive", line({ file_name: "C:a.xlsx" }), { message: "Cannot use file_name" }],
  [
    "no regions at all",
    line({ table_regions: undefined }),
    { message: "Cannot use table_regions", got: "nothing" },
  ],
  [
    "a region that is none",
    line({ table_regions: ["A1:B2", "A0:B2"] }),
    { message: "Cannot use table_regions", got: '"A0:B2"' },
  ],
  [
    "a region beyond XFD",
    line({ table_regions: ["A1:XFE9"] }),
    { message: "Cannot use table_regions", got: '"A1:XFE9"' },
  ],
  [
    "a region that is a number",
    line({ table_regions: [5] }),
    { message: "Cannot use table_regions", got: "5" },
  ],
  [
    "a table named twice",
    line({ table_regions: ["A1:B2", "B2:A1"] }),
    { message: "Cannot use table_regions", expected: "each table once" },
  ],
  ["a split code that is a number", line({ split_code: 1 }), { message: "Cannot use split_code", got: "1" }],
];

for (const [why, text, expected] of malformed) {
  test(`parseAnnotations() tells file and line of ${why}`, () => {
    const problems = problemsOf(`${line({ file_name: "other.xlsx" })}\n${text}\n`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ file: FILE, line: 2, ...expected });
    expect(problems[0]!.expected).toBeString();
  });
}

test("parseAnnotations() tells all problems of all lines at once", () => {
  const problems = problemsOf(
    `${line({ file_name: 1, table_regions: ["A1", "x"] })}\n{\n${line({})}\n${line({})}\n`,
  );
  expect(problems.map((problem) => [problem.line, problem.message])).toEqual([
    [1, "Cannot use file_name"],
    [1, "Cannot use table_regions"],
    [2, "Cannot read the line as a JSON object"],
    [4, "Cannot use a second line about the same sheet"],
  ]);
  expect(problems[3]!.got).toBe('a.xlsx, sheet "Sheet1", as on line 3');
});

test("parseAnnotations() shows fifty problems of many and counts the rest", () => {
  const problems = problemsOf("{\n".repeat(120));
  expect(problems).toHaveLength(51);
  expect(problems.at(-1)!.message).toBe("… and 70 more problems");
});

test("parseAnnotations() refuses a file without any line", () => {
  expect(problemsOf("\n \n")[0]).toMatchObject({
    file: FILE,
    message: "Cannot use annotations without any line",
  });
});

test("readAnnotations() names a file that it cannot read", () => {
  using folder = temporaryFolder("annotations");
  expect(() => readAnnotations(folder.path)).toThrow(`${folder.path}  Cannot read the annotations`);
});
