/** Tests what the train command says to wrong arguments, configurations and datasets. */

import { afterAll, expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testProject } from "../../support/project.ts";

const project = testProject({ epochs: 1 });
afterAll(() => project.remove());

/** Runs the command and expects it to fail before there is a run. */
async function refused(args: string[], code: number): Promise<string> {
  const result = await project.train(args);
  expect(result.code).toBe(code);
  expect(result.stderr).not.toContain("    at "); // a message, not a stack
  expect(project.runFolders()).toEqual([]);
  return result.stderr;
}

test("train without a configuration says how to call it", async () => {
  expect(await refused([], 2)).toContain("bun run train configs/minimal.yaml");
});

test("train with two configurations says so instead of taking the first", async () => {
  expect(await refused(["config.yaml", "other.yaml"], 2)).toContain("config.yaml and other.yaml");
});

test("train with a configuration that is not there names the path", async () => {
  expect(await refused(["absent.yaml"], 2)).toContain("absent.yaml");
});

test("train with an empty configuration says so", async () => {
  writeFileSync(join(project.folder, "empty.yaml"), "");
  expect(await refused(["empty.yaml"], 2)).toMatch(/empty\.yaml/);
});

test("train reports all wrong keys at once, with line and column and the nearest name", async () => {
  writeFileSync(
    join(project.folder, "wrong.yaml"),
    "training:\n  max_epoch: 3\n  lr: -1\nmodel:\n  detr: { hidden_dim: 130, num_heads: 4 }\n",
  );
  const message = await refused(["wrong.yaml"], 2);
  expect(message).toContain("wrong.yaml:2:3");
  expect(message).toContain("max_epochs");
  expect(message).toContain("wrong.yaml:3:7");
  expect(message).toMatch(/wrong\.yaml:5:\d+/);
});

test("train with an unknown override names the nearest key", async () => {
  expect(await refused(["config.yaml", "--training.learning_rate=1"], 2)).toContain("training.lr");
});

test("train with a missing dataset names the paths that it looked at", async () => {
  const message = await refused(["config.yaml", "--data.dataset_names=[absent]"], 2);
  expect(message).toContain(join("data", "absent"));
});

test("train with a plugin whose hook is misspelt names the nearest hook and leaves no folder", async () => {
  const plugin = join(project.folder, "typo.ts");
  writeFileSync(plugin, 'export default { name: "typo", setup: () => ({ onGradstep() {} }) };');
  expect(await refused(["config.yaml", `--plugins.${plugin}=true`], 2)).toContain("onGradStep");
});

test("train with a device that does not exist lists those that do", async () => {
  expect(await refused(["config.yaml", "--training.device=tpu"], 2)).toContain("wasm");
});

test("train --resume with what is not there says what is expected", async () => {
  expect(await refused(["--resume", "runs/absent"], 2)).toContain(
    "a run's folder, a checkpoint file, or latest",
  );
  expect(await refused(["--resume", "latest"], 2)).toContain("Cannot resume the latest run");
});

test("train leaves out workbooks it cannot read, says so at the end, and trains on the others", async () => {
  writeFileSync(join(project.folder, "data", "tiny", "files", "book-1.xlsx"), "not a workbook");
  const result = await project.train(["config.yaml"]);
  expect(result.code).toBe(0);
  expect(result.stderr).toContain("left out: 1");
  expect(result.stderr).toContain("book-1.xlsx");
  const [folder] = project.runFolders() as [string];
  expect(readdirSync(join(folder, "checkpoints")).sort()).toEqual([
    "best.pt",
    "checkpoint_epoch_1.pt",
    "last.pt",
  ]);
}, 60_000);

test("train with data.on_bad_file=fail ends with exit code 1 on such a workbook", async () => {
  const before = project.runFolders();
  const result = await project.train(["config.yaml", "--data.on_bad_file=fail"]);
  expect(result.code).toBe(1);
  expect(result.stderr).toContain("book-1.xlsx");
  expect(project.runFolders()).toEqual(before);
});
