/** Tests the examples and lists of the guide to plugins. */

import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkHooks } from "../../core/hooks/check-hooks.ts";
import type { PluginRun } from "../../core/plugin.ts";
import { PROJECT, Workspace } from "../support/workspace.ts";

const GUIDE = readFileSync(join(PROJECT, "docs/plugins.md"), "utf8");
const SHAPE = readFileSync(join(PROJECT, "core/hooks/plugin.ts"), "utf8");

const space = new Workspace();
afterAll(() => space.dispose());

/** Writes an example of the guide into the workspace, with the import of a project that lies elsewhere. */
function writeExample(name: string): void {
  const code = new RegExp(`<!-- example: ${name} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(GUIDE)?.[1];
  if (code === undefined) throw new Error(`docs/plugins.md has no example ${name}`);
  space.write(name, code.replace("../core/plugin.ts", join(PROJECT, "core/plugin.ts")));
}

/** A run that keeps what a plugin says. */
function fakeRun(state: unknown = null) {
  const lines: string[] = [];
  const logged: Record<string, number>[] = [];
  const run = {
    state,
    console: { line: (text: string) => void lines.push(text) },
    log: (values: Record<string, number>) => void logged.push(values),
  } as unknown as PluginRun;
  return { run, lines, logged };
}

test("the guide's plain object runs: it counts epochs, says so once, and keeps its count over a resume", async () => {
  writeExample("plateau.js");
  const { plugins } = await space.load("plugins:\n  ./plateau.js: { patience: 2 }\n");
  const { plugin, options } = plugins[0]!;
  const { run, lines, logged } = fakeRun({ since: 1 });
  const hooks = await plugin.setup(run, options as never);
  checkHooks(plugin, hooks);
  for (const [epoch, best] of [
    [4, false],
    [5, false],
    [6, true],
  ] as const) {
    await hooks.onEpochEnd?.({ step: epoch, epoch, train: {}, val: { f1: 0.5 }, best, seconds: 1 });
  }
  expect(lines).toEqual(["epoch 4: no better F1 for 2 epochs"]);
  expect(logged.map((values) => values["val/epochs_since_best"])).toEqual([2, 3, 0]);
  expect(hooks.saveState?.()).toEqual({ since: 0 });
});

test("the guide's definePlugin runs: its options are checked, and it logs the norms it watches", async () => {
  writeExample("gradient-watch.ts");
  const wrong = await space.problem("plugins:\n  ./gradient-watch.ts: { every: 0 }\n");
  expect(wrong.fix).toBe("every: 1");
  const { plugins } = await space.load("plugins:\n  ./gradient-watch.ts: { every: 2 }\n");
  const { plugin, options } = plugins[0]!;
  expect(options).toEqual({ parameters: "backbone.", every: 2, norm: "l2" });
  const { run, logged } = fakeRun();
  const hooks = await plugin.setup(run, options as never);
  checkHooks(plugin, hooks);
  const gradients = () =>
    new Map([
      ["backbone.a", new Float32Array([3, -4])],
      ["detr.b", new Float32Array([9])],
    ]);
  const losses = { loss: 1, lr: 1, maxGradNorm: 1, meanGradNorm: 1, sheets: 1, sheetsDone: 1 };
  for (const step of [1, 2]) await hooks.onGradStep?.({ step, epoch: 1, ...losses, gradients });
  expect(logged).toEqual([{ "gradient_watch/norm": 5 }]);
});

test("the guide names everything that a plugin can do to a run", () => {
  const body = /interface PluginRun \{([\s\S]*?)\n\}/.exec(SHAPE)![1]!;
  const members = [...body.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map(([, name]) => name!);
  const table = GUIDE.slice(GUIDE.indexOf("| of `run` |"));
  expect(members.length).toBeGreaterThan(8);
  expect(members.filter((name) => !new RegExp(`\`${name}[\`(]`).test(table))).toEqual([]);
});
