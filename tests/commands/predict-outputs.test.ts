/** Tests where `bun run predict` writes: never onto a file of the user's, and on devices as on devices. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { filledSheet } from "../support/dataset-folder.ts";
import { HeldWorkbook } from "../support/held-workbook.ts";
import { until } from "../support/until.ts";
import { CHECKPOINT, type PredictProject, predictProject } from "./predict-project.ts";

let project: PredictProject;
const isWindows = process.platform === "win32";
const EXCEL = ["--mode", "excel"]; // no network is needed to see where results go

beforeAll(async () => {
  project = await predictProject();
  project.workbook("books/a.xlsx");
  project.workbook("books/deep/b.xlsm");
});
afterAll(() => project.remove());

const at = (name: string) => join(project.folder, name);
const bytesOf = (name: string) => readFileSync(at(name), "latin1");

/** Everything in the folder, with its content. */
function everything(): Map<string, string> {
  const names = readdirSync(project.folder, { recursive: true, encoding: "utf8" });
  return new Map(names.filter((name) => statSync(at(name)).isFile()).map((name) => [name, bytesOf(name)]));
}

test.skipIf(isWindows)(
  "predict refuses to write onto what it reads or what is not its own, and writes nothing",
  async () => {
    project.workbook("mine.xlsx");
    project.file("notes.txt", "to do");
    project.file("list.csv", "name,price\r\n");
    project.file("lines.jsonl", '{"name":"mine"}\n');
    symlinkSync(at("books"), at("linked"));
    symlinkSync(at("books/a.xlsx"), at("link.csv"));
    const before = everything();
    for (const [args, message] of [
      [["books/a.xlsx", "--annotate", "mine.xlsx"], "a file is there"],
      [["books/a.xlsx", "--annotate", "linked/a.xlsx"], "replace the workbook books/a.xlsx"],
      [["books", "--annotate-dir", "linked"], "replace the workbook books/deep/b.xlsm"],
      [["books/deep/b.xlsm", "--annotate", "b.xlsx"], "fix       --annotate b.xlsm"],
      [["books/a.xlsx", "--annotate", "a.csv"], "one of the endings .xlsx, .xlsm, .xltx, .xltm"],
      [["books/a.xlsx", "--annotate", "/dev/null"], "a device or a pipe"],
      [["books/a.xlsx", "--csv", "--output", "books/a.xlsx"], "got       .xlsx"],
      [["books/a.xlsx", "--csv", "--output", "link.csv"], "replace the workbook books/a.xlsx"],
      [["books/a.xlsx", "--output", "found.xlsx"], "got       .xlsx"],
      [["books/a.xlsx", "--output", "found.onnx"], "got       .onnx"],
      [["books/a.xlsx", "--output", "notes.txt"], "a file is there"],
      [["books/a.xlsx", "--output", "list.csv"], "--overwrite to replace this one"],
      [["books/a.xlsx", "--output", "lines.jsonl"], "or --overwrite to replace this file"],
      [["books", "--annotate-dir", "notes.txt"], "got       a file"],
      [["books", "--annotate-dir", "notes.txt/inner"], "notes.txt is not a folder"],
      [["books/a.xlsx", "--output", "nodir/x.csv"], "no such folder"],
      [["books/a.xlsx", "--output", "books"], "it is a folder"],
      [["run", "books/a.xlsx", "--csv", "--output", CHECKPOINT], "got       .pt"],
    ] as const) {
      const { code, stdout, stderr } = await project.predict([...args, ...EXCEL]);
      expect([args, code, stdout]).toEqual([args, 2, ""]);
      expect(stderr).toContain(message);
    }
    expect(everything()).toEqual(before);
  },
  120_000,
);

test("predict replaces what it wrote itself, and with --overwrite what is there", async () => {
  for (const name of ["own.csv", "own.json", "own.txt"]) {
    const args = ["books/a.xlsx", "--output", name, ...EXCEL];
    expect((await project.predict(args)).code).toBe(0);
    const first = bytesOf(name);
    expect((await project.predict(args)).code).toBe(0);
    expect(bytesOf(name)).toBe(first);
  }
  project.file("foreign.csv", "mine\r\n");
  const { code } = await project.predict([
    "books/a.xlsx",
    "--output",
    "foreign.csv",
    "--overwrite",
    ...EXCEL,
  ]);
  expect([code, bytesOf("foreign.csv").split(",")[0]]).toEqual([0, "file"]);
}, 60_000);

test("predict leaves results of other weights, options or workbooks alone, and repeats its own", async () => {
  const outputs = ["--output", "kept.csv", "--annotate", "kept.xlsx"];
  const first = ["run", "books/a.xlsx", ...outputs];
  expect((await project.predict(first)).code).toBe(0);
  const before = everything();
  for (const [args, expected] of [
    [["books/a.xlsx", ...EXCEL], "mode excel"],
    [["run", "books/a.xlsx", "--threshold", "0.9"], "threshold 0.9"],
    [["run", "books/../other.xlsx"], "the same workbooks"],
  ] as const) {
    project.workbook("other.xlsx");
    for (const output of [outputs.slice(0, 2), outputs.slice(2)]) {
      const { code, stdout, stderr } = await project.predict([...args, ...output]);
      expect([args, code, stdout]).toEqual([args, 2, ""]);
      expect(stderr).toContain(
        "others are there, and they may be needed\n  expected  a new name, or results of",
      );
      expect(stderr.split("expected")[1]).toContain(expected);
      expect(stderr).toContain("--overwrite to replace what is there");
    }
  }
  for (const [name, content] of before) expect([name, bytesOf(name)]).toEqual([name, content]);
  const again = await project.predict(["run", "./books/a.xlsx", ...outputs]);
  expect([again.code, again.stderr.match(/^replaced/gm)?.length]).toEqual([0, 2]);
  const anew = await project.predict(["books/a.xlsx", ...EXCEL, ...outputs, "--overwrite"]);
  expect([anew.code, anew.stderr.match(/^replaced/gm)?.length]).toEqual([0, 2]);
  // What was copied from elsewhere has the form of results, but nothing says of what.
  project.file("unknown.csv", "file,sheet,range,score,remark\r\nx.xlsx,S,A1:B2,0.5,\r\n");
  const unknown = await project.predict(["books/a.xlsx", ...EXCEL, "--output", "unknown.csv"]);
  expect([unknown.code, bytesOf("unknown.csv")]).toEqual([2, expect.stringContaining("x.xlsx")]);
}, 120_000);

test("predict says on standard error which files it wrote and replaced", async () => {
  const args = ["books/a.xlsx", "--annotate", "said.xlsx", "--output", "said.csv", ...EXCEL];
  const first = await project.predict(args);
  expect([first.code, first.stdout]).toEqual([0, ""]);
  expect(first.stderr).toContain("wrote said.xlsx\nwrote said.csv\n");
  expect((await project.predict(args)).stderr).toContain("replaced said.xlsx\nreplaced said.csv\n");
  const missing = await project.predict(["books/a.xlsx", "gone.xlsx", "--annotate-dir", "said", ...EXCEL]);
  expect(missing.stderr).toContain("wrote said/a.xlsx\n");
  expect(missing.stderr).not.toContain("said/gone.xlsx");
}, 60_000);

test("predict replaces its own copies alone, and does not look for tables in them", async () => {
  const draw = ["drawing", "--annotate-dir", "drawing/copies", ...EXCEL];
  project.workbook("drawing/a.xlsx");
  expect((await project.predict(draw)).code).toBe(0);
  copyFileSync(at("drawing/copies/a.xlsx"), at("drawing/a-drawn.xlsx"));
  const { code, stdout, stderr } = await project.predict(["drawing", "--jsonl", ...EXCEL]);
  expect([code, stdout.trim().split("\n").length]).toEqual([0, 1]);
  expect(stderr).toContain("drawing/a-drawn.xlsx, and 1 more");
  expect((await project.predict(draw)).code).toBe(0);
  project.workbook("drawing/copies/a.xlsx"); // saved by somebody
  const refused = await project.predict(draw);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("drawing/copies/a.xlsx")]);
  const only = await project.predict(["drawing/a-drawn.xlsx", "--jsonl", ...EXCEL]);
  expect(only.stdout).toContain("drawing/a-drawn.xlsx"); // it is named
}, 60_000);

test.skipIf(isWindows)(
  "predict --output takes standard output by name, and leaves devices what they are",
  async () => {
    for (const name of ["/dev/stdout", "-"]) {
      const { code, stdout } = await project.predict(["books/a.xlsx", "--csv", "--output", name, ...EXCEL]);
      expect([code, stdout]).toEqual([0, "file,sheet,range,score,remark\r\n"]);
    }
    expect((await project.predict(["books/a.xlsx", "--csv", "--output", "/dev/null", ...EXCEL])).code).toBe(
      0,
    );
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
    const full = await project.predict(["books/a.xlsx", "--csv", "--output", "/dev/full", ...EXCEL]);
    expect([full.code, full.stderr]).toEqual([1, expect.stringContaining("ENOSPC")]);
  },
  60_000,
);

test("predict continues a .jsonl only with what made it", async () => {
  const output = ["--output", "made.jsonl"];
  expect((await project.predict(["run", "books/a.xlsx", ...output])).code).toBe(0);
  const first = bytesOf("made.jsonl");
  for (const [args, message] of [
    [["run", "--threshold", "0.9"], "threshold 0.9"],
    [["run", "--mode", "model"], "mode model"],
    [["run", "--skip-hidden"], "skip hidden"],
    [["run", "--sheet", "Numbers"], 'sheet "Numbers"'],
    [["run", "--limits", "2"], "limits 2"],
    [EXCEL, "mode excel"],
  ] as const) {
    const { code, stderr } = await project.predict([...args, "books", ...output]);
    expect([args, code]).toEqual([args, 2]);
    expect(stderr).toContain("made.jsonl:1  Cannot continue this output: its lines were made in another way");
    expect(stderr).toContain(`expected  `);
    expect(stderr.split("expected  ")[1]).toContain(message);
  }
  expect(bytesOf("made.jsonl")).toBe(first);
  project.file("broken.pt", "no weights");
  const failed = await project.predict(["broken.pt", "books", ...output, "--overwrite"]);
  expect([failed.code, bytesOf("made.jsonl")]).toEqual([1, first]); // nothing was found in its place
  const anew = await project.predict([...EXCEL, "books", ...output, "--overwrite"]);
  expect([anew.code, bytesOf("made.jsonl").trim().split("\n").length]).toEqual([0, 2]);
  project.file("old.jsonl", '{"file":"books/a.xlsx","sheets":[]}\n');
  const old = await project.predict([...EXCEL, "books", "--output", "old.jsonl"]);
  expect([old.code, old.stderr]).toEqual([2, expect.stringContaining("do not say what made them")]);
}, 60_000);

test("predict says which workbooks it skips without a copy that is asked for, and ends with 1", async () => {
  const args = ["books", "--output", "drawn.jsonl", ...EXCEL];
  expect((await project.predict(args)).code).toBe(0);
  project.workbook("books/new.xlsx");
  const drawing = [...args, "--annotate-dir", "late"];
  for (const drawn of [1, 0]) {
    const { code, stderr } = await project.predict(drawing);
    expect([code, stderr.split("wrote late/").length - 1, readdirSync(at("late"))]).toEqual([
      1,
      drawn,
      ["new.xlsx"],
    ]);
    expect(stderr).toContain("note: no copy of 2 workbooks that are skipped: --overwrite");
  }
  const all = await project.predict([...drawing, "--overwrite"]);
  expect([all.code, readdirSync(at("late")).sort()]).toEqual([0, ["a.xlsx", "deep", "new.xlsx"]]);
  const again = await project.predict(drawing);
  expect([again.code, again.stderr]).toEqual([0, expect.not.stringContaining("no copy")]);
  rmSync(at("books/new.xlsx"));
});

test.skipIf(isWindows)(
  "a second predict on one .jsonl is refused, and its lines are there once",
  async () => {
    mkdirSync(at("shared"));
    project.workbook("shared/a.xlsx", [filledSheet("Sheet1", 5, 5)]);
    using held = new HeldWorkbook(at("shared/b.xlsx"));
    const args = ["shared", "--output", "shared.jsonl", ...EXCEL];
    const first = project.start(args, held.env);
    await held.reached(first);
    await until(() => existsSync(at("shared.jsonl")), first);
    const second = await project.predict(args);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`got       process ${first.pid}`);
    first.kill("SIGINT");
    expect(await first.exited).toBe(130);
    project.workbook("shared/b.xlsx");
    expect((await project.predict(args)).code).toBe(0);
    const files = bytesOf("shared.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).file);
    expect(files).toEqual(["shared/a.xlsx", "shared/b.xlsx"]);
  },
  60_000,
);

test.skipIf(isWindows)("predict gives a pipe in a folder a line of its own, and goes on", async () => {
  project.workbook("piped/a.xlsx");
  Bun.spawnSync(["mkfifo", at("piped/b.xlsx")]);
  project.workbook("piped/c.xlsx");
  const { code, stdout } = await project.predict(["piped", "--jsonl", ...EXCEL]);
  const errors = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).error);
  expect([code, errors]).toEqual([1, [undefined, expect.stringContaining("a pipe or a device"), undefined]]);
});

test.skipIf(process.platform !== "linux")(
  "predict reads files whose names are no UTF-8, in folders and by name",
  async () => {
    mkdirSync(at("latin1"));
    project.workbook("plain.xlsx");
    const target = Buffer.concat([
      Buffer.from(`${at("latin1")}/caf`),
      Buffer.from([0xe9]),
      Buffer.from(".xlsx"),
    ]);
    copyFileSync(at("plain.xlsx"), target);
    for (const named of ["latin1", "latin1/caf\ufffd.xlsx"]) {
      const { code, stdout } = await project.predict([named, "--jsonl", ...EXCEL]);
      expect([code, JSON.parse(stdout).file]).toEqual([0, "latin1/caf\u{10fee9}.xlsx"]);
    }
    const { stdout } = await project.predict(["latin1", ...EXCEL]);
    expect(stdout).toStartWith("latin1/caf\ufffd.xlsx\n");
    // Two names that read alike can only be told apart by their bytes, which `find` prints.
    copyFileSync(at("plain.xlsx"), Buffer.from(`${at("latin1")}/caf\xe8.xlsx`, "latin1"));
    const script = `find latin1 -name '*.xlsx' | "$0" "$@"`;
    const command = [
      process.execPath,
      join(PROJECT_ROOT, "core/commands/predict.ts"),
      "-",
      "--jsonl",
      ...EXCEL,
    ];
    const piped = Bun.spawnSync(["sh", "-c", script, ...command], { cwd: project.folder });
    const lines = piped.stdout.toString().trim().split("\n");
    expect([piped.exitCode, lines.map((line) => JSON.parse(line).file).sort()]).toEqual([
      0,
      ["latin1/caf\u{10fee8}.xlsx", "latin1/caf\u{10fee9}.xlsx"],
    ]);
  },
);

test("predict refuses options that it does not have, and takes such names behind a path or --", async () => {
  project.workbook("-x.xlsx");
  project.workbook("-1.xlsx");
  for (const [name, fix] of [
    ["-x.xlsx", "fix       ./-x.xlsx"],
    ["-1.xlsx", "fix       ./-1.xlsx"],
    ["-q", "Cannot use -q"],
  ] as const) {
    const { code, stderr } = await project.predict(["books/a.xlsx", name, ...EXCEL]);
    expect([name, code]).toEqual([name, 2]);
    expect(stderr).toContain(fix);
  }
  const { code, stdout } = await project.predict([
    ...EXCEL,
    "--jsonl",
    "./-x.xlsx",
    "--",
    "-1.xlsx",
    "-x.xlsx",
  ]);
  expect(code).toBe(0);
  expect(stdout.match(/"file":"[^"]*"/g)).toEqual(['"file":"./-x.xlsx"', '"file":"-1.xlsx"']);
});

const ranges = { top: 1, left: 1, bottom: 3, right: 4 };

test("predict says in every form that a sheet was not looked at as a whole, and how to look at all of it", async () => {
  // 5,000 × 16,384 cells up to the last value: too many by far.
  const last = { row: 5000, column: 16_384, value: 1 };
  const { cells } = filledSheet("Far", ranges.bottom, ranges.right);
  project.workbook("far.xlsx", [{ name: "Far", cells: [...cells, last] }]);
  const looked = "A1:DYA5000"; // 2^24 / 5,000 columns
  const text = await project.predict(["far.xlsx", ...EXCEL]);
  expect(text.stdout).toBe(`far.xlsx\n  Far: no table (only ${looked} was looked at)\n`);
  expect(text.stderr).toContain("--limits 5 looks at all of them");
  const json = await project.predict(["far.xlsx", "--jsonl", ...EXCEL]);
  expect(JSON.parse(json.stdout).sheets).toEqual([{ sheet: "Far", looked_at: looked, tables: [] }]);
  const csv = await project.predict(["far.xlsx", "--csv", ...EXCEL]);
  expect(csv.stdout.split("\r\n")[1]).toBe(`far.xlsx,Far,,,only ${looked} was looked at`);
  const raised = await project.predict(["far.xlsx", "--limits", "5", ...EXCEL]);
  expect([raised.stdout, raised.stderr]).toEqual(["far.xlsx\n  Far: no table\n", ""]);
}, 60_000);

const SCRIPT = join(PROJECT_ROOT, "core", "commands", "predict.ts");

test.skipIf(isWindows)(
  "predict ends quietly when the reader of its results has gone",
  async () => {
    const names = Array.from({ length: 300 }, (_, index) => `head/${index}.xlsx`);
    for (const name of names) project.workbook(name);
    const command = `"${process.execPath}" "${SCRIPT}" head --jsonl --mode excel | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const child = Bun.spawn(["bash", "-c", command], { cwd: project.folder, stdout: "pipe", stderr: "pipe" });
    const [stdout, stderr] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    expect(stdout).toMatch(/^\{"file":"head\/0\.xlsx".*\}\n0\n$/);
    expect(stderr).not.toMatch(/EPIPE|died|Error/);
  },
  60_000,
);
