/** Tests a workbook that `bun run predict` reads from its standard input. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { filledSheet } from "../support/dataset-folder.ts";
import { type CommandResult, endOf } from "../support/run-command.ts";
import { CHECKPOINT, type PredictProject, predictProject } from "./predict-project.ts";

let project: PredictProject;
let bytes: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  project = await predictProject();
  bytes = new Uint8Array(readFileSync(project.workbook("book.xlsx")));
});
afterAll(() => project.remove());

function predict(args: readonly string[], stdin: Uint8Array<ArrayBuffer>): Promise<CommandResult> {
  const command = [process.execPath, join(PROJECT_ROOT, "core/commands/predict.ts"), "--device", "wasm"];
  return endOf(
    Bun.spawn([...command, "--checkpoint", CHECKPOINT, "--stdin", ...args], {
      cwd: project.folder,
      env: { ...process.env, NO_COLOR: "1" },
      stdin: new Blob([stdin]),
      stdout: "pipe",
      stderr: "pipe",
    }),
  );
}

test("the tables are those of the file with the same bytes, under the name that was given", async () => {
  const file = await project.predict(["--checkpoint", CHECKPOINT, "book.xlsx", "--json"]);
  const piped = await predict(["--json", "--stdin-name", "book.xlsx"], bytes);
  expect([piped.code, piped.stderr, piped.stdout]).toEqual([0, file.stderr, file.stdout]);
  const unnamed = await predict([], bytes);
  expect(unnamed.stdout).toStartWith("standard input\n  Sheet1");
});

test("the ending of the name tells a text, and extracted tables lie in a folder of that name", async () => {
  const text = new Uint8Array(Buffer.from("item,price\nchair,3\ntable,4\n"));
  const { code, stdout } = await predict(["--stdin-name", "prices.csv"], text);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^prices\.csv\n {2}prices/)]);
  const extracted = await predict(["--stdin-name", "book.xlsx", "--extract", "tables"], bytes);
  expect([extracted.code, readdirSync(join(project.folder, "tables")).sort()]).toEqual([
    0,
    ["book", "index.csv"],
  ]);
});

test("a name with folders leads the extracted tables to no other folder", async () => {
  const args = ["--stdin-name", "../../above/book.xlsx", "--extract", "deep/down/tables"];
  const { code, stderr } = await predict(args, bytes);
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^wrote \d+ tables? to deep\/down\/tables\n$/)]);
  expect(readdirSync(join(project.folder, "deep/down/tables")).sort()).toEqual(["book", "index.csv"]);
  expect(readdirSync(join(project.folder, "deep"))).toEqual(["down"]);
});

test.skipIf(process.platform === "win32")(
  "a folder as standard input is a problem and no defect",
  async () => {
    for (const args of [["--stdin"], ["-"]]) {
      const script = `exec "$0" "$@" < .`;
      const command = [process.execPath, join(PROJECT_ROOT, "core/commands/predict.ts"), ...args];
      const child = Bun.spawn(["sh", "-c", script, ...command], { cwd: project.folder, stderr: "pipe" });
      const stderr = await new Response(child.stderr).text();
      expect([await child.exited, stderr]).toEqual([
        1,
        expect.stringMatching(/^Cannot read standard input\n {2}got/),
      ]);
      expect(stderr).not.toContain("    at ");
    }
  },
);

test("bytes that end early, and none at all, fail as a file of this kind does", async () => {
  const cut = await predict(["--stdin-name", "cut.xlsx"], bytes.subarray(0, 500));
  expect([cut.code, cut.stderr]).toEqual([
    1,
    expect.stringContaining(
      "cut.xlsx  Cannot read the workbook: the archive's directory is broken or cut off",
    ),
  ]);
  const none = await predict([], new Uint8Array());
  expect([none.code, none.stderr]).toEqual([
    1,
    "standard input  Cannot read the workbook: the file is empty\n",
  ]);
});

test("a text without a name is no workbook, and the name is the first advice", async () => {
  const { code, stderr } = await predict([], new Uint8Array(Buffer.from("item,price\nchair,3\n")));
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining("fix       --stdin-name table.csv, if it is a text; or"),
  ]);
});

test("results of another workbook that has no name either are neither skipped nor replaced", async () => {
  const other = new Uint8Array(readFileSync(project.workbook("other.xlsx", [filledSheet("Other", 4, 4)])));
  const excel = (output: string, ...more: string[]) => ["--mode", "excel", "--output", output, ...more];
  const written = (name: string) => readFileSync(join(project.folder, name), "utf8");
  expect((await predict(excel("piped.jsonl"), bytes)).code).toBe(0);
  const unknown = await predict(excel("piped.jsonl"), other);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("fix       --stdin-name")]);
  expect((await predict(excel("piped.jsonl", "--stdin-name", "other.xlsx"), other)).code).toBe(0);
  expect(written("piped.jsonl").match(/"sheet":"\w+"/g)).toEqual(['"sheet":"Sheet1"', '"sheet":"Other"']);
  for (const [stdin, code] of [
    [bytes, 0],
    [bytes, 0],
    [other, 2],
  ] as const) {
    expect((await predict(excel("piped.json"), stdin)).code).toBe(code);
    expect(written("piped.json")).toContain('"sheet":"Sheet1"');
  }
});

test("other workbooks, copies, and a name without --stdin are wrong usage", async () => {
  for (const [args, expected] of [
    [["book.xlsx"], "no other workbook"],
    [["--annotate", "drawn.xlsx"], "no annotated copy: only files are copied"],
    [["--annotate-dir", "drawn"], "no annotated copy: only files are copied"],
  ] as const) {
    const { code, stderr } = await predict(args, bytes);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`expected  ${expected}`)]);
  }
  const { code, stderr } = await project.predict(["--stdin-name", "x.csv", "book.xlsx"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("expected  --stdin with it")]);
});
