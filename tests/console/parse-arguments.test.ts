/** Tests how a command line is parsed. */

import { expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import { UserError } from "../../core/base/problem.ts";
import { parseArguments } from "../../core/console/parse-arguments.ts";

const ARGUMENTS = {
  book: { type: "positional", required: true, description: "A workbook" },
  sheet: { type: "positional", required: false, description: "One of its sheets" },
  mode: { type: "enum", options: ["model", "excel"], default: "model" },
  output: { type: "string", valueHint: "file", description: "Write to this file" },
  "dry-run": { type: "boolean" },
} as const satisfies ArgsDef;

function parse(...args: string[]) {
  return parseArguments("bun run look", ARGUMENTS, args);
}

/** The problems of arguments that are refused with exit code 2. */
function problems(...args: string[]) {
  try {
    parse(...args);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).exitCode).toBe(2);
    return (error as UserError).problems;
  }
  throw new Error(`${args.join(" ")} was taken`);
}

test("parseArguments() gives positionals, options in both forms, and defaults", () => {
  expect({ ...parse("a.xlsx", "--output", "-", "--dry-run") }).toMatchObject({
    book: "a.xlsx",
    mode: "model",
    output: "-",
    "dry-run": true,
  });
  expect({ ...parse("--mode=excel", "a.xlsx", "Sheet 1", "--no-dry-run") }).toMatchObject({
    book: "a.xlsx",
    sheet: "Sheet 1",
    mode: "excel",
    "dry-run": false,
  });
});

test("parseArguments() takes everything after -- as it is", () => {
  expect(parse("--", "--odd.xlsx").book).toBe("--odd.xlsx");
});

test("parseArguments() refuses an option that is not known, with the nearest one and its value", () => {
  expect(problems("a.xlsx", "--ouput=my file.json")).toEqual([
    {
      where: "command line",
      message: "Cannot use --ouput",
      expected: "an option of bun run look: --mode, --output, --dry-run",
      got: "--ouput=my file.json",
      fix: '"--output=my file.json"',
    },
  ]);
  expect(problems("a.xlsx", "-x")).toMatchObject([{ message: "Cannot use -x", got: "-x" }]);
});

test("parseArguments() refuses values that are none, or no choice", () => {
  expect(problems("a.xlsx", "--mode", "exel")).toMatchObject([
    { message: "Cannot use --mode", expected: "one of model, excel", got: "exel", fix: "--mode=excel" },
  ]);
  const lacking = {
    message: "Cannot use --output",
    expected: "--output=<file>: Write to this file",
    got: "no value",
  };
  expect(problems("a.xlsx", "--output")).toMatchObject([lacking]);
  expect(problems("a.xlsx", "--output", "--dry-run")).toMatchObject([lacking]);
  expect(problems("a.xlsx", "--output=")).toMatchObject([lacking]);
  expect(problems("a.xlsx", "--dry-run=maybe")).toMatchObject([{ expected: "no value", got: "maybe" }]);
});

test("parseArguments() refuses arguments too few and too many, and shows a name with blanks in quotes", () => {
  expect(problems()).toMatchObject([
    { message: "Cannot start bun run look without BOOK", expected: "BOOK: A workbook", got: "nothing" },
  ]);
  expect(problems("a.xlsx", "Sheet", "1")).toMatchObject([
    {
      expected: "BOOK and SHEET, and no other argument",
      got: "a.xlsx and Sheet and 1",
      fix: 'one of them; or in quotes, if it is one name: "Sheet 1"',
    },
  ]);
});

test("parseArguments() reports everything that is wrong at once", () => {
  expect(problems("--mdoe=excel", "--output", "--dry-run=2").map(({ message }) => message)).toEqual([
    "Cannot use --mdoe",
    "Cannot use --output",
    "Cannot use --dry-run",
    "Cannot start bun run look without BOOK",
  ]);
});

test("parseArguments() names the threshold as the command does, whatever has similar letters", () => {
  const value = { type: "string" } as const;
  const evaluate = { thresholds: { type: "boolean" }, "score-threshold": value } as const;
  expect(() => parseArguments("evaluate", evaluate, ["--threshold=0.2"])).toThrow("--score-threshold=0.2");
  const predict = { threshold: value } as const;
  expect(() => parseArguments("predict", predict, ["--score-threshold=0.2"])).toThrow(
    "fix       --threshold=0.2",
  );
});
