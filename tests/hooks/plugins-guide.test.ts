/** Tests the guide to plugins: every example in it is run, and its lists are complete. */

import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../../core/base/run-program.ts";
import { pluginFiles } from "../../core/commands/plugin/plugin-files.ts";
import { loadConfig } from "../../core/hooks/load-config.ts";
import type { Plugin } from "../../core/plugin.ts";
import { tryPlugin } from "../../core/plugin-testing.ts";
import { PROJECT, Workspace } from "../support/workspace.ts";

const GUIDE = readFileSync(join(PROJECT, "docs/plugins.md"), "utf8");
const SHAPE = readFileSync(join(PROJECT, "core/hooks/plugin.ts"), "utf8");

const space = new Workspace();
afterAll(() => space.dispose());

/** The examples of the guide by their file names, each written into the workspace. */
const EXAMPLES = new Map(
  [...GUIDE.matchAll(/<!-- example: (\S+) -->\n```\w+\n([\s\S]*?)```/g)].map(([, name, text]) => {
    space.write(name!, text!);
    return [name!, text!];
  }),
);
space.write(
  "tsconfig.json",
  pluginFiles("guide", { folder: space.folder, isPackage: false }).get("tsconfig.json")!,
);

/** The plugin in an example, loaded as a training loads it. */
async function load(name: string): Promise<Plugin> {
  const { plugins } = await space.load(`plugins:\n  ./${name}: true\n`);
  return plugins[0]!.plugin;
}

test("every block of code in the guide is an example, and each of them is run here", () => {
  const blocks = [...GUIDE.matchAll(/^```(ts|js|yaml)\n/gm)];
  expect(blocks).toHaveLength(EXAMPLES.size);
  expect([...EXAMPLES.keys()]).toEqual([
    "patience.js",
    "patience.yaml",
    "patience.test.ts",
    "gradient-watch.ts",
    "gradient-guard.ts",
    "package.yaml",
    "three.yaml",
  ]);
});

test("the plain object runs: it counts epochs, says so once, and keeps its count over a resume", async () => {
  const { plugins } = await space.load(EXAMPLES.get("patience.yaml")!);
  expect(plugins[1]!.options).toEqual({ patience: 3 });
  const f1 = (epoch: number) => [0.5, 0.4, 0.4, 0.6][epoch - 1]!;
  for (const killAfterStep of [undefined, 10]) {
    using trial = await tryPlugin(plugins[1]!.plugin, {
      options: { patience: 2 },
      epochs: 4,
      f1,
      killAfterStep,
    });
    expect(trial.lines).toEqual(["epoch 3: no better F1 for 2 epochs"]);
    const counts = trial.rows.flatMap((row) => row["val/epochs_since_best"] ?? []);
    expect([counts, trial.state]).toEqual([[0, 1, 2, 0], { since: 0 }]);
  }
});

test("the guide's test passes under bun test, and its plugins are of the types that they claim", async () => {
  const command = [process.execPath, "test", "./patience.test.ts"];
  const tested = await runProgram(command, { cwd: space.folder });
  expect([tested.code, tested.output]).toEqual([0, expect.stringContaining(" 1 pass\n 0 fail\n")]);
  const compiler = JSON.stringify({
    extends: "./tsconfig.json",
    include: [...EXAMPLES.keys()].filter((name) => name.startsWith("gradient-")),
  });
  space.write("examples.json", compiler);
  const tsc = join(PROJECT, "node_modules/typescript/bin/tsc");
  const checked = await runProgram([process.execPath, tsc, "--noEmit", "-p", "examples.json"], {
    cwd: space.folder,
  });
  expect(checked).toMatchObject({ code: 0, output: "" });
}, 60_000);

test("the definePlugin runs: its options are checked, and it logs the norms it watches", async () => {
  const wrong = await space.problem("plugins:\n  ./gradient-watch.ts: { every: 0 }\n");
  expect(wrong.fix).toBe("every: 1");
  using trial = await tryPlugin(await load("gradient-watch.ts"), {
    options: { every: 2 },
    epochs: 1,
    loss: () => 2,
  });
  const norms = trial.rows.map((row) => row["gradient_watch/norm"]);
  expect(norms).toEqual([undefined, 3, undefined, 3]); // of 2, -2, 1 and 0
});

test("the guard skips long gradients, stops the run after many of them, and goes on after a resume", async () => {
  const guard = await load("gradient-guard.ts");
  const options = { options: { most: 2 }, loss: (step: number) => (step === 3 || step > 5 ? 90 : 1) };
  using trial = await tryPlugin(guard, options);
  expect(trial.steps.map(({ skip }) => skip)).toEqual([false, false, true, false, false, true, true]);
  expect(trial.reason).toBe("gradient_guard: 2 gradients in a row were too long");
  expect(trial.progress).toEqual({ "mean norm": 1 });
  using resumed = await tryPlugin(guard, { ...options, killAfterStep: 6 });
  expect([resumed.rows, resumed.reason]).toEqual([trial.rows, trial.reason]);
});

test("the configurations of packages and of the three plugins can be loaded", async () => {
  space.write(
    "node_modules/mean-loss/package.json",
    pluginFiles("mean-loss", { folder: space.folder, isPackage: true }).get("package.json")!,
  );
  space.write(
    "node_modules/mean-loss/plugin.ts",
    pluginFiles("mean-loss", { folder: space.folder, isPackage: true }).get("plugin.ts")!,
  );
  const { plugins } = await space.load(EXAMPLES.get("package.yaml")!);
  expect(plugins.map(({ plugin, options }) => [plugin.name, options])).toContainEqual([
    "mean_loss",
    { steps: 20 },
  ]);
  const three = await loadConfig("three.yaml", [], {}, { cwd: space.folder });
  expect(three.plugins.map(({ plugin }) => plugin.name)).toEqual([
    "checkpoint",
    "tensorboard",
    "plateau",
    "webhook",
  ]);
});

test("the guide names everything that a plugin can do to a run", () => {
  const body = /interface PluginRun \{([\s\S]*?)\n\}/.exec(SHAPE)![1]!;
  const members = [...body.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map(([, name]) => name!);
  const table = GUIDE.slice(GUIDE.indexOf("| of `run` |"));
  expect(members.length).toBeGreaterThan(8);
  expect(members.filter((name) => !new RegExp(`\`${name}[\`(]`).test(table))).toEqual([]);
});

test("the guide names everything that tryPlugin takes and returns", () => {
  const source = readFileSync(join(PROJECT, "core/plugin-testing/try-plugin.ts"), "utf8");
  for (const type of ["interface TrialOptions ", "interface Trial "]) {
    const body = source.slice(source.indexOf(type)).split("\n}")[0]!;
    const members = [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name!);
    expect(members.length).toBeGreaterThan(8);
    expect(members.filter((name) => !GUIDE.includes(`\`${name}\``))).toEqual([]);
  }
});
