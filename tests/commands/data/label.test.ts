/** Tests the command that proposes labels for workbooks. */

import { expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseRange } from "../../../core/base/range.ts";
import { encodeWorkbook } from "../../../core/excel/write/write-workbook.ts";
import { compoundFile } from "../../support/build-encrypted.ts";
import { filledSheet } from "../../support/dataset-folder.ts";
import { writeRandomCheckpoint } from "../../support/random-checkpoint.ts";
import { endOf, startCommand } from "../../support/run-command.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { until } from "../../support/until.ts";
import { runData } from "./run-data.ts";

function writeBooks(folder: string): void {
  mkdirSync(join(folder, "deep"), { recursive: true });
  const cells = [
    { row: 1, column: 1, value: "A title" },
    ...[3, 4, 5].flatMap((row) => [2, 3].map((column) => ({ row, column, value: row }))),
    ...[8, 9].flatMap((row) => [2, 3].map((column) => ({ row, column, value: row }))),
  ];
  const book = encodeWorkbook({
    sheets: [
      { name: "Two", cells },
      { name: "Empty", cells: [] },
    ],
  });
  writeFileSync(join(folder, "deep", "b.xlsx"), book);
  const title = { name: "None", cells: [{ row: 1, column: 1, value: "prose" }] };
  writeFileSync(join(folder, "a.xlsx"), encodeWorkbook({ sheets: [title, filledSheet("Data", 6, 4)] }));
  writeFileSync(join(folder, "~$a.xlsx"), "lock file");
}

const linesOf = (path: string) =>
  readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

test("bun run data label --blocks proposes a line for each sheet with content, and never overwrites one", async () => {
  using folder = temporaryFolder("data-command");
  writeBooks(folder.join("files"));
  const first = await runData(folder.path, "label", ".", "--blocks");
  expect([first.code, first.stderr]).toEqual([0, ""]);
  expect(first.stdout).toContain("3 tables proposed on 3 sheets of 2 workbooks, none on 1");
  const path = folder.join("annotations", "annotations.jsonl");
  const lines = linesOf(path);
  expect(
    lines.map(({ file_name, sheet_name, table_regions }) => [file_name, sheet_name, table_regions]),
  ).toEqual([
    ["a.xlsx", "None", []],
    ["a.xlsx", "Data", ["A1:D6"]],
    ["deep/b.xlsx", "Two", ["B3:C5", "B8:C9"]],
  ]);
  expect(lines[0]).toMatchObject({ file_path: "files", label_origin: "proposed by connected blocks" });

  writeFileSync(path, "corrected by hand\n");
  const again = await runData(folder.path, "label", ".", "--blocks");
  expect(again.code).toBe(2);
  expect(again.stderr).toContain("labels are there already");
  expect(readFileSync(path, "utf8")).toBe("corrected by hand\n");
  const args = ["--output", "new/proposal.jsonl", "--json", "--blocks"];
  const elsewhere = await runData(folder.path, "label", ".", ...args);
  expect(JSON.parse(elsewhere.stdout)).toMatchObject({
    tables: 3,
    sheets: 3,
    sheetsWithoutTables: 1,
    failed: [],
  });
  expect(linesOf(folder.join("new", "proposal.jsonl"))).toEqual(lines);
  const anew = await runData(folder.path, "label", ".", "--blocks", "--overwrite");
  expect([anew.code, linesOf(path)]).toEqual([0, lines]);
});

test("bun run data label --output - prints the lines alone to standard output", async () => {
  using folder = temporaryFolder("data-command");
  writeBooks(folder.join("files"));
  const { code, stdout, stderr } = await runData(folder.path, "label", ".", "--blocks", "--output", "-");
  const lines = stdout.trim().split("\n");
  expect([code, lines.map((line) => JSON.parse(line).sheet_name)]).toEqual([0, ["None", "Data", "Two"]]);
  expect(stderr).toContain("3 tables proposed on 3 sheets of 2 workbooks");
  expect(stderr).toContain("\nstandard output\ncorrect it, then: ");
});

test.skipIf(process.platform === "win32")(
  "bun run data label replaces no labels that were made while it worked",
  async () => {
    using folder = temporaryFolder("data-command");
    writeBooks(folder.join("books"));
    folder.write("books/old.xls", compoundFile({ Workbook: new Uint8Array(1024) }));
    // The conversion of the old workbook lasts until the labels are there.
    const [started, go] = [folder.join("started"), folder.join("go")];
    const wait = `: > '${started}'; until [ -e '${go}' ]; do sleep 0.02; done; exit 1`;
    chmodSync(folder.write("bin/soffice", `#!/bin/sh\n${wait}\n`), 0o755);
    const running = startCommand("core/commands/data.ts", ["label", "books", "--blocks"], {
      cwd: folder.path,
      env: { PATH: `${folder.join("bin")}:${process.env.PATH}` },
    });
    await until(() => existsSync(started), running);
    const labels = folder.write("books/annotations.jsonl", "by a person\n");
    folder.write("go", "");
    const { code, stderr } = await endOf(running);
    expect([code, stderr]).toEqual([2, expect.stringContaining("labels are there already")]);
    expect(readFileSync(labels, "utf8")).toBe("by a person\n");
  },
);

test("bun run data label proposes with the weights of the project, on whole sheets", async () => {
  using folder = temporaryFolder("data-command");
  const rows = 600; // more than training looks at
  const cells = Array.from({ length: rows * 4 }, (_, at) => {
    const [row, column] = [1 + Math.floor(at / 4), 1 + (at % 4)];
    return { row, column, value: row === 1 ? `Head ${column}` : row * column };
  });
  const hidden = { name: "Hidden", cells: cells.slice(0, 40), hidden: true };
  folder.write("books/a.xlsx", encodeWorkbook({ sheets: [{ name: "Long", cells }, hidden] }));
  const { code, stderr } = await runData(folder.path, "label", "books", "--device", "wasm");
  expect([code, stderr]).toEqual([0, ""]);
  const [long, second] = linesOf(folder.join("books", "annotations.jsonl"));
  expect(long).toMatchObject({ table_regions: ["A1:D600"], label_origin: "proposed by a model" });
  expect([long.hidden, long.looked_at, second.hidden]).toEqual([undefined, undefined, true]);
  const limited = ["--output", "limited.jsonl", "--data.max_rows=512", "--data.max_cols=128", "--blocks"];
  expect((await runData(folder.path, "label", "books", ...limited)).stdout).toContain("a.xlsx/Long");
  expect(linesOf(folder.join("limited.jsonl"))[0]).toMatchObject({ looked_at: "A1:D512" });
});

test("bun run data label marks Excel's own tables, and takes their reference for the network's", async () => {
  using folder = temporaryFolder("data-command");
  const cells = [1, 2, 3, 4, 5, 6].flatMap((row) =>
    [1, 2, 3].map((column) => ({ row, column, value: row === 1 ? `Head ${column}` : row * column })),
  );
  const sheet = (name: string, range: string) => ({
    name,
    cells,
    excelTables: [{ name: `T${name}`, range: parseRange(range)!, columns: ["Head 1", "Head 2", "Head 3"] }],
  });
  const sheets = [sheet("Whole", "A1:C6"), sheet("Part", "A1:C5"), { name: "None", cells }];
  folder.write("books/a.xlsx", encodeWorkbook({ sheets }));
  const proposals = async (...args: string[]) => {
    const { code } = await runData(folder.path, "label", "books", "--overwrite", ...args);
    expect(code).toBe(0);
    return linesOf(folder.join("books", "annotations.jsonl"));
  };
  const [whole, part, none] = await proposals("--device", "wasm");
  const object = (range: string) => ({ range, score: 1, source: "excel_table" });
  expect(whole).toMatchObject({ table_regions: ["A1:C6"], proposed: [object("A1:C6")], scores: [1] });
  expect(part).toMatchObject({ table_regions: ["A1:C5"], proposed: [object("A1:C5")] });
  expect(none.proposed).toEqual([{ range: "A1:C6", score: none.scores[0], source: "model" }]);
  expect((await proposals("--blocks")).map(({ proposed }) => proposed)).toEqual([
    [{ range: "A1:C6", score: null, source: "excel_table" }],
    [{ range: "A1:C6", score: null, source: "blocks" }],
    [{ range: "A1:C6", score: null, source: "blocks" }],
  ]);
});

test("bun run data label continues after a broken workbook, names it and ends with 1", async () => {
  using folder = temporaryFolder("data-command");
  writeBooks(folder.path);
  writeFileSync(folder.join("broken.xlsx"), "broken");
  const { code, stderr } = await runData(folder.path, "label", folder.path);
  expect(code).toBe(1);
  expect(stderr).toContain("broken.xlsx  Cannot read the workbook");
  expect(linesOf(folder.join("annotations.jsonl"))).toHaveLength(3);
});

test("bun run data label takes the name of a dataset in data.root, as the other commands do", async () => {
  using folder = temporaryFolder("data-command");
  writeBooks(folder.join("sets", "mine", "files"));
  const { code, stdout } = await runData(folder.path, "label", "mine", "--blocks", "--data.root=sets");
  expect([code, stdout.includes("on 3 sheets of 2 workbooks")]).toEqual([0, true]);
  expect(linesOf(folder.join("sets", "mine", "annotations", "annotations.jsonl"))).toHaveLength(3);
});

test("bun run data label refuses a path that is no folder, and a folder without workbooks, with exit code 2", async () => {
  using folder = temporaryFolder("data-command");
  for (const [args, message] of [
    [["nowhere"], "no such folder"],
    [["."], "Cannot find a workbook to label"],
    [[".", "--score-threshold", "7"], "a number from 0 to 1"],
    [[".", "--blocks", "--device", "js"], "one way"],
    [[], "Cannot start bun run data label without FOLDER"],
  ] as const) {
    const { code, stderr } = await runData(folder.path, "label", ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  }
});

test("bun run data label lets a checkpoint find the tables, with their scores, inside the sheet", async () => {
  using folder = temporaryFolder("data-command");
  writeBooks(folder.join("books"));
  writeRandomCheckpoint(folder.join("best.pt"));
  const args = ["label", "books", "--checkpoint", folder.path, "--device", "js"];
  const { code, stdout } = await runData(folder.path, ...args);
  expect(code).toBe(0);
  expect(stdout).toMatch(/tables? proposed on 3 sheets of 2 workbooks/);
  for (const { table_regions, scores, label_origin } of linesOf(folder.join("books", "annotations.jsonl"))) {
    expect(label_origin).toBe("proposed by a model");
    expect(table_regions.length).toBeGreaterThan(0);
    expect(scores).toHaveLength(table_regions.length);
    for (const region of table_regions) {
      const range = parseRange(region)!;
      expect(range.bottom).toBeLessThanOrEqual(9);
      expect(range.right).toBeLessThanOrEqual(4);
    }
  }
});
