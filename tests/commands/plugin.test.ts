/** Tests `bun run plugin new`, and that what it writes works anywhere: tested, type-checked, trained with. */

import { afterAll, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { runProgram } from "../../core/base/run-program.ts";
import { testProject } from "../support/project.ts";
import { type CommandResult, runCommand } from "../support/run-command.ts";
import { STOPPER } from "../support/stopper.ts";

const project = testProject({ epochs: 1, workbooks: 8 });
afterAll(() => project.remove());

const plugin = (...args: string[]): Promise<CommandResult> =>
  runCommand("core/commands/plugin.ts", args, { cwd: project.folder });
const inFolder = (folder: string, ...command: string[]) =>
  runProgram([process.execPath, ...command], { cwd: folder });
const TSC = join(PROJECT_ROOT, "node_modules/typescript/bin/tsc");

test("plugin new writes a plugin with a test; the file runs by its path, outside of the project", async () => {
  const written = await plugin("new", "mean-loss");
  expect([written.code, written.stderr]).toEqual([0, ""]);
  expect(written.stdout).toContain("wrote mean-loss: the plugin mean-loss, and its test\n");
  const folder = join(project.folder, "mean-loss");
  expect(readdirSync(folder).sort()).toEqual(["plugin.test.ts", "plugin.ts", "tsconfig.json"]);
  const tested = await inFolder(folder, "test");
  expect([tested.code, tested.output]).toEqual([0, expect.stringContaining(" 2 pass\n 0 fail\n")]);
  project.write("stopper.ts", STOPPER);
  const args = ["config.yaml", "--plugins../mean-loss/plugin.ts.steps=1", "--plugins../stopper.ts=true"];
  const trained = await project.train(args, { ROWS: "rows.jsonl" });
  expect([trained.code, trained.stderr]).toEqual([0, ""]);
  const [row] = readFileSync(join(project.folder, "rows.jsonl"), "utf8").split("\n", 1);
  expect(JSON.parse(row!)["mean_loss/mean_loss"]).toBeGreaterThan(0);
}, 120_000);

test("plugin new --package: a package with an option and a dependency is tested, type-checked, found from the configuration's folder, and resumed", async () => {
  const manifest = readFileSync(join(PROJECT_ROOT, "package.json"), "utf8");
  const elsewhere = join(project.folder, "elsewhere");
  expect((await plugin("new", "table-plugin", "--package", "--folder", elsewhere)).code).toBe(0);
  const folder = join(elsewhere, "table-plugin");
  // A dependency of its own, as `bun add` would install it.
  const dependency = join(folder, "node_modules/rounding");
  mkdirSync(dependency, { recursive: true });
  writeFileSync(
    join(dependency, "package.json"),
    '{ "name": "rounding", "type": "module", "exports": "./index.ts" }',
  );
  writeFileSync(
    join(dependency, "index.ts"),
    "export const rounded = (value: number): number => Math.round(value);\n",
  );
  const source = join(folder, "plugin.ts");
  const text = readFileSync(source, "utf8")
    .replace('from "tablesense2/plugin";', 'from "tablesense2/plugin";\nimport { rounded } from "rounding";')
    .replace(
      "setup(run, { steps }) {",
      'setup(run, { steps }) {\n    run.console.line("rounded " + rounded(steps + 0.4));',
    );
  writeFileSync(source, text);
  const tested = await inFolder(folder, "test");
  expect([tested.code, tested.output]).toEqual([0, expect.stringContaining(" 2 pass\n 0 fail\n")]);
  expect(await inFolder(folder, TSC, "--noEmit")).toMatchObject({ code: 0, output: "" });
  writeFileSync(source, text.replace("rounded(steps + 0.4)", 'rounded("steps")'));
  expect((await inFolder(folder, TSC, "--noEmit")).output).toContain("plugin.ts(");
  writeFileSync(source, text);

  const config = readFileSync(project.config, "utf8").replace("progress: true", "table-plugin: { steps: 3 }");
  project.write("settings/run.yaml", config);
  mkdirSync(join(project.folder, "settings/node_modules"));
  symlinkSync(folder, join(project.folder, "settings/node_modules/table-plugin"));
  const trained = await project.train(["settings/run.yaml", "--plugins.table-plugin.steps=7"]);
  expect([trained.code, trained.stderr]).toEqual([0, ""]);
  expect(trained.stdout).toContain("rounded 7\n");
  const run = project.runFolders().at(-1)!;
  expect(readFileSync(join(run, "configs/config.yaml"), "utf8")).toContain("table-plugin/plugin.ts");
  const resumed = await project.train(["--resume", run, "--training.max_epochs=2"]);
  expect([resumed.code, resumed.stderr]).toEqual([0, ""]);
  expect(resumed.stdout).toContain("rounded 7\n");
  expect(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8")).toBe(manifest);
}, 120_000);

test("plugin new refuses names that no package can have, and folders that are there: exit code 2", async () => {
  const odd = await plugin("new", "Gradient Guard!");
  expect([odd.code, odd.stdout]).toEqual([2, ""]);
  expect(odd.stderr).toContain("fix       gradient-guard\n");
  const again = await plugin("new", "data");
  expect([again.code, again.stdout]).toEqual([2, ""]);
  expect(again.stderr).toContain("Cannot write the plugin there");
  expect((await plugin("new")).code).toBe(2);
});

test("plugin new says where it cannot write, without a stack trace", async () => {
  project.write("a-file", "");
  const { code, stderr } = await plugin("new", "x", "--folder", "a-file");
  expect([code, stderr]).toEqual([1, expect.stringContaining("Cannot write the plugin there")]);
  expect(stderr).toContain("fix       choose another place with --folder");
  expect(stderr).not.toContain("    at ");
});
