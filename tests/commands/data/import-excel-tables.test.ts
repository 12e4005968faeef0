/** Tests the command that makes labels of Excel's own tables. */

import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../core/base/problem.ts";
import { PROJECT_ROOT } from "../../../core/base/project-root.ts";
import { formatRange, parseRange } from "../../../core/base/range.ts";
import { annotationLine } from "../../../core/dataset/annotation-line.ts";
import { readAnnotations } from "../../../core/dataset/annotations.ts";
import { DatasetDraft } from "../../../core/dataset/import/dataset-draft.ts";
import { importExcelTables } from "../../../core/dataset/import/excel-tables.ts";
import type { CellLayout, SheetLayout } from "../../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../../core/excel/write/write-workbook.ts";
import { skipped } from "../../support/skipped.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { runData } from "./run-data.ts";

/**
 * A sheet with Excel tables at the given ranges, headers in their first rows, and data in the rows below up
 * to `dataRows`.
 */
function sheet(
  name: string,
  tables: readonly string[],
  { dataRows = 1000, beside = [] as CellLayout[] } = {},
): SheetLayout {
  const ranges = tables.map((text) => parseRange(text)!);
  const cells = ranges.flatMap(({ top, left, bottom, right }) => {
    const last = Math.min(bottom, top + dataRows);
    return Array.from({ length: (last - top + 1) * (right - left + 1) }, (_, at): CellLayout => {
      const row = top + Math.floor(at / (right - left + 1));
      const column = left + (at % (right - left + 1));
      return { row, column, value: row === top ? `Name ${column}` : row * column };
    });
  });
  return {
    name,
    cells: [...cells, ...beside].sort((a, b) => a.row - b.row || a.column - b.column),
    excelTables: ranges.map((range, index) => ({
      name: `T${name}${index}`,
      range,
      columns: Array.from({ length: range.right - range.left + 1 }, (_, c) => `Name ${range.left + c}`),
    })),
  };
}

function block(top: number, left: number): CellLayout[] {
  return [0, 1, 2].flatMap((row) =>
    [0, 1].map((column) => ({ row: top + row, column: left + column, value: 1 })),
  );
}

function writeBooks(folder: string): void {
  mkdirSync(join(folder, "deep"), { recursive: true });
  const title = [{ row: 1, column: 2, value: "A title" }];
  const sheets = [
    sheet("Plain", ["B3:D8"], { beside: title }),
    sheet("Two", ["F2:H5", "A2:C9"]),
    sheet("Beside", ["A1:C5"], { beside: block(10, 1) }),
    sheet("Far", ["A1:C100"], { dataRows: 10 }),
    sheet("Hollow", ["A1:C9"], { dataRows: 0 }),
    sheet("None", [], { beside: block(1, 1) }),
  ];
  writeFileSync(join(folder, "deep", "a.xlsx"), encodeWorkbook({ sheets }));
  writeFileSync(
    join(folder, "none.xlsx"),
    encodeWorkbook({ sheets: [sheet("None", [], { beside: block(1, 1) })] }),
  );
  writeFileSync(join(folder, "broken.xlsx"), "broken");
}

test("bun run data import excel-tables labels sheets with Excel's own tables, and reports doubtful labels", async () => {
  using folder = temporaryFolder("data-command");
  writeBooks(folder.join("books"));
  const { code, stdout } = await runData(folder.path, "import", "excel-tables", "books", "--data.root=root");
  expect(code).toBe(0);
  const dataset = folder.join("root", "books");
  const path = join(dataset, "annotations", "annotations.jsonl");
  expect(
    readAnnotations(path).map(({ fileName, sheetName, regions }) => [
      fileName,
      sheetName,
      regions.map(formatRange),
    ]),
  ).toEqual([
    ["deep/a.xlsx", "Plain", ["B3:D8"]],
    ["deep/a.xlsx", "Two", ["A2:C9", "F2:H5"]],
    ["deep/a.xlsx", "Beside", ["A1:C5"]],
  ]);
  expect(JSON.parse(readFileSync(path, "utf8").split("\n")[2]!)).toMatchObject({
    label_origin: "excel",
    unlabelled_blocks: ["A10:B12"],
  });
  expect(readdirSync(join(dataset, "files"), { recursive: true }).map(String).sort()).toEqual([
    "deep",
    join("deep", "a.xlsx"),
  ]);
  for (const text of [
    "books: 3 sheets of 1 workbook, 4 tables",
    'deep/a.xlsx, sheet "Beside": other cells that no table of Excel\'s covers, perhaps tables too: A10:B12',
    'deep/a.xlsx, sheet "Far": its table A1:C100 reaches far past its data, which ends in row 11',
    'deep/a.xlsx, sheet "Hollow": its table A1:C9 is empty below its header',
    "broken.xlsx: Cannot read the workbook",
    "2 sheets without a table of Excel's own, not taken",
  ]) {
    expect(stdout).toContain(text);
  }
});

test("bun run data import excel-tables --complete-only leaves out sheets with other blocks of cells", async () => {
  using folder = temporaryFolder("data-command");
  writeBooks(folder.join("books"));
  const args = [
    "import",
    "excel-tables",
    "books",
    "--data.root=root",
    "--name",
    "strict",
    "--complete-only",
    "--json",
  ];
  const { code, stdout } = await runData(folder.path, ...args);
  expect(code).toBe(0);
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ dataset: "strict", sheets: 2, tables: 3, doubtful: [] });
  expect(result.leftOut.map(({ where }: { where: string }) => where)).toContain(
    'deep/a.xlsx, sheet "Beside"',
  );
});

test.skipIf(process.platform !== "linux")(
  "bun run data import excel-tables takes workbooks whose names are not UTF-8",
  async () => {
    using folder = temporaryFolder("excel-tables");
    const name = Buffer.from("caf\xe9.xlsx", "latin1");
    const book = encodeWorkbook({ sheets: [sheet("Plain", ["A1:C5"])] });
    folder.write("books/plain.xlsx", book);
    writeFileSync(Buffer.concat([Buffer.from(folder.join("books/")), name]), book);
    const root = ["--data.root=root", "--json"];
    const made = await runData(folder.path, "import", "excel-tables", "books", ...root);
    expect(JSON.parse(made.stdout)).toMatchObject({ workbooks: 2, sheets: 2 });
    const names = readdirSync(folder.join("root", "books", "files"), { encoding: "buffer" });
    expect(names.map((each) => each.toString("latin1")).sort()).toEqual(["caf\xe9.xlsx", "plain.xlsx"]);
    const checked = await runData(folder.path, "check", ...root);
    expect(JSON.parse(checked.stdout)).toMatchObject({ errors: [], warnings: [] });
  },
);

test("DatasetDraft says why the dataset cannot be written", () => {
  using folder = temporaryFolder("excel-tables");
  const draft = new DatasetDraft(folder.join("root"), "mine", false);
  draft.write("a.xlsx", new Uint8Array(1));
  const inside = "a.xlsx/b.xlsx"; // a file stands where the folder would be
  for (const put of [
    () => draft.write(inside, new Uint8Array(1)),
    () => draft.copy(join(draft.files, "a.xlsx"), inside),
    () => draft.move(join(draft.files, "a.xlsx"), inside),
  ]) {
    expect(put).toThrow(UserError);
    expect(put).toThrow(/Cannot write the dataset\n(.|\n)*fix {7}name another folder/);
  }
  draft.discard();
});

test("DatasetDraft does not replace what somebody made or changed while it was written", () => {
  using folder = temporaryFolder("excel-tables");
  const [line, another] = ["A1:B2", "A1:B3"].map((range) =>
    annotationLine({
      fileName: "a.xlsx",
      sheetName: "S",
      splitCode: null,
      regions: [parseRange(range)!],
      more: { label_origin: "excel" },
    }),
  ) as [string, string];
  const [first, second] = [1, 2].map(() => new DatasetDraft(folder.path, "mine", false));
  first!.commit([line], "");
  const labels = first!.final.annotations;
  expect(() => second!.commit([another], "")).toThrow("there is a folder of that name");
  second!.discard();
  const replacing = new DatasetDraft(folder.path, "mine", true);
  writeFileSync(labels, another); // a person corrects the label meanwhile
  expect(() => replacing.commit([line], "")).toThrow("Cannot replace the dataset");
  replacing.discard();
  expect(readFileSync(labels, "utf8")).toBe(another);
  expect(readdirSync(folder.path)).toEqual(["mine"]);
});

test("bun run data import excel-tables refuses invalid names, and folders without workbooks", async () => {
  using folder = temporaryFolder("data-command");
  writeBooks(folder.join("books"));
  for (const [args, message] of [
    [["books", "--name", "a/b"], "a name that can be a folder's"],
    [
      ["books", "--name", ".books"],
      "no dot or blank first\n  got       .books\n  fix       --name another one",
    ],
    [["books", "--name", "synthetic"], "another name than that of the built-in dataset"],
    [["nowhere"], "no such folder"],
  ] as const) {
    const { code, stderr } = await runData(folder.path, "import", "excel-tables", ...args);
    expect([code, stderr.includes(message)]).toEqual([2, true]);
  }
  expect(existsSync(folder.join("training_data"))).toBe(false);
});

const REAL = join(PROJECT_ROOT, "..", "shared", "data", "real");
if (!existsSync(REAL)) skipped("import of the real workbooks' tables", "no ../shared/data/real");

test.skipIf(!existsSync(REAL))(
  "importExcelTables() finds the labels that were read off Excel's tables by hand",
  async () => {
    const lines = readFileSync(join(REAL, "annotations", "annotations.jsonl"), "utf8")
      .trim()
      .split("\n");
    const byHand = lines
      .map((line) => JSON.parse(line))
      .filter((line) => line.label_origin === "listobject" && line.split_code === "training_set");
    const workbooks = [...new Set(byHand.map((line) => line.file_name as string))];
    using root = temporaryFolder("datasets");
    const draft = new DatasetDraft(root.path, "real-tables", false);
    const options = { maxRows: 2000, maxCols: 200, completeOnly: false };
    const imported = await importExcelTables(join(REAL, "files"), workbooks, draft, options);
    draft.discard();
    const key = ({ file_name, sheet_name }: { file_name: string; sheet_name: string }) =>
      `${file_name}/${sheet_name}`;
    const found = new Map(
      imported.lines.map((line) => JSON.parse(line)).map((line) => [key(line), line.table_regions]),
    );
    const same = byHand.filter(
      (line) => found.get(key(line))?.toSorted().join() === line.table_regions.toSorted().join(),
    );
    expect(byHand.length).toBeGreaterThan(50);
    expect(same.length / byHand.length).toBeGreaterThan(0.9);
  },
);

test("bun run data import excel-tables --replace replaces an import alone, never labels that a person made", async () => {
  using folder = temporaryFolder("data-command");
  writeBooks(folder.join("books"));
  const mine = folder.join("root", "mine", "annotations");
  const labels = join(mine, "annotations.jsonl");
  const run = (...more: string[]) =>
    runData(folder.path, "import", "excel-tables", "books", "--name=mine", "--data.root=root", ...more);
  expect((await run()).code).toBe(0);
  const again = await run();
  expect([again.code, again.stderr.includes("1 workbook, 3 labelled sheets")]).toEqual([2, true]);
  expect((await run("--replace")).code).toBe(0);

  const imported = readFileSync(labels, "utf8");
  const corrected = imported.replace('"label_origin":"excel"', '"label_origin":"manual"');
  expect(corrected).not.toBe(imported);
  writeFileSync(labels, corrected);
  const refused = await run("--replace");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("1 workbook, 3 labelled sheets (1 of them not from an import)");
  expect(readFileSync(labels, "utf8")).toBe(corrected);

  // A person who corrects a range may well leave the origin as it is.
  const moved = imported.replace(/"table_regions":\["[A-Z]+/, '"table_regions":["A');
  writeFileSync(labels, moved === imported ? `${imported}\n` : moved);
  const kept = await run("--replace");
  expect([kept.code, kept.stderr]).toEqual([2, expect.stringContaining("3 labelled sheets, changed since")]);
  expect(readFileSync(labels, "utf8")).not.toBe(imported);

  writeFileSync(labels, imported);
  rmSync(join(mine, "import-report.txt"));
  expect((await run("--replace")).code).toBe(2);
  expect(readFileSync(labels, "utf8")).toBe(imported);
});
