/** Tests `predict --extract`: the tables as files, and what it refuses. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { folderContents } from "../support/dataset-folder.ts";
import { HeldWorkbook } from "../support/held-workbook.ts";
import { endOf } from "../support/run-command.ts";
import { skipped } from "../support/skipped.ts";
import { type PredictProject, predictProject } from "./predict-project.ts";

let project: PredictProject;

/** A sheet with one Excel table, which `--mode excel` finds. */
function tableSheet(name: string, table: string) {
  const texts = ["a", "b"];
  const cells = [
    ...texts.map((value, at) => ({ row: 2, column: 2 + at, value })),
    ...[1, 2, 3, 4].map((value, at) => ({ row: 3 + (at >> 1), column: 2 + (at % 2), value })),
  ];
  const range = { top: 2, left: 2, bottom: 4, right: 3 };
  return { name, cells, excelTables: [{ name: table, range, columns: texts }] };
}

beforeAll(async () => {
  project = await predictProject();
  project.workbook("books/one.xlsx", [tableSheet("S", "One"), tableSheet("T", "Two")]);
  project.workbook("books/deep/one.xlsx", [tableSheet("S", "One")]);
  project.file("books/broken.xlsx", "PK\u0003\u0004 and no more");
});
afterAll(() => project.remove());

const extract = (folder: string, ...args: string[]) =>
  project.predict([...args, "--mode", "excel", "--extract", folder]);
const path = (...names: string[]) => join(project.folder, ...names);
const TABLE = "a,b\r\n1,2\r\n3,4\r\n";

test("predict --extract writes each table of a folder of workbooks, with an index, and goes on after a broken one", async () => {
  const { code, stderr } = await extract("tables", "books");
  expect(code).toBe(1);
  expect(stderr).toContain("books/broken.xlsx");
  expect(stderr).toContain("wrote 3 tables to tables\n");
  const { "index.csv": index, ...files } = folderContents(path("tables"));
  expect(files).toEqual({
    "deep/one/S_B2-C4.csv": TABLE,
    "one/S_B2-C4.csv": TABLE,
    "one/T_B2-C4.csv": TABLE,
  });
  expect(index!.trim().split("\r\n")).toEqual([
    "workbook,sheet,range,score,header_rows,header_columns,rows,columns,file",
    "books/deep/one.xlsx,S,B2:C4,1,1,0,3,2,deep/one/S_B2-C4.csv",
    "books/one.xlsx,S,B2:C4,1,1,0,3,2,one/S_B2-C4.csv",
    "books/one.xlsx,T,B2:C4,1,1,0,3,2,one/T_B2-C4.csv",
  ]);
});

test("predict --extract writes the form that --extract-format names", async () => {
  for (const [format, ending] of [
    ["json", "json"],
    ["markdown", "md"],
    ["parquet", "parquet"],
  ] as const) {
    const { code } = await extract(format, "books/deep", "--extract-format", format);
    expect(code).toBe(0);
    expect(readdirSync(path(format, "one"))).toEqual([`S_B2-C4.${ending}`]);
  }
});

test("predict --extract refuses a folder with something in it, a file, and options without it", async () => {
  project.file("mine/notes.txt", "mine");
  mkdirSync(path("empty"));
  expect((await extract("empty", "books/deep")).code).toBe(0);
  for (const [folder, got] of [
    ["mine", "a folder with something in it"],
    ["mine/notes.txt", "a file"],
  ] as const) {
    const { code, stderr } = await extract(folder, "books/deep");
    expect([code, stderr]).toEqual([2, expect.stringContaining(`got       ${got}`)]);
  }
  expect(folderContents(path("mine"))).toEqual({ "notes.txt": "mine" });
  const { code, stderr } = await project.predict(["books/deep", "--merged", "first"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("Cannot use --merged")]);
});

test("the results may lie in the folder of the tables, if it is there, but no copies", async () => {
  mkdirSync(path("both"));
  const { code } = await extract("both", "books/deep", "--output", "both/found.json");
  expect([code, readdirSync(path("both")).sort()]).toEqual([0, ["found.json", "index.csv", "one"]]);
  for (const copies of ["copies", "copies/drawn", "copies/../copies/drawn"]) {
    const refused = await extract("copies", "books/deep", "--annotate-dir", copies);
    expect([copies, refused.code, refused.stderr, existsSync(path("copies"))]).toEqual([
      copies,
      2,
      expect.stringContaining("Cannot write copies into the folder of the tables"),
      false,
    ]);
  }
  expect((await extract("copies-2", "books/deep", "--annotate-dir", "copies")).code).toBe(0);
  // Nor may a folder of the copies be the folder of the tables, by whatever path.
  project.workbook("books/inner/tables/two.xlsx");
  symlinkSync("elsewhere", path("linked"));
  mkdirSync(path("elsewhere"));
  const inner = await extract("elsewhere/tables", "books/inner", "--annotate-dir", "linked");
  expect([inner.code, inner.stderr]).toEqual([2, expect.stringContaining("Cannot write copies into")]);
});

test("predict --extract refuses a .jsonl that is continued, whose workbooks would be missing", async () => {
  const into = (folder: string, ...more: string[]) =>
    extract(folder, "books/deep", "--output", "found.jsonl", ...more);
  expect((await into("first")).code).toBe(0);
  const { code, stderr } = await into("second");
  expect([code, stderr]).toEqual([2, expect.stringContaining("while a .jsonl is continued")]);
  expect(existsSync(path("second"))).toBe(false);
  expect((await into("second", "--overwrite")).code).toBe(0);
  expect(readFileSync(path("second/one/S_B2-C4.csv"), "utf8")).toBe(TABLE);
});

test.skipIf(process.platform === "win32")(
  "predict --extract leaves nothing and says so if it is stopped",
  async () => {
    using held = new HeldWorkbook(path("held.xlsx"));
    const words = ["books/one.xlsx", "held.xlsx", "--mode", "excel", "--extract", "stopped"];
    const child = project.start(words, held.env);
    await held.reached(child);
    child.kill("SIGINT");
    const { code, stderr } = await endOf(child);
    expect([code, stderr]).toEqual([130, expect.stringContaining("stopped: no tables were written")]);
    expect(readdirSync(project.folder).filter((name) => name.includes("stopped"))).toEqual([]);
  },
);

const hasSmallDisk = process.platform === "linux" && existsSync("/proc/self/limits");
if (!hasSmallDisk) skipped("a table that does not fit on the disk", "no limits for processes here");

test.skipIf(!hasSmallDisk)("predict --extract leaves nothing if a table cannot be written", async () => {
  const rows = 2000;
  const cells = Array.from({ length: rows * 2 }, (_, at) => ({
    row: 1 + (at >> 1),
    column: 1 + (at % 2),
    value: at < 2 ? `name ${at}` : `a text that takes its place ${at}`,
  }));
  const range = { top: 1, left: 1, bottom: rows, right: 2 };
  const columns = ["name 0", "name 1"];
  project.workbook("large/large.xlsx", [
    { name: "Large", cells, excelTables: [{ name: "Large", range, columns }] },
  ]);
  // The system refuses files of more than 32 kB to this process, as a full disk does.
  const command = `ulimit -f 32; exec "$0" "$@"`;
  const script = join(import.meta.dir, "../../core/commands/predict.ts");
  const words = [script, "large", "--mode", "excel", "--extract", "full"];
  const child = Bun.spawn(["bash", "-c", command, process.execPath, ...words], {
    cwd: project.folder,
    stderr: "pipe",
    stdout: "ignore",
  });
  const stderr = await new Response(child.stderr).text();
  expect([await child.exited, stderr]).toEqual([1, expect.stringContaining("Cannot write the tables")]);
  expect(readdirSync(project.folder).filter((name) => name.includes("full"))).toEqual([]);
});
