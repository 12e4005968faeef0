/** Tests how the help of a command is laid out. */

import { expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import { helpColumns, usageText } from "../../core/console/usage.ts";

const ARGUMENTS = {
  workbook: { type: "positional", required: true, description: "A workbook of any size, from any program" },
  sheets: { type: "positional", required: false, valueHint: "sheet…", description: "Some of its sheets" },
  mode: { type: "enum", options: ["model", "excel"], default: "model", description: "What predicts" },
  output: { type: "string", valueHint: "file", description: "Write to this file instead of the console" },
  json: { type: "boolean", description: "Print one JSON document" },
} as const satisfies ArgsDef;

const FACTS = { name: "bun run look", description: "Look at the sheets of a workbook", subCommands: [] };

test("usageText() aligns and wraps arguments and options", () => {
  expect(usageText({ ...FACTS, args: ARGUMENTS }, 60, false)).toBe(
    `Look at the sheets of a workbook

USAGE bun run look [OPTIONS] <WORKBOOK> [sheet…]

ARGUMENTS

  WORKBOOK  A workbook of any size, from any program
            (required)
  sheet…    Some of its sheets

OPTIONS

  --mode=<model|excel>  What predicts (default: model)
  --output=<file>       Write to this file instead of the
                        console
  --json                Print one JSON document`,
  );
});

test("usageText() lists subcommands with a line each, and says how to see their options", () => {
  const subCommands = [
    ["one", "The first"],
    ["two", "The second"],
  ] as const;
  expect(usageText({ ...FACTS, args: {}, subCommands }, 40, false)).toBe(
    `Look at the sheets of a workbook

USAGE bun run look <command>

COMMANDS

  one  The first
  two  The second

bun run look <command> --help shows the
options of a command.`,
  );
});

test("usageText() shows a subcommand that may be left out in brackets", () => {
  const subCommands = [["one", "The first"]] as const;
  const text = usageText({ ...FACTS, args: {}, subCommands, isCommandOptional: true }, 60, false);
  expect(text).toContain("USAGE bun run look [command]\n");
});

test("usageText() makes headings bold on terminals alone", () => {
  const plain = usageText({ ...FACTS, args: ARGUMENTS }, 80, false);
  const bold = usageText({ ...FACTS, args: ARGUMENTS }, 80, true);
  expect(bold).toContain("\u001b[1mOPTIONS\u001b[22m");
  expect(Bun.stripANSI(bold)).toBe(plain);
});

test("helpColumns() is the terminal's width up to what is easy to read, and 80 in a pipe", () => {
  expect([helpColumns({ columns: 60 }), helpColumns({ columns: 300 }), helpColumns({})]).toEqual([
    60, 110, 80,
  ]);
});
