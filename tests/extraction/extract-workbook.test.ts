/** Tests the files of a workbook's tables and the folder that they appear in. */

import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { extractWorkbook } from "../../core/extraction/extract-workbook.ts";
import { ExtractionFolder, extractionPlace } from "../../core/extraction/extraction-folder.ts";
import { ExtractionWriteError } from "../../core/extraction/write-error.ts";
import { folderContents } from "../support/dataset-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { range, sheetLayout } from "./table-sheet.ts";

const BYTES = encodeWorkbook({
  sheets: [
    sheetLayout([["empty"]], { name: "First" }),
    sheetLayout(
      [
        ["a", "b"],
        [1, 2],
      ],
      { name: "Second" },
    ),
  ],
});
const BOOK = { name: "book.xlsx", bytes: BYTES };
const SECOND = { sheet: "Second", tables: [{ range: range("A1:B2"), score: 0.87654321 }] };
const FOUND = [{ sheet: "First", tables: [] }, SECOND];

test("extractWorkbook() writes a file per table and says what is in it", async () => {
  using folder = temporaryFolder("extract");
  const written = await extractWorkbook(BOOK, FOUND, folder.join("book"));
  expect(written).toEqual([
    {
      workbook: "book.xlsx",
      sheet: "Second",
      range: range("A1:B2"),
      score: 0.8765,
      headerRows: 1,
      headerColumns: 0,
      file: "Second_A1-B2.csv",
    },
  ]);
  expect(folderContents(folder.path)).toEqual({ "book/Second_A1-B2.csv": "a,b\r\n1,2\r\n" });
});

test("extractWorkbook() finds a sheet by its name where others were not looked at", async () => {
  using folder = temporaryFolder("extract");
  const written = await extractWorkbook(BOOK, [SECOND], folder.join("book"));
  expect(written.map(({ file }) => file)).toEqual(["Second_A1-B2.csv"]);
  expect(folderContents(folder.path)).toEqual({ "book/Second_A1-B2.csv": "a,b\r\n1,2\r\n" });
});

test("extractWorkbook() makes no folder for a workbook without tables", async () => {
  using folder = temporaryFolder("extract");
  expect(await extractWorkbook(BOOK, [{ sheet: "First", tables: [] }], folder.join("book"))).toEqual([]);
  expect(readdirSync(folder.path)).toEqual([]);
});

test("extractWorkbook() removes the workbook's folder if anything fails, and tells what", async () => {
  using folder = temporaryFolder("extract");
  const missing = [...FOUND, { ...SECOND, sheet: "Third" }];
  await expect(extractWorkbook(BOOK, missing, folder.join("book"))).rejects.toThrow();
  expect(readdirSync(folder.path)).toEqual([]);
  folder.write("file", "");
  const refused = extractWorkbook(BOOK, FOUND, folder.join("file", "book"));
  await expect(refused).rejects.toBeInstanceOf(ExtractionWriteError);
});

test("ExtractionFolder appears when it is committed, with its index, and not before", async () => {
  using folder = temporaryFolder("extract");
  const target = folder.join("tables");
  {
    using tables = new ExtractionFolder(target);
    tables.add("a, b", await extractWorkbook(BOOK, FOUND, `${tables.path}/a, b`));
    expect(existsSync(target)).toBe(false);
    tables.commit();
    expect(tables.tables).toBe(1);
  }
  expect(readdirSync(folder.path)).toEqual(["tables"]);
  expect(readFileSync(`${target}/index.csv`, "utf8")).toBe(
    "workbook,sheet,range,score,header_rows,header_columns,rows,columns,file\r\n" +
      'book.xlsx,Second,A1:B2,0.8765,1,0,2,2,"a, b/Second_A1-B2.csv"\r\n',
  );
});

test("ExtractionFolder fills an empty folder that is there, which a shell may be in, and leaves it empty if it fails", async () => {
  using folder = temporaryFolder("extract");
  const target = folder.join("tables");
  mkdirSync(target);
  const { ino } = statSync(target);
  for (const isCommitted of [false, true]) {
    using tables = new ExtractionFolder(extractionPlace(target));
    tables.add("book", await extractWorkbook(BOOK, FOUND, `${tables.path}/book`));
    expect(() => extractionPlace(target)).toThrow("a folder with something in it"); // one at a time
    if (isCommitted) tables.commit();
    tables[Symbol.dispose]();
    expect(readdirSync(target).sort()).toEqual(isCommitted ? ["book", "index.csv"] : []);
  }
  expect([readdirSync(folder.path), statSync(target).ino]).toEqual([["tables"], ino]);
});

test("ExtractionFolder leaves nothing behind if it is not committed", async () => {
  using folder = temporaryFolder("extract");
  {
    using tables = new ExtractionFolder(folder.join("tables"));
    await extractWorkbook(BOOK, FOUND, `${tables.path}/book`);
  }
  expect(readdirSync(folder.path)).toEqual([]);
});

test("extractionPlace() takes a new or empty folder, follows links, and refuses everything else", () => {
  using folder = temporaryFolder("extract");
  expect(extractionPlace(folder.join("new"))).toBe(folder.join("new"));
  mkdirSync(folder.join("empty"));
  symlinkSync(folder.join("empty"), folder.join("link"));
  expect(extractionPlace(folder.join("link"))).toBe(extractionPlace(folder.join("empty")));
  folder.write("full/notes.txt", "");
  expect(() => extractionPlace(folder.join("full"))).toThrow("a folder with something in it");
  expect(() => extractionPlace(folder.join("full", "notes.txt"))).toThrow("a file");
});
