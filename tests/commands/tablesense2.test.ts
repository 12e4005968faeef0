/** Tests the program of the installed package: which command it starts, with which Bun, and how it ends. */

import { expect, test } from "bun:test";
import { chmodSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { endOf } from "../support/run-command.ts";
import { skipped } from "../support/skipped.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder.ts";

const PROGRAM = join(PROJECT_ROOT, "core/commands/tablesense2.js");
const MANIFEST = JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8")) as {
  version: string;
  engines: { bun: string };
};
const NODE = Bun.which("node");

const start = (runtime: string, args: readonly string[], env: Record<string, string> = {}) =>
  Bun.spawn([runtime, PROGRAM, ...args], {
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });

/** A folder for the path with a program that prints its arguments and ends with 7. */
function stub(folder: TemporaryFolder, name: string, script = 'printf "%s\\n" "$0" "$@"\nexit 7\n'): string {
  chmodSync(folder.write(`bin/${name}`, `#!/bin/sh\n${script}`), 0o755);
  return folder.join("bin");
}

test("the command's exit code and output are those of bun run", async () => {
  const help = await endOf(start(process.execPath, ["predict", "--help"]));
  expect([help.code, help.stdout]).toEqual([0, expect.stringContaining("Find the tables of workbooks")]);
  const wrong = await endOf(start(process.execPath, ["predict", "missing.xlsx"]));
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("there is no such file")]);
  const version = await endOf(start(process.execPath, ["--version"]));
  expect(version.stdout).toBe(`${MANIFEST.version}\n`);
});

test("without a command it prints the list, and an unknown one is wrong usage", async () => {
  expect((await endOf(start(process.execPath, []))).stdout).toContain("\n  predict ");
  for (const name of ["nothing", "setup", "test", "preserve", "toString"]) {
    const { code, stderr } = await endOf(start(process.execPath, [name]));
    expect([name, code, stderr]).toEqual([
      name,
      2,
      expect.stringMatching(/expected {2}one of .*predict.*\n/),
    ]);
    expect(stderr).toMatch(/fix {7}(bunx|npx) tablesense2 help/);
  }
});

test("Node takes the Bun on the path, if it is new enough", async () => {
  if (NODE === null) return skipped("the program of the package under Node", "node is not installed");
  using folder = temporaryFolder("launcher");
  const version = MANIFEST.engines.bun.replace(">=", "");
  const answers = `if [ "$1" = --version ]; then echo "$VERSION"; exit; fi\nprintf "%s\\n" "$0" "$@"\nexit 7\n`;
  const PATH = stub(folder, "bun", answers);
  stub(folder, "npx");
  for (const [given, taken] of [
    [version, "bun"],
    ["99.0.0", "bun"],
    ["1.0.9", "npx"],
    ["0.9.9", "npx"],
  ] as const) {
    const { code, stdout } = await endOf(start(NODE, ["predict", "a b.xlsx"], { PATH, VERSION: given }));
    const words = taken === "npx" ? ["--yes", "--prefer-offline", `bun@${version}`] : [];
    const file = join(PROJECT_ROOT, "core/commands/predict.ts");
    expect([given, code, stdout.trimEnd().split("\n")]).toEqual([
      given,
      7,
      [join(PATH, taken), ...words, file, "a b.xlsx"],
    ]);
  }
});

test("without Bun and npm it says what to install", async () => {
  if (NODE === null) return skipped("the program of the package under Node", "node is not installed");
  using folder = temporaryFolder("launcher");
  const { code, stderr } = await endOf(start(NODE, ["help"], { PATH: folder.path }));
  expect([code, stderr]).toEqual([1, expect.stringContaining("fix       install Bun")]);
});

test("signals reach the command from its start on, and its end by one is the program's", async () => {
  if (NODE === null) return skipped("the program of the package under Node", "node is not installed");
  using folder = temporaryFolder("launcher");
  // Holds the program right behind the start of the command, as a busy machine may.
  const held = folder.write(
    "held.cjs",
    `const children = require("node:child_process");
     const { spawn } = children;
     children.spawn = (...args) => {
       const child = spawn(...args);
       const cell = new Int32Array(new SharedArrayBuffer(4));
       while (!require("node:fs").existsSync(process.env.GO)) Atomics.wait(cell, 0, 0, 5);
       return child;
     };
     require("node:module").syncBuiltinESMExports();`,
  );
  const script = `if [ "$1" = --version ]; then echo 99.0.0; exit; fi\ntrap 'exit 42' TERM\necho ready\nwhile :; do "$SLEEP" 0.05; done\n`;
  const PATH = stub(folder, "bun", script);
  const GO = folder.join("go");
  const NODE_OPTIONS = `--require ${held}`;
  const child = start(NODE, ["help"], { PATH, SLEEP: Bun.which("sleep")!, GO, NODE_OPTIONS });
  const reader = child.stdout.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("ready\n");
  child.kill("SIGTERM");
  folder.write("go", "");
  expect(await child.exited).toBe(42);
});

test("started by a link, as package managers do, it finds its own project", async () => {
  using folder = temporaryFolder("launcher");
  const link = folder.join("tablesense2");
  symlinkSync(PROGRAM, link);
  const child = Bun.spawn([process.execPath, link, "--version"], { stdout: "pipe" });
  expect(await new Response(child.stdout).text()).toBe(`${MANIFEST.version}\n`);
});
