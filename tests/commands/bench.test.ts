/** Tests the command that runs the benchmarks. */

import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { BENCHES } from "../../bench/benches.ts";
import { commandLine } from "../../core/base/command-line.ts";
import { parameterTensors } from "../../core/checkpoint/state-dict.ts";
import { writePtFile } from "../../core/checkpoint/write-pt.ts";
import { DEFAULT_DETECTOR } from "../../core/model/detector-config.ts";
import { createParameters } from "../../core/model/parameters.ts";
import { runCommand } from "../support/run-command.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const NAMES = Object.keys(BENCHES);

test("bun run bench --help lists the benchmarks, and each one's --help what it takes", async () => {
  const list = await runCommand("bench/main.ts", ["--help"]);
  expect([list.code, list.stderr]).toEqual([0, ""]);
  for (const name of NAMES) expect(list.stdout).toMatch(new RegExp(`^  ${name} `, "m"));
  const helps = await Promise.all(NAMES.map((name) => runCommand("bench/main.ts", [name, "--help"])));
  for (const [index, name] of NAMES.entries()) {
    const { code, stdout, stderr } = helps[index]!;
    expect([name, code, stderr]).toEqual([name, 0, ""]);
    expect(stdout).toContain(`USAGE ${commandLine("bench", name)} `);
  }
}, 60_000);

test("bun run bench make-large-workbook leaves a file alone that is there", async () => {
  using folder = temporaryFolder("bench");
  folder.write("mine.xlsx", "mine");
  const make = (...args: string[]) =>
    runCommand("bench/main.ts", ["make-large-workbook", ...args, "100"], { cwd: folder.path });
  const refused = await make("mine.xlsx");
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("--overwrite to replace")]);
  expect(readFileSync(folder.join("mine.xlsx"), "utf8")).toBe("mine");
  expect((await make("--overwrite", "mine.xlsx")).code).toBe(0);
  expect(readFileSync(folder.join("mine.xlsx"), "latin1")).toStartWith("PK");
}, 60_000);

test("bun run bench names the nearest benchmark and the nearest option, with exit code 2", async () => {
  const [unknown, option] = await Promise.all([
    runCommand("bench/main.ts", ["modle"]),
    runCommand("bench/main.ts", ["--pases=1"]),
  ]);
  expect([unknown.code, unknown.stdout]).toEqual([2, ""]);
  expect(unknown.stderr).toContain(`fix       ${commandLine("bench", "model")}\n`);
  expect([option.code, option.stdout]).toEqual([2, ""]);
  expect(option.stderr).toContain("fix       --passes=1\n");
}, 60_000);

test("a benchmark refuses a number that measures nothing, with one message and nothing left behind", async () => {
  using folder = temporaryFolder("bench");
  const cases = [
    ["generate", "--count=abc"],
    ["model", "--passes=0"],
    ["model", "--workers=0"],
    ["predict", "--files=0"],
    ["predict", "--folder=nowhere"],
    ["predict", "--config=nowhere.yaml"],
    ["predict", "--checkpoint=nowhere.pt"],
    ["library", "nowhere"],
    ["checkpoint", "--folder=nowhere"],
    ["wandb-log", "1.5"],
    ["wandb-upload", "abc"],
    ["make-large-workbook", "large.xlsx", "abc"],
    ["compare", "--rounds=0"],
    ["curve", folder.path],
    ["model", "--device=nothing"],
  ];
  const env = { TMPDIR: folder.emptyFolder() };
  const ends = await Promise.all(
    cases.map((args) => runCommand("bench/main.ts", args, { cwd: folder.path, env })),
  );
  for (const [index, { code, stdout, stderr }] of ends.entries()) {
    expect([cases[index], code, stdout]).toEqual([cases[index], 2, ""]);
    expect(stderr).toMatch(/Cannot (use|find|measure|read|draw) /);
    expect(stderr).not.toMatch(/^\s+at /m);
  }
  expect(readdirSync(env.TMPDIR)).toEqual([]);
}, 120_000);

test("bun run bench proposals says that a checkpoint has no configuration", async () => {
  using folder = temporaryFolder("bench");
  const model_state_dict = parameterTensors(createParameters(DEFAULT_DETECTOR, 1));
  writePtFile(folder.join("plain.pt"), { format_version: 1, model_state_dict });
  const { code, stderr } = await runCommand("bench/main.ts", ["proposals", folder.join("plain.pt")]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("got       no configuration in it\n")]);
}, 60_000);

test("bun run bench wandb-upload measures, and its server ends with it", async () => {
  const { code, stdout, stderr } = await runCommand("bench/main.ts", ["wandb-upload", "1", "1"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^in a worker +thread \d+ ms/m);
}, 120_000);
