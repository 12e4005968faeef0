/** A small dataset with answers known by hand, and `core/commands/evaluate.ts` run on it as users do. */

import { parseRange } from "../../core/base/range.ts";
import type { CellLayout, SheetLayout } from "../../core/excel/write/workbook-layout.ts";
import { label, writeDataset } from "../support/dataset-folder.ts";
import { type Command, type CommandResult, endOf, startCommand } from "../support/run-command.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

/** In every cell: what a page without `--texts` must not hold. */
export const SECRET = "Kx7 secret";

/** @param objects The ranges that are Excel table objects, too. */
function sheet(name: string, tables: readonly string[], objects: readonly string[] = []): SheetLayout {
  const cells = tables.flatMap((text): CellLayout[] => {
    const { top, left, bottom, right } = parseRange(text)!;
    const width = right - left + 1;
    return Array.from({ length: (bottom - top + 1) * width }, (_, at) => {
      const [row, column] = [top + Math.floor(at / width), left + (at % width)];
      return { row, column, value: row === top ? `${SECRET} ${column}` : row * column };
    });
  });
  return {
    name,
    cells: cells.sort((a, b) => a.row - b.row || a.column - b.column),
    excelTables: objects.map((text, index) => {
      const range = parseRange(text)!;
      const columns = Array.from(
        { length: range.right - range.left + 1 },
        (_, c) => `${SECRET} ${range.left + c}`,
      );
      return { name: `T_${name}_${index}`, range, columns };
    }),
  };
}

/**
 * A root with the dataset `known`. Its test split: a sheet with two tables of which one is an Excel table;
 * one whose Excel table is the label but for a row; an empty one that is left out; a workbook that is broken.
 * It is there until the tests around the call are over.
 */
export function writeKnownDataset(): string {
  const root = sharedFolder("known").path;
  writeDataset(
    root,
    "known",
    {
      "a.xlsx": [sheet("Two", ["B2:D6", "F2:H9"], ["B2:D6"]), sheet("Row", ["A1:C10"], ["A1:C10"])],
      "broken.xlsx": Buffer.from("broken"),
      "train.xlsx": [sheet("Other", ["A1:B4"])],
    },
    [
      { ...label("a.xlsx", "Two", ["B2:D6", "F2:H9"], "testing_set"), label_origin: "manual" },
      { ...label("a.xlsx", "Row", ["A1:C9"], "testing_set"), label_origin: "excel" },
      label("broken.xlsx", "Sheet1", ["A1:B2"], "testing_set"),
      label("train.xlsx", "Other", ["A1:B4"], "training_set"),
    ],
  );
  return root;
}

export function startEvaluate(args: readonly string[], env: Readonly<Record<string, string>> = {}): Command {
  return startCommand("core/commands/evaluate.ts", args, { env });
}

export function runEvaluate(...args: readonly string[]): Promise<CommandResult> {
  return endOf(startEvaluate(args));
}
