/** Tests that a network takes the shape of the weights that it begins with. */

import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { detectorSettings } from "../../core/detection/detector-settings.ts";
import { loadConfig } from "../../core/hooks/load-config.ts";
import { createParameters } from "../../core/model/parameters.ts";
import { withInitialShape, withParentShape } from "../../core/training/initial-shape.ts";
import { loadInitialWeights } from "../../core/training/initial-weights.ts";
import { testProject } from "../support/project.ts";

const project = testProject({ workbooks: 1 });
afterAll(() => project.remove());

test("withInitialShape() lets configs/finetune.yaml take the shipped weights, whatever their shape", async () => {
  const { config } = await loadConfig(join(PROJECT_ROOT, "configs/finetune.yaml"), [], {});
  const { model } = withInitialShape(config, project.runs);
  expect(model.dense_head.enabled).toBe(true);
  expect(model.dense_head.dropout).toBe(config.model.dense_head.dropout); // changes no weight
  const parameters = createParameters(detectorSettings(model), 1);
  const random = parameters.flat.slice();
  loadInitialWeights(model, parameters);
  expect(parameters.flat).not.toEqual(random);
});

test("a fork with the configuration of its parent has the shape that the parent took from its weights", async () => {
  const { config } = await loadConfig(join(PROJECT_ROOT, "configs/finetune.yaml"), [], {});
  const parent = withInitialShape(config, project.runs);
  expect(withParentShape(config, parent.model)).toEqual(parent);
  const plain = { ...config, model: { ...config.model, init_shape: false } };
  expect(withParentShape(plain, parent.model)).toBe(plain);
});

test("withInitialShape() changes nothing where the configuration describes its network", async () => {
  const { config } = await loadConfig(project.config, [], {}, { cwd: project.folder });
  expect(withInitialShape(config, project.runs)).toBe(config);
});

test("withInitialShape() refuses weights that do not describe their network", async () => {
  const init = join(PROJECT_ROOT, "tests/golden/tiny_model.pt");
  const args = [`--model.init=${init}`, "--model.init_shape=true"];
  const { config } = await loadConfig(project.config, args, {}, { cwd: project.folder });
  expect(() => withInitialShape(config, project.runs)).toThrow("--model.init_shape=false");
});

test("model.init_shape without model.init, and a fold beyond the last, are refused", async () => {
  const args = ["--model.init_shape=true", "--data.fold=[6,5]"];
  const loading = loadConfig(project.config, args, {}, { cwd: project.folder });
  await expect(loading).rejects.toThrow(
    /model\.init_shape[\s\S]*data\.fold|data\.fold[\s\S]*model\.init_shape/,
  );
});
