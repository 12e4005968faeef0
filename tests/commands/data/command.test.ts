/** Tests what all data commands share: help, refusals, configuration, cache, signals. */

import { expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../../core/base/project-root.ts";
import { encodeWorkbook } from "../../../core/excel/write/write-workbook.ts";
import { writeCachedGrids } from "../../../core/features/grid-cache.ts";
import { proposalsFolder } from "../../../core/labelling/proposal-cache.ts";
import { compoundFile } from "../../support/build-encrypted.ts";
import { filledSheet, label, writeDataset } from "../../support/dataset-folder.ts";
import { endOf, startCommand } from "../../support/run-command.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { until } from "../../support/until.ts";
import { runData } from "./run-data.ts";

const COMMANDS = [
  "check",
  "stats",
  "show",
  "prepare",
  "generate",
  "import tablesense",
  "import excel-tables",
  "label",
  "cache",
];

test("bun run data --help names every command, and the help of each command names its options", async () => {
  using folder = temporaryFolder("data-command");
  const help = await runData(folder.path, "--help");
  expect(help.code).toBe(0);
  for (const name of ["check", "stats", "show", "prepare", "generate", "import", "label", "cache"])
    expect(help.stdout).toContain(name);
  const each = await Promise.all(
    COMMANDS.map((command) => runData(folder.path, ...command.split(" "), "--help")),
  );
  for (const [index, command] of COMMANDS.entries()) {
    expect([each[index]!.code, each[index]!.stderr]).toEqual([0, ""]);
    expect(each[index]!.stdout).toContain(`USAGE bun run data ${command}`);
  }
});

test("docs/datasets.md has every command of bun run data with the options of its help", async () => {
  const page = readFileSync(join(PROJECT_ROOT, "docs", "datasets.md"), "utf8");
  using folder = temporaryFolder("data-command");
  const each = await Promise.all(
    COMMANDS.map((command) => runData(folder.path, ...command.split(" "), "--help")),
  );
  for (const [index, command] of COMMANDS.entries()) {
    expect(page).toContain(`bun run data ${command}`);
    for (const [, option] of each[index]!.stdout.matchAll(/(--[a-z-]+)/g)) expect(page).toContain(option!);
  }
});

test("bun run data refuses unknown names with exit code 2 and offers the nearest name", async () => {
  using folder = temporaryFolder("data-command");
  const refusals = [
    [["chekc"], "fix       bun run data check\n"],
    [[], "one of check, stats, show, prepare, generate, import, label, cache"],
    [["stats", "--htlm", "x.html"], "--html"],
    [["check", "--data.max_row=3"], "--data.max_rows"],
    [["check", "--training.lr=3"], "an option of bun run data check"],
    [["prepare", "--threads=0"], "a whole number from 1"],
    [["check", "--data.train_ratio=0.5"], "data.train_ratio"],
    [["cache", "--size", "--clear"], "one of --size and --clear"],
    [["check", "nowhere"], "annotations.jsonl (one line per sheet)"],
    [["import"], "one of tablesense, excel-tables"],
  ] as const;
  const results = await Promise.all(refusals.map(([args]) => runData(folder.path, ...args)));
  for (const [index, [args, message]] of refusals.entries()) {
    const { code, stderr } = results[index]!;
    expect([args.join(" "), code, stderr.includes(message)]).toEqual([args.join(" "), 2, true]);
    expect(stderr).not.toContain("USAGE");
  }
  expect(readdirSync(folder.path)).toEqual([]);
});

test("bun run data takes a dataset's name with a slash, and its file of labels, for the dataset", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "mine", { "a.xlsx": [filledSheet("Data", 5, 4)] }, [
    label("a.xlsx", "Data", ["A1:D5"]),
  ]);
  for (const named of ["mine/", "mine/annotations/annotations.jsonl", "./mine"]) {
    const args = [named, `--data.root=${root.path}`, "--data.cache=false", "--json"];
    const { code, stdout } = await runData(root.path, "check", ...args);
    expect([named, code, JSON.parse(stdout).dataset]).toEqual([named, 0, "mine"]);
  }
  const both = ["check", "mine", "mine/", "./mine", `--data.root=${root.path}`, "--data.cache=false"];
  expect((await runData(root.path, ...both, "--json")).stdout.trim().split("\n")).toHaveLength(1);
  // A path is one of the current folder, not of data.root.
  const above = await runData(root.join("mine"), "check", "..", "--data.root=files");
  expect([above.code, above.stderr]).toEqual([2, expect.stringContaining(`${root.path}  Cannot use`)]);
  const slip = await runData(root.path, "check", "mien", `--data.root=${root.path}`);
  expect([slip.code, slip.stderr]).toEqual([2, expect.stringContaining("fix       mine\n")]);
});

test("bun run data check takes limits and datasets from a configuration", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "mine", { "a.xlsx": [filledSheet("Data", 30, 4)] }, [
    label("a.xlsx", "Data", ["A1:D30"]),
  ]);
  const config = root.join("config.yaml");
  writeFileSync(
    config,
    `data: { dataset_names: [mine], root: "${root.path}", max_rows: 10, cache: false }\n`,
  );
  const { code, stdout } = await runData(root.path, "check", "--config", config);
  expect(code).toBe(0);
  expect(stdout).toContain("cropped to 10 x 4");
  // A training finds this dataset in data.root, wherever it is started.
  mkdirSync(root.join("years"));
  renameSync(root.join("mine"), root.join("years", "2024"));
  const nested = ["--data.dataset_names=years/2024", `--data.root=${root.path}`, "--data.cache=false"];
  for (const command of ["check", "stats"]) {
    const found = await runData(root.emptyFolder(), command, ...nested, "--json");
    expect([found.code, JSON.parse(found.stdout).dataset]).toEqual([0, "2024"]);
  }
});

test("bun run data stats without a dataset writes and describes the built-in one", async () => {
  using folder = temporaryFolder("data-command");
  const { code, stdout } = await runData(folder.path, "stats", "--data.cache=false", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ dataset: "synthetic", leftOut: 0 });
  expect(existsSync(folder.join("training_data", "synthetic", "annotations", "annotations.jsonl"))).toBe(
    true,
  );
});

test("bun run data cache measures and empties a cache, and does not touch other files in its folder", async () => {
  using folder = temporaryFolder("data-command");
  writeCachedGrids(folder.path, "ab12", []);
  writeCachedGrids(folder.path, "cd34", []);
  writeFileSync(folder.join("mine.txt"), "");
  const cache = (...args: string[]) => runData(folder.path, "cache", "--folder", folder.path, ...args);
  expect((await cache()).stdout).toMatch(/^2 workbooks, \d+ B in /);
  const facts = JSON.parse((await cache("--size", "--json")).stdout);
  expect(facts).toMatchObject({ folder: folder.path, workbooks: 2, cleared: false, proposals: null });
  const both = JSON.parse((await runData(folder.path, "cache", "--json")).stdout);
  expect(both).toMatchObject({ cleared: false, proposals: { folder: proposalsFolder() } });
  expect((await cache("--clear")).stdout).toMatch(/^deleted 2 workbooks/);
  expect((await cache()).stdout).toMatch(/^0 workbooks, 0 B in /);
  expect(existsSync(folder.join("mine.txt"))).toBe(true);
});

test.skipIf(process.platform === "win32")(
  "bun run data import ends with 130 on SIGINT, and leaves nothing under the dataset's name or beside it",
  async () => {
    using folder = temporaryFolder("data-command");
    // A conversion without an end: the import cannot be done before the signal comes.
    const started = folder.join("started");
    const office = folder.write("bin/soffice", `#!/bin/sh\n: > '${started}'\nexec sleep 1000000\n`);
    chmodSync(office, 0o755);
    folder.write("books/new.xlsx", encodeWorkbook({ sheets: [filledSheet("Data", 4, 4)] }));
    folder.write("books/old.xls", compoundFile({ Workbook: new Uint8Array(1024) }));
    const running = startCommand(
      "core/commands/data.ts",
      ["import", "excel-tables", "books", "--data.root=root"],
      { cwd: folder.path, env: { PATH: `${folder.join("bin")}:${process.env.PATH}` } },
    );
    const root = folder.join("root");
    await until(() => existsSync(started), running);
    expect(readdirSync(root)).toHaveLength(1);
    running.kill("SIGINT");
    const { code, stderr } = await endOf(running);
    expect(code).toBe(130);
    expect(stderr).toContain("stopped: nothing was written");
    expect(readdirSync(root)).toEqual([]);
  },
);
