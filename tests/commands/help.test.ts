/** Tests the help of the project and of all its commands. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commandLine } from "../../core/base/command-line.ts";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { runCommand } from "../support/run-command.ts";

const SCRIPTS = JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8")).scripts as Record<
  string,
  string
>;
/** Those that users call; Bun runs `predata` before `data` by itself. */
const NAMES = Object.keys(SCRIPTS).filter((name) => !(name.startsWith("pre") && name.slice(3) in SCRIPTS));
/** Commands with a help of their own, each a script of the project. */
const WITH_HELP = [
  ...["predict", "evaluate", "train", "data", "checkpoint", "sync", "device", "plugin", "bench"],
  ...["serve", "mcp", "test", "check", "verify", "reference"],
];

/** Name and description of each row that `bun run help` prints. */
async function rows(): Promise<Map<string, string>> {
  const { code, stdout, stderr } = await runCommand("core/commands/help.ts", []);
  expect([code, stderr]).toEqual([0, ""]);
  const found = stdout.replaceAll(/\n {3,}/g, " ").matchAll(/^ {2}(\S+) +(.+)$/gm);
  return new Map([...found].map(([, name, description]) => [name!, description!]));
}

/** The file of a script and the words behind it: `core/commands/run-tool.ts`, `test`. */
function scriptOf(name: string): [file: string, ...words: string[]] {
  return SCRIPTS[name]!.replace(/^bun /, "").split(" ") as [string, ...string[]];
}

function runScript(name: string, ...args: string[]) {
  const [file, ...words] = scriptOf(name);
  return runCommand(file, [...words, ...args]);
}

test("bun run help lists every script of package.json and nothing else, a line each", async () => {
  expect([...(await rows()).keys()].sort()).toEqual(NAMES.sort());
});

test("bun run help says of a command what its own --help says, and names the docs", async () => {
  const listed = await rows();
  const helps = await Promise.all(WITH_HELP.map((name) => runScript(name, "--help")));
  for (const [index, name] of WITH_HELP.entries()) {
    const [paragraph] = helps[index]!.stdout.split("\n\n");
    expect([name, listed.get(name)]).toEqual([name, paragraph!.replaceAll("\n", " ")]);
  }
  expect((await runCommand("core/commands/help.ts", [])).stdout).toContain("docs/README.md");
});

test("the help of every command fits 80 columns in a pipe", async () => {
  const calls = [
    ...["help", ...WITH_HELP].map((name) => scriptOf(name)),
    ...["check", "stats", "show", "prepare", "generate", "label", "cache"].map((sub) => [
      ...scriptOf("data"),
      sub,
    ]),
    ...["tablesense", "excel-tables"].map((sub) => [...scriptOf("data"), "import", sub]),
    ...["inspect", "export"].map((sub) => [...scriptOf("checkpoint"), sub]),
    ...["list", "setup", "remove"].map((sub) => [...scriptOf("device"), sub]),
    [...scriptOf("plugin"), "new"],
  ];
  const results = await Promise.all(calls.map(([script, ...sub]) => runCommand(script!, [...sub, "--help"])));
  for (const [index, { code, stdout, stderr }] of results.entries()) {
    expect([calls[index], code, stderr]).toEqual([calls[index], 0, ""]);
    expect(stdout).toContain(index === 0 ? "Find tables" : "USAGE ");
    // Only what cannot be broken is longer: a name with its value, on a line of its own.
    const long = stdout.split("\n").filter((line) => line.length > 80 && line.trim().includes(" "));
    expect(long).toEqual([]);
  }
});

test("bun run help with the name of a command points to its --help, with exit code 2", async () => {
  const { code, stdout, stderr } = await runCommand("core/commands/help.ts", ["predcit"]);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(`fix       ${commandLine("predict", "--help")}\n`);
});
