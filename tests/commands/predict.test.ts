/** Tests the predict command: its outputs, how it continues, and what it refuses. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { commandLine } from "../../core/base/command-line.ts";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { formatRange } from "../../core/base/range.ts";
import { openSheetDetector } from "../../core/detection/sheet-detector.ts";
import { loadGrids } from "../../core/features/load-grids.ts";
import { filledSheet } from "../support/dataset-folder.ts";
import { HeldWorkbook } from "../support/held-workbook.ts";
import { until } from "../support/until.ts";
import { CHECKPOINT, type PredictProject, predictProject } from "./predict-project.ts";

let project: PredictProject;
const READABLE = ["books/a.xlsx", 'books/deep/b, of "two".xlsm', "books/z.xlsx"];

beforeAll(async () => {
  project = await predictProject();
  project.workbook("books/a.xlsx", [
    filledSheet("Numbers", 6, 4),
    { name: "Empty", cells: [] },
    { ...filledSheet("Hidden, too", 3, 9), hidden: true },
  ]);
  project.workbook(READABLE[1]!);
  project.file("books/m-broken.xlsx", "PK\u0003\u0004 and no more");
  project.file("books/~$a.xlsx", "lock");
  project.file("books/notes.txt", "no workbook");
  project.workbook("books/z.xlsx", [filledSheet("Last", 30, 12)]);
});
afterAll(() => project.remove());

const sha256 = (bytes: Uint8Array) => new Bun.CryptoHasher("sha256").update(bytes).digest("hex");

interface Line {
  readonly file: string;
  readonly error?: string;
  readonly sheets?: { sheet: string; hidden?: boolean; tables: { range: string; score: number }[] }[];
  readonly made_with: Readonly<Record<string, unknown>>;
}

function linesOf(text: string): Line[] {
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

test("predict --jsonl has one line per workbook in the input's order, and continues after a broken one", async () => {
  const { code, stdout, stderr } = await project.predict(["run", "books", "--jsonl"]);
  expect(code).toBe(1);
  const lines = linesOf(stdout);
  expect(lines.map(({ file }) => file)).toEqual([
    "books/a.xlsx",
    READABLE[1]!,
    "books/m-broken.xlsx",
    "books/z.xlsx",
  ]);
  expect(lines[0]!.sheets!.map(({ sheet }) => sheet)).toEqual(["Numbers", "Empty", "Hidden, too"]);
  expect(lines[0]!.sheets![1]!.tables).toEqual([]);
  expect(lines[0]!.sheets!.map(({ hidden }) => hidden)).toEqual([undefined, undefined, true]);
  expect(lines[2]).toEqual({
    file: "books/m-broken.xlsx",
    error: expect.stringContaining("Cannot read"),
    made_with: lines[0]!.made_with,
  });
  expect(stderr).toContain("books/m-broken.xlsx  Cannot read the workbook");
  expect(stderr).toContain("4 workbooks, 5 sheets");
  expect(stderr).toContain("1 failed");
});

test("predict finds what the network finds on the sheet's whole grid, best first", async () => {
  const path = join(project.folder, "books/z.xlsx");
  const { stdout } = await project.predict([CHECKPOINT, path, "--jsonl"]);
  const detector = await openSheetDetector(join(project.folder, CHECKPOINT), { device: "wasm" });
  const { sheets } = await loadGrids(path, { cacheFolder: null, maxRows: 999, maxCols: 999 });
  const [want] = await detector.detect([{ grid: sheets[0]!.grid!, label: "z" }]);
  await detector.dispose();
  expect(want!.length).toBeGreaterThan(0);
  const tables = want!.map(({ range, score }) => ({
    range: formatRange(range),
    score: Math.round(score * 1e4) / 1e4,
  }));
  const weights = sha256(readFileSync(join(project.folder, CHECKPOINT))).slice(0, 12);
  expect(linesOf(stdout)).toEqual([
    {
      file: path,
      sheets: [{ sheet: "Last", tables }],
      made_with: { mode: "hybrid", weights, threshold: null },
    },
  ]);
});

test("predict writes text by default, and its problems apart from it", async () => {
  const { code, stdout, stderr } = await project.predict(["run", "books/a.xlsx", "no-such.xlsx"]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^books\/a\.xlsx\n {2}Numbers\n {4}[A-Z]+\d+:[A-Z]+\d+ +\d\.\d\d\n/);
  expect(stdout).toContain("  Empty: no table\n");
  expect(stdout).toContain("  Hidden, too (hidden)\n");
  expect(stdout).not.toContain("no-such");
  expect(stderr).toContain("no-such.xlsx  Cannot read the workbook: there is no such file");
});

test("predict --json is one document with what was used", async () => {
  const { code, stdout } = await project.predict(["run", "books", "--json", "--threshold", "0.3"]);
  expect(code).toBe(1);
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({ mode: "hybrid", checkpoint: CHECKPOINT, score_threshold: 0.3 });
  expect(document.files.map(({ file }: Line) => file)).toHaveLength(4);
  for (const { sheets = [] } of document.files as Line[]) {
    for (const { tables } of sheets)
      for (const { score } of tables) expect(score).toBeGreaterThanOrEqual(0.3);
  }
});

test("predict --csv quotes as RFC 4180 says and has one line per table", async () => {
  const { stdout } = await project.predict(["run", ...READABLE, "--csv"]);
  const lines = stdout.split("\r\n");
  expect(lines[0]).toBe("file,sheet,range,score,remark");
  expect(lines.at(-1)).toBe("");
  expect(stdout).toContain('\r\n"books/deep/b, of ""two"".xlsm",Sheet1,');
  expect(stdout).toMatch(/\r\nbooks\/a\.xlsx,"Hidden, too",[A-Z]+\d+:[A-Z]+\d+,[\d.]+,hidden\r\n/);
  const { stdout: json } = await project.predict(["run", ...READABLE, "--jsonl"]);
  const tables = linesOf(json).flatMap(({ sheets }) => sheets!.flatMap((each) => each.tables));
  expect(lines.length - 2).toBe(tables.length);
});

test("predict - reads file names and folders from standard input, each file once", async () => {
  const { code, stdout } = await project.predict(
    ["run", "-", "--jsonl"],
    "books/z.xlsx\r\n\nbooks/deep\nbooks/z.xlsx\n",
  );
  expect(code).toBe(0);
  expect(linesOf(stdout).map(({ file }) => file)).toEqual(["books/z.xlsx", READABLE[1]!]);
  for (const format of ["--jsonl", "--csv", "--json"]) {
    const nothing = await project.predict(["run", "-", format], "\n");
    expect(nothing).toMatchObject({ code: 2, stdout: "" });
    expect(nothing.stderr).toContain("got       nothing on standard input\n");
  }
});

test("predict --mode excel takes Excel's tables and needs no weights", async () => {
  const range = { top: 1, left: 1, bottom: 4, right: 2 };
  const cells = filledSheet("Data", 9, 2).cells.map((cell) =>
    cell.row === 1 ? { ...cell, value: `Head ${cell.column}` } : cell,
  );
  const excelTables = [{ name: "Items", range, columns: ["Head 1", "Head 2"] }];
  project.workbook("own.xlsx", [{ name: "Data", cells, excelTables }]);
  const { code, stdout } = await project.predict(["own.xlsx", "--mode", "excel", "--jsonl"]);
  expect(code).toBe(0);
  const [{ sheets }] = linesOf(stdout) as [Line];
  expect(sheets).toEqual([{ sheet: "Data", tables: [{ range: "A1:B4", score: 1 }] }]);
});

test("predict takes Excel's tables as they are, and --mode model leaves them to the network", async () => {
  project.workbook("both.xlsx", [
    {
      name: "Data",
      cells: filledSheet("Data", 9, 2).cells.map((cell) => ({ ...cell, value: `Head ${cell.column}` })),
      excelTables: [
        { name: "Items", range: { top: 1, left: 1, bottom: 4, right: 2 }, columns: ["Head 1", "Head 2"] },
      ],
    },
  ]);
  const tablesOf = async (...more: string[]) =>
    linesOf((await project.predict(["run", "both.xlsx", "--jsonl", ...more])).stdout)[0]!.sheets![0]!.tables;
  expect((await tablesOf())[0]).toEqual({ range: "A1:B4", score: 1 });
  expect((await tablesOf("--mode", "hybrid"))[0]).toEqual({ range: "A1:B4", score: 1 });
  for (const { score } of await tablesOf("--mode", "model")) expect(score).toBeLessThan(1);
});

test("predict looks at one sheet, at some cells and at what is not hidden, and says so in its lines", async () => {
  const lines = async (...args: string[]) => linesOf((await project.predict([...args, "--jsonl"])).stdout);
  const [numbers] = await lines("run", "books/a.xlsx", "--sheet", "numbers", "--range", "$A$1:B4");
  expect(numbers!.sheets!.map(({ sheet }) => sheet)).toEqual(["Numbers"]);
  expect(numbers!.sheets![0]).toMatchObject({ looked_at: "A1:B4" });
  expect(numbers!.made_with).toMatchObject({ sheet: "numbers", range: "A1:B4" });
  const [shown] = await lines("run", "books/a.xlsx", "--skip-hidden");
  expect(shown!.sheets!.map(({ sheet }) => sheet)).toEqual(["Numbers", "Empty"]);
  expect(shown!.made_with).toMatchObject({ skip_hidden: true });
  const gone = await project.predict(["run", "books/a.xlsx", "books/z.xlsx", "--sheet", "Last"]);
  expect(gone.code).toBe(1);
  expect(gone.stdout).toContain("books/z.xlsx\n  Last\n");
  expect(gone.stderr).toContain('books/a.xlsx  Cannot find the sheet "Last"');
});

test("predict does not continue a .jsonl whose tables were joined in another way", async () => {
  const args = ["run", "books/a.xlsx", "--output", "joined.jsonl"];
  expect((await project.predict([...args, "--join-rows", "2", "--split-columns", "3"])).code).toBe(0);
  const [line] = linesOf(readFileSync(join(project.folder, "joined.jsonl"), "utf8"));
  expect(line!.made_with).toMatchObject({ join_rows: 2, split_columns: 3 });
  const { code, stderr } = await project.predict([...args, "--join-rows", "1", "--split-columns", "3"]);
  expect(code).toBe(2);
  expect(stderr).toContain("join rows 2, split columns 3");
  expect(stderr).toContain("join rows 1, split columns 3");
});

test("predict --output continues a .jsonl: it skips what is there, drops a torn line and keeps failures", async () => {
  const whole = join(project.folder, "whole.jsonl");
  expect((await project.predict(["run", "books", "--output", "whole.jsonl"])).code).toBe(1);
  const text = readFileSync(whole, "utf8");
  const lines = text.split("\n");
  project.file("torn.jsonl", `${lines.slice(0, 3).join("\n")}\n${lines[3]!.slice(0, 30)}`);
  const again = await project.predict(["run", "./books", "--output", "torn.jsonl"]);
  expect(again.code).toBe(1);
  expect(again.stdout).toBe("");
  expect(readFileSync(join(project.folder, "torn.jsonl"), "utf8")).toBe(text);
  expect(again.stderr).toContain("the last line of torn.jsonl was incomplete");
  expect(again.stderr).toContain("has 3 workbooks already: skipped; 1 of them failed");
});

test("predict --retry-failed looks again at what failed, and only at that", async () => {
  await project.predict(["run", "books/a.xlsx", "later.xlsx", "--output", "retry.jsonl"]);
  project.workbook("later.xlsx");
  const args = ["run", "books/a.xlsx", "later.xlsx", "--output", "retry.jsonl"];
  expect((await project.predict(args)).code).toBe(1);
  expect((await project.predict([...args, "--retry-failed"])).code).toBe(0);
  const lines = linesOf(readFileSync(join(project.folder, "retry.jsonl"), "utf8"));
  expect(lines.map(({ file, error }) => [file, error])).toEqual([
    ["books/a.xlsx", undefined],
    ["later.xlsx", undefined],
  ]);
});

test("predict does not touch an output that it has not written", async () => {
  project.file("other.jsonl", '{"name":"mine"}\n');
  const { code, stderr } = await project.predict(["run", "books/a.xlsx", "--output", "other.jsonl"]);
  expect(code).toBe(2);
  expect(stderr).toContain("other.jsonl:1  Cannot continue this output");
  expect(readFileSync(join(project.folder, "other.jsonl"), "utf8")).toBe('{"name":"mine"}\n');
});

test.skipIf(process.platform === "win32")(
  "predict that SIGINT stops ends with 130, keeps whole lines, and continues from there",
  async () => {
    const names = Array.from({ length: 20 }, (_, index) => `many/${10 + index}.xlsx`);
    for (const name of names) project.workbook(name, [filledSheet("Sheet1", 80, 20)]);
    const [output, last] = [join(project.folder, "many.jsonl"), join(project.folder, names.at(-1)!)];
    rmSync(last);
    using held = new HeldWorkbook(last);
    const child = project.start(["run", "many", "--output", "many.jsonl"], held.env);
    await held.reached(child);
    await until(() => existsSync(output) && readFileSync(output).length > 0, child);
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
    expect(await new Response(child.stderr).text()).toContain("the same command continues from there");
    await until(() => readdirSync(held.env.TMPDIR).length === 1); // the copy for LibreOffice is gone
    const written = readFileSync(output, "utf8");
    expect(written).toEndWith("\n");
    expect(linesOf(written).length).toBeLessThan(names.length);
    rmSync(last);
    project.workbook(names.at(-1)!);
    expect((await project.predict(["run", "many", "--output", "many.jsonl"])).code).toBe(0);
    const lines = linesOf(readFileSync(output, "utf8"));
    expect(lines.map(({ file }) => file)).toEqual(names);
  },
);

test("predict writes no half file: a .csv appears when it is whole", async () => {
  const { code } = await project.predict(["run", "books/z.xlsx", "--output", "no-folder/found.csv"]);
  expect(code).toBe(2);
  expect((await project.predict(["run", "books/z.xlsx", "--output", "found.csv"])).code).toBe(0);
  expect(readFileSync(join(project.folder, "found.csv"), "utf8")).toStartWith(
    "file,sheet,range,score,remark\r\nbooks/z.xlsx,",
  );
});

test("predict --annotate writes a copy, --annotate-dir copies as the folder has them", async () => {
  expect((await project.predict(["run", "books/z.xlsx", "--annotate", "copy.xlsx"])).code).toBe(0);
  expect(existsSync(join(project.folder, "copy.xlsx"))).toBe(true);
  const { code } = await project.predict(["run", "books", "books/a.xlsx", "--annotate-dir", "books/drawn"]);
  expect(code).toBe(1); // the broken one
  expect(existsSync(join(project.folder, "books/drawn", 'deep/b, of "two".xlsm'))).toBe(true);
  const again = await project.predict(["run", "books", "--annotate-dir", "books/drawn", "--jsonl"]);
  expect(linesOf(again.stdout)).toHaveLength(4); // the copies are not looked at
  rmSync(join(project.folder, "books/drawn"), { recursive: true });
});

test("predict reports a copy that cannot be drawn with exit code 1, and still finds the tables", async () => {
  project.file("plain.csv", "a,b\n1,2\n3,4\n");
  const { code, stdout, stderr } = await project.predict([
    "run",
    "plain.csv",
    "--annotate",
    "c.xlsx",
    "--jsonl",
  ]);
  expect(code).toBe(1);
  expect(linesOf(stdout)[0]!.sheets).toHaveLength(1);
  expect(stderr).toContain("Cannot draw the ranges");
});

test("predict refuses wrong usage with exit code 2", async () => {
  mkdirSync(join(project.folder, "nothing"), { recursive: true });
  for (const [args, message] of [
    [[], "Cannot tell what to look at"],
    [["run"], "Cannot tell what to look at"],
    [["run", "nothing"], "no workbook in nothing"],
    [["run", "books", "--json", "--csv"], "several formats at once"],
    [["run", "books", "--threshold", "2"], "--threshold"],
    [["run", "books", "--mode", "magic"], "magic"],
    [["run", "books", "--range", "A1-D4"], "--range A1:D4"],
    [["run", "books", "--join-rows", "-1"], "--join-rows"],
    [["run", "books", "--split-columns", "0"], "--split-columns"],
    [["run", "books", "--join-rows", "2", "--split-rows", "2"], "--join-rows below --split-rows"],
    [["books", "--mode", "excel", "--split-rows", "2"], "they are taken as they are"],
    [["run", "books", "--annotate", "x.xlsx"], "one workbook"],
    [["run", "books/a.xlsx", "--annotate", "./books/a.xlsx"], "replace the workbook"],
    [["run", "books", "--retry-failed"], "--output"],
    [["run", "books", "--treshold", "0.5"], "--threshold=0.5"],
    [["gone.pt", "books"], "Cannot find a checkpoint"],
  ] as const) {
    const { code, stderr } = await project.predict(args);
    expect([args, code]).toEqual([args, 2]);
    expect(stderr).toContain(message);
  }
}, 120_000);

test.skipIf(process.platform === "win32")(
  "predict writes all that it has found, however slowly its output is read",
  async () => {
    const names = Array.from({ length: 1500 }, (_, index) => `no-such-workbook-of-this-name-${index}.xlsx`);
    project.file("names.txt", names.join("\n"));
    const script = join(PROJECT_ROOT, "core", "commands", "predict.ts");
    const command = `"${process.execPath}" "${script}" - --mode excel --json < names.txt 2> /dev/null | (sleep 2; cat)`;
    const child = Bun.spawn(["sh", "-c", command], { cwd: project.folder, stdout: "pipe" });
    const text = await new Response(child.stdout).text();
    expect(text.length).toBeGreaterThan(2 ** 17);
    expect(JSON.parse(text).files.map(({ file }: Line) => file)).toEqual(names);
  },
);

test("predict says in one line how many files of other kinds it leaves out in a folder, and why", async () => {
  project.workbook("mixed/a.xlsx");
  for (const name of ["b.csv", "deep/c.CSV", "d.xls", "~$e.xls", "notes.txt"])
    project.file(`mixed/${name}`, "1,2\n");
  const { code, stderr } = await project.predict(["run", "mixed", "--jsonl"]);
  expect(code).toBe(0);
  const notes = stderr.split("\n").filter((line) => line.includes("left out"));
  expect(notes).toEqual([
    "note: 2 .csv files and 1 .xls file in folders are left out: only .xlsx, .xlsm, .xltx and .xltm count there, " +
      "name others to read them",
  ]);
  const named = await project.predict(["run", "mixed", "mixed/b.csv", "--jsonl"]);
  expect(named.stderr).toContain("note: 1 .csv file and 1 .xls file");
  rmSync(join(project.folder, "mixed", "a.xlsx"));
  const refused = await project.predict(["run", "mixed"]);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining("2 .csv files and 1 .xls file"),
  ]);
  expect(refused.stderr).toContain(`fix       ${commandLine("predict", "mixed/b.csv")}\n`);
});

test("predict does not walk in circles", async () => {
  project.workbook("round/a.xlsx");
  symlinkSync(join(project.folder, "round"), join(project.folder, "round", "again"));
  const { stdout } = await project.predict(["run", "round", "--jsonl"]);
  expect(linesOf(stdout).map(({ file }) => file)).toEqual(["round/a.xlsx"]);
});
