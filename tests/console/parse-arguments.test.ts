/** Tests how a command line is parsed. */

import { expect, test } from "bun:test";
import type { ArgDef, ArgsDef } from "citty";
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
  return problemsOf(ARGUMENTS, ...args);
}

function problemsOf(definitions: ArgsDef, ...args: string[]) {
  try {
    parseArguments("bun run look", definitions, args);
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

test("parseArguments() takes the threshold under both of its names", () => {
  const definitions = { thresholds: { type: "boolean" }, threshold: { type: "string" } } as const;
  for (const args of [["--threshold=0.2"], ["--score-threshold=0.2"], ["--score-threshold", "0.2"]]) {
    expect(parseArguments("evaluate", definitions, args).threshold).toBe("0.2");
  }
  const without = () =>
    parseArguments("check", { json: { type: "boolean" } } as const, ["--score-threshold=1"]);
  expect(without).toThrow("Cannot use --score-threshold");
});

test("parseArguments() knows what the short options of other programs mean, where a command has it", () => {
  const value = { type: "string" } as const;
  const fixOf = (definitions: ArgsDef, argument: string) => problemsOf(definitions, argument)[0]?.fix;
  expect(fixOf({ overwrite: { type: "boolean" }, output: value }, "-o")).toBe("--output");
  expect(fixOf({ overwrite: { type: "boolean" }, html: value }, "-o")).toBe("--html");
  expect(fixOf({ json: { type: "boolean" } }, "-j")).toBe("--json");
  expect(fixOf({ output: value }, "-x")).toBeUndefined();
});

test("parseArguments() knows arguments that are given as options, and values that are options", () => {
  const definitions = {
    datasets: { type: "positional", required: false },
    csv: { type: "boolean" },
  } as const;
  const fixOf = (...args: string[]) => problemsOf(definitions, ...args)[0]?.fix;
  expect(fixOf("--dataset=my sets")).toBe('bun run look "my sets"');
  expect(fixOf("--format=csv")).toBe("--csv");
  expect(fixOf("--format=xlsx")).toBeUndefined();
  const counted = { count: { type: "string" } } as const;
  expect(problemsOf(counted, "100")[0]?.fix).toBe("--count=100");
});

test("parseArguments() offers a choice that begins like the value, else the usual one", () => {
  const split: ArgDef = { type: "enum", options: ["all", "train", "validation"], default: "all" };
  expect(problemsOf({ split }, "--split=vali")[0]?.fix).toBe("--split=validation");
  expect(problemsOf({ split }, "--split=xyz")[0]?.fix).toBe("--split=all");
});
