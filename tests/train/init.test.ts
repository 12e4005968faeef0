import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { readCheckpoint } from "../../core/checkpoint/detector-state.ts";
import { testProject } from "../support/project.ts";

const project = testProject({ epochs: 1, workbooks: 10 });
afterAll(() => project.remove());

const TINY_MODEL = join(import.meta.dir, "..", "golden", "tiny_model.pt");
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
