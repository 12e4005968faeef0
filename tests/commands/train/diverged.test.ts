/** Tests what is left of a run that diverges, and that ruined weights are refused by the commands. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../../core/base/project-root.ts";
import { readCheckpoint } from "../../../core/checkpoint/detector-state.ts";
import { PtTensor } from "../../../core/checkpoint/pt-value.ts";
import { writePtFile } from "../../../core/checkpoint/write-pt.ts";
import { testProject } from "../../support/project.ts";

const project = testProject({ epochs: 2, workbooks: 8, plugins: "{ checkpoint: true }" });
let run: string;
let ruined: string;

beforeAll(async () => {
  const { code, stderr } = await project.train(["config.yaml"]);
  expect([code, stderr]).toEqual([0, ""]);
  run = project.runFolders()[0]!;
  ruined = join(project.folder, "ruined.pt");
  const { model, extra } = readCheckpoint(join(run, "checkpoints", "best.pt"));
  const weights = [...model].map(([name, { shape, data }]) => {
    return [name, new PtTensor("float32", shape, new Float32Array(data.length).fill(Number.NaN))] as const;
  });
  writePtFile(ruined, { format_version: 1, model_state_dict: new Map(weights), extra });
}, 120_000);
afterAll(() => project.remove());

/** Runs a command of the project in the test's folder. */
function command(name: string, ...args: string[]) {
  const path = join(PROJECT_ROOT, "core", "commands", `${name}.ts`);
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, path, ...args], { cwd: project.folder });
  return { code: exitCode, stderr: stderr.toString() };
}

test("a run that diverges leaves last.pt alone, and what its message advises works", async () => {
  const last = join(run, "checkpoints", "last.pt");
  const before = readFileSync(last);
  const much = ["--training.lr=1e7", "--training.max_grad_norm=1e9", "--training.warmup_epochs=0"];
  const diverged = await project.train(["--resume", run, "--training.max_epochs=9", ...much]);
  expect(diverged.code).toBe(1);
  expect(diverged.stderr).toMatch(/Cannot go on: .* not finite/);
  expect(diverged.stderr).toContain("resume goes on from last.pt, the state after epoch 2");
  expect(diverged.stdout).toContain("to go on: bun run train --resume");
  expect(readFileSync(last).equals(before)).toBe(true);
  const less = ["--training.lr=1e-4", "--training.max_grad_norm=0.1", "--training.max_epochs=3"];
  const { code, stderr } = await project.train(["--resume", run, ...less]);
  expect([code, stderr]).toEqual([0, ""]);
}, 120_000);

test("predict, evaluate, export and model.init refuse weights that are NaN, by file and tensor", async () => {
  const book = join(project.folder, "data", "tiny", "files");
  const data = ["--data.root=data", "--data.dataset_names=[tiny]"];
  const init = await project.train(["config.yaml", `--model.init=${ruined}`]);
  for (const { code, stderr } of [
    command("predict", ruined, book),
    command("evaluate", ruined, ...data),
    command("checkpoint", "export", ruined, "weights.safetensors"),
    init,
  ]) {
    expect(stderr).toContain(ruined);
    expect(stderr).toMatch(/tensor [\w.]+ {2}Cannot use the weights: they are not finite/);
    expect(code).toBe(1);
  }
}, 120_000);
