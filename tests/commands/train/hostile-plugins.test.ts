/** Tests that a training survives plugins that misbehave. */

import { afterAll, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../../core/base/project-root.ts";
import { testProject } from "../../support/project.ts";

const project = testProject({ epochs: 1, plugins: "{ checkpoint: true, progress: true }" });
afterAll(() => project.remove());

const hooks = (name: string, body: string) =>
  project.write(`${name}.ts`, `export default { name: "${name}", setup: (run) => (${body}) };`);

test("an error that a plugin throws outside of its hooks is reported, and the run continues", async () => {
  const plugin = hooks(
    "stray",
    `{
      onGradStep() { void Promise.reject(new Error("nobody awaits me")); },
      onEpochEnd() {
        setTimeout(() => { throw new Error("from a timer"); }, 0);
        return new Promise((afterwards) => setTimeout(afterwards, 0));
      },
    }`,
  );
  const result = await project.train(["config.yaml", `--plugins.${plugin}=true`]);
  expect(result.code).toBe(0);
  expect(result.stdout).toContain("finished after");
  expect(result.stderr.split("nobody awaits me")).toHaveLength(2); // said once
  expect(result.stderr).toContain("from a timer");
});

test("a run continues when its output is no longer read, and output.log has all of it", async () => {
  const training = project.start(["config.yaml"]);
  const reader = training.stdout.getReader();
  await reader.read();
  await reader.cancel();
  expect(await training.exited).toBe(0);
  expect(await new Response(training.stderr).text()).toBe("");
  expect(readFileSync(join(project.runFolders().at(-1)!, "output.log"), "utf8")).toContain("finished after");
});

test("a plugin whose state cannot be saved is switched off, the checkpoint is written", async () => {
  const plugin = hooks("odd", "{ async saveState() { return 1; } }");
  const result = await project.train(["config.yaml", `--plugins.${plugin}=true`]);
  expect(result.code).toBe(0);
  expect(result.stderr).toContain('Plugin "odd" failed in saveState');
  expect(existsSync(join(project.runFolders().at(-1)!, "checkpoints", "last.pt"))).toBe(true);
});

test("a checkpoint that cannot be written at the end fails the run for the plugins too", async () => {
  const file = join(project.folder, "status");
  // A folder in the place of last.pt: the rename onto it fails, even for root.
  const plugin = hooks(
    "saboteur",
    `{
      async onEpochEnd() { (await import("node:fs")).mkdirSync(run.folder + "/checkpoints/last.pt/x", { recursive: true }); },
      onRunEnd({ status, error }) { require("node:fs").writeFileSync(${JSON.stringify(file)}, status + " " + error?.message); },
    }`,
  );
  const result = await project.train(["config.yaml", `--plugins.${plugin}=true`]);
  expect(result.code).toBe(1);
  expect(result.stderr.split("Cannot write the checkpoint")).toHaveLength(2); // said once, though tried twice
  expect(result.stderr).not.toContain("    at ");
  expect(readFileSync(file, "utf8")).toMatch(/^failed [\s\S]*last\.pt/);
});

test("a run that a plugin refuses to begin leaves no folder", async () => {
  const before = project.runFolders();
  const plugin = project.write(
    "refuses.ts",
    'export default { name: "refuses", setup() { throw new Error("not today"); } };',
  );
  const result = await project.train(["config.yaml", `--plugins.${plugin}=true`]);
  expect(result.code).toBe(1);
  expect(result.stderr).toContain('Plugin "refuses" failed in setup: not today');
  expect(project.runFolders()).toEqual(before);
});

test("a setup that refuses its options with a UserError ends the command with exit code 2, without a stack", async () => {
  const plugin = project.write(
    "fussy.ts",
    `import { UserError } from ${JSON.stringify(join(PROJECT_ROOT, "core/plugin.ts"))};
    export default { name: "fussy", setup() { throw new UserError({ message: "Cannot post", expected: "a URL" }); } };`,
  );
  const result = await project.train(["config.yaml", `--plugins.${plugin}=true`]);
  expect([result.code, result.stderr]).toEqual([2, "Cannot post\n  expected  a URL\n"]);
});

test("a plugin that ends the process is named with its place, and the exit code is not 0", async () => {
  for (const [code, expected] of [
    ["0", 1],
    ["", 1],
    ["7", 7],
  ] as const) {
    const plugin = hooks("leaver", `{ onEpochStart() { process.exit(${code}); } }`);
    const result = await project.train(["config.yaml", `--plugins.${plugin}=true`]);
    expect(result.code).toBe(expected);
    expect(result.stderr).toContain(`The run was not over: process.exit(${code}) was called at ${plugin}:1:`);
  }
});
