/** Tests trainings that start from weights which are there already. */

import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../../core/base/project-root.ts";
import { readCheckpoint } from "../../../core/checkpoint/detector-state.ts";
import { testProject } from "../../support/project.ts";

const project = testProject({ epochs: 1, workbooks: 10 });
afterAll(() => project.remove());

const TINY_MODEL = join(PROJECT_ROOT, "tests/golden/tiny_model.pt");
/** The network of tests/golden/tiny_model.pt, a file that torch.save wrote. */
const OVERRIDES = [
  "--model.backbone.base_width=8",
  "--model.backbone.stem_stride=2",
  "--model.detr.hidden_dim=16",
  "--model.detr.num_heads=2",
  "--model.detr.num_points=2",
  "--model.detr.num_encoder_layers=1",
  "--model.detr.num_decoder_layers=2",
  "--model.detr.num_queries=6",
  "--model.detr.ffn_ratio=2",
];

test("model.init starts from weights that PyTorch saved", async () => {
  const args = ["config.yaml", `--model.init=${TINY_MODEL}`, ...OVERRIDES, "--training.lr=1e-9"];
  const result = await project.train([...args, "--training.weight_decay=0"]);
  expect(result.stderr).toBe("");
  expect(result.code).toBe(0);
  const before = readCheckpoint(TINY_MODEL).model;
  const after = readCheckpoint(join(project.runFolders()[0]!, "checkpoints", "last.pt")).model;
  expect([...after.keys()]).toEqual([...before.keys()]);
  for (const [name, tensor] of before) {
    const [was, is] = [tensor.toFloat32(), after.get(name)!.toFloat32()];
    // A step moves a weight by about the learning rate.
    expect(Math.max(...was.map((value, index) => Math.abs(value - is[index]!)))).toBeLessThan(1e-6);
  }
});

test("model.init with another network's weights is refused with the names that differ, before there is a run", async () => {
  const before = project.runFolders();
  const result = await project.train(["config.yaml", `--model.init=${TINY_MODEL}`]);
  expect(result.code).toBe(1);
  expect(result.stderr).toContain("other shape");
  expect(result.stderr).toContain("backbone.stem.conv.weight");
  expect(project.runFolders()).toEqual(before);
});

test("model.init_partial takes over a dense head that was trained alone, and initialises the rest", async () => {
  const dense = [
    "--model.dense_head.enabled=true",
    "--model.dense_head.widths=[8,8]",
    "--model.dense_head.depths=[1,1]",
    "--model.dense_head.up_depths=[1]",
  ];
  const alone = await project.train(["config.yaml", ...dense, "--model.dense_head.only=true"]);
  expect(alone.stderr).toBe("");
  expect(alone.code).toBe(0);
  const first = join(project.runFolders().at(-1)!, "checkpoints", "last.pt");
  const weights = readCheckpoint(first).model;
  expect([...weights.keys()].every((name) => name.startsWith("dense_head."))).toBe(true);
  const whole = ["config.yaml", ...dense, `--model.init=${first}`];
  const refused = await project.train(whole);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("missing");
  const result = await project.train([...whole, "--model.init_partial=true", "--training.lr=1e-9"]);
  expect(result.code).toBe(0);
  expect(result.stdout).toContain(`${weights.size} of `);
  expect(result.stdout).toContain("fresh: level_embed, backbone");
});

test("the word pretrained is no path: it means the project's weights, which are absent or another network's here", async () => {
  const result = await project.train(["config.yaml", "--model.init=pretrained"]);
  expect(result.code).not.toBe(0);
  expect(result.stderr).toContain(join("core", "pretrained", "table-detector.safetensors"));
  expect(result.stderr).not.toContain(join(project.folder, "pretrained"));
});
