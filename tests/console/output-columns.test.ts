/** Tests how long a line of output may be. */

import { expect, test } from "bun:test";
import { outputColumns } from "../../core/console/output-columns.ts";
import { runCommand } from "../support/run-command.ts";

test("outputColumns() is the terminal's width, and that of COLUMNS or 80 in a pipe", () => {
  expect(outputColumns({ columns: 60 }, { COLUMNS: "100" })).toBe(60);
  expect(outputColumns({}, { COLUMNS: "100" })).toBe(100);
  expect(outputColumns({}, {})).toBe(80);
  for (const COLUMNS of ["", "wide", "-3", "1e3"]) expect(outputColumns({}, { COLUMNS })).toBe(80);
  expect(outputColumns({}, { COLUMNS: "5" })).toBe(40);
});

test("the help of a command in a pipe is as wide as COLUMNS says", async () => {
  const env = { COLUMNS: "60" };
  for (const [script, ...args] of [
    ["core/commands/help.ts"],
    ["core/commands/predict.ts", "--help"],
    ["bench/main.ts", "--help"],
  ] as const) {
    const { code, stdout } = await runCommand(script, args, { env });
    expect(code).toBe(0);
    // Only what cannot be broken is longer.
    expect(stdout.split("\n").filter((line) => line.length > 60 && line.trim().includes(" "))).toEqual([]);
    expect(stdout.split("\n").some((line) => line.length > 50)).toBe(true);
  }
});
