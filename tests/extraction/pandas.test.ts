/** Tests extracted tables with the programs that read them: pandas and pyarrow, compared with openpyxl. */

import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import type { Range } from "../../core/base/range.ts";
import { openWorkbook } from "../../core/excel/read-workbook.ts";
import type { SheetLayout } from "../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { extractWorkbook } from "../../core/extraction/extract-workbook.ts";
import { ExtractionFolder } from "../../core/extraction/extraction-folder.ts";
import { TABLE_FORMATS } from "../../core/extraction/table-format.ts";
import { skipped } from "../support/skipped.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { formatted, range, sheetLayout } from "./table-sheet.ts";

interface ReadBack {
  readonly workbooks: number;
  readonly tables: number;
  readonly cells: number;
  readonly merged: number;
  readonly differences: readonly string[];
}

const REAL = join(import.meta.dir, "../../../shared/data/real");

/** A Python with pandas, pyarrow and openpyxl; null, with a notice, if there is none. */
function findPandas(): string | null {
  for (const python of [process.env.PANDAS_PYTHON, "python3"].filter((path) => path !== undefined)) {
    if (spawnSync(python, ["-c", "import pandas, pyarrow, openpyxl"]).status === 0) return python;
  }
  skipped("extracted tables in pandas", "no Python with pandas, pyarrow, openpyxl; PANDAS_PYTHON names one");
  return null;
}

const python = findPandas();

/** A workbook with the ranges of its tables, by sheet. */
interface Book {
  readonly path: string;
  readonly ranges: ReadonlyMap<string, readonly Range[]>;
}

/** Extracts the tables in every form and reads them back. */
async function readBack(books: readonly Book[]): Promise<ReadBack> {
  using folder = temporaryFolder("pandas");
  const folders = TABLE_FORMATS.map((format) => folder.join(format));
  for (const [index, format] of TABLE_FORMATS.entries()) {
    using tables = new ExtractionFolder(folders[index]!);
    for (const { path, ranges } of books) {
      const workbook = await openWorkbook(path);
      workbook.close();
      const found = workbook.entries.map(({ name }) => ({
        sheet: name,
        tables: (ranges.get(name) ?? []).map((place) => ({ range: place, score: 1 })),
      }));
      const own = basename(path, extname(path));
      tables.add(own, await extractWorkbook(path, found, join(tables.path, own), { format }));
    }
    tables.commit();
  }
  const script = join(import.meta.dir, "read_back.py");
  const { stdout, stderr } = spawnSync(python!, [script, ...folders], { encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as ReadBack;
}

/** Every kind of value, merged cells in header and body, and names that come twice. */
function everyKind(): SheetLayout {
  const day = formatted(43831, "yyyy-mm-dd");
  const rows = [
    ["Group", "Group 2", null, "Day", "Moment", "Time", "Text", "Mixed"],
    ["a", 1, 1.5, day, formatted(43831.75, "m/d/yy h:mm"), formatted(0.5, "h:mm"), 'a "b", c', 1],
    [null, 2, { error: "#N/A" }, null, formatted(43832, "m/d/yy h:mm"), null, "x\ny", "two"],
    ["b", 3, 2.5, day, null, formatted(1.5, "[h]:mm:ss"), " | <b> \\ NaNs ", true],
  ] as const;
  const merges = [range("A2:A3"), range("B1:C1")];
  return sheetLayout(rows, { merges });
}

test.skipIf(python === null)("pandas and pyarrow read every kind of value as openpyxl does", async () => {
  using folder = temporaryFolder("pandas");
  const path = folder.write("made.xlsx", encodeWorkbook({ sheets: [everyKind()] }));
  const ranges = new Map([["Sheet1", ["A1:H4", "A1:C3", "B2:C4", "G1:G4"].map(range)]]);
  const result = await readBack([{ path, ranges }]);
  expect(result.differences).toEqual([]);
  expect(result).toMatchObject({ workbooks: 1, tables: 4, merged: 8 });
});

const isPossible = python !== null && existsSync(REAL);
if (python !== null && !isPossible) skipped("extracted tables of real workbooks", "no ../shared/data/real");

/** Small workbooks with their labelled tables. */
function labelledBooks(): Book[] {
  const books = new Map<string, Map<string, Range[]>>();
  for (const { file_name, sheet_name, table_regions } of readAnnotations()) {
    const path = join(REAL, "files", file_name);
    if (!/\.xls[xm]$/.test(path) || table_regions.length === 0 || statSync(path).size > 25_000) continue;
    const sheets = books.get(path) ?? new Map<string, Range[]>();
    books.set(path, sheets.set(sheet_name, table_regions.map(range)));
  }
  return [...books].map(([path, ranges]) => ({ path, ranges })).filter((_, index) => index % 2 === 0);
}

function readAnnotations(): { file_name: string; sheet_name: string; table_regions: string[] }[] {
  const text = readFileSync(join(REAL, "annotations", "annotations.jsonl"), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

test.skipIf(!isPossible)(
  "the tables of real workbooks have openpyxl's values in every form",
  async () => {
    const result = await readBack(labelledBooks());
    expect(result.differences).toEqual([]);
    expect(result.workbooks).toBeGreaterThan(50);
    expect(result.cells).toBeGreaterThan(10_000);
  },
  600_000,
);
