/** Tests the weights that a training starts from. */

import { afterAll, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../../core/base/json.ts";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { checkpointValue, readCheckpoint } from "../../core/checkpoint/detector-state.ts";
import { exportWeights } from "../../core/checkpoint/export.ts";
import { wholePrefixes } from "../../core/checkpoint/whole-prefixes.ts";
import { writePtFile } from "../../core/checkpoint/write-pt.ts";
import type { Config } from "../../core/config/config.ts";
import { configText } from "../../core/config/write-config.ts";
import { detectorSettings } from "../../core/detection/detector-settings.ts";
import { loadConfig } from "../../core/hooks/load-config.ts";
import { createParameters } from "../../core/model/parameters.ts";
import { freshAdamW } from "../../core/optim/adamw.ts";
import { locatePretrained } from "../../core/pretrained/locate-pretrained.ts";
import { loadInitialWeights } from "../../core/training/initial-weights.ts";
import { networkSettings } from "../../core/training/network-settings.ts";
import { testProject } from "../support/project.ts";
import { refusal } from "../support/refusal.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

const project = testProject({ workbooks: 1 });
const folder = sharedFolder("initial-weights").path;
afterAll(() => project.remove());

const HEAD = [
  "--model.dense_head.enabled=true",
  "--model.dense_head.widths=[8,8]",
  "--model.dense_head.depths=[1,1]",
  "--model.dense_head.up_depths=[1]",
];

async function configured(...overrides: string[]): Promise<Config> {
  return (await loadConfig(project.config, overrides, {}, { cwd: project.folder })).config;
}

const parametersOf = ({ model }: Config, seed: number) => createParameters(detectorSettings(model), seed);

/** Writes a checkpoint with the weights of a seed. */
function write(name: string, config: Config, seed: number, average: Float32Array | null = null): string {
  const path = join(folder, name);
  const parameters = parametersOf(config, seed);
  const optimizer = { ...freshAdamW(parameters.flat.length), lr: 0, weightDecay: 0 };
  const rest = { scheduler: {}, epoch: 1, trainMetrics: {}, valMetrics: null, bestValF1: null };
  const extra = { config: config as unknown as Json };
  writePtFile(path, checkpointValue({ parameters, average, optimizer, ...rest, extra }));
  return path;
}

test("loadInitialWeights() takes the average where a checkpoint has one", async () => {
  const config = await configured();
  const average = parametersOf(config, 2).flat;
  const init = write("average.pt", config, 1, average);
  const parameters = parametersOf(config, 3);
  expect(loadInitialWeights({ ...config.model, init }, parameters)).toBe(`weights: ${init}`);
  expect(parameters.flat).toEqual(average);
});

test("model.init: pretrained stays a word in the configuration, and means the float16 weights of the project", async () => {
  const config = await configured("--model.init=pretrained");
  expect(config.model.init).toBe("pretrained");
  expect(configText(config)).toContain("  init: pretrained\n");
  expect((await configured("--model.init=./pretrained")).model.init).toBe(join(project.folder, "pretrained"));
  const shipped = join(folder, "table-detector.safetensors");
  exportWeights(readCheckpoint(write("shipped.pt", config, 1)), shipped, "safetensors", "float16");
  expect(locatePretrained(folder)).toBe(shipped);
  const parameters = parametersOf(config, 2);
  loadInitialWeights(config.model, parameters, () => shipped);
  expect([...parameters.flat]).toEqual([...new Float16Array(parametersOf(config, 1).flat)]);
});

test("the weights that come with the project are whole, finite and those of configs/pretrained.yaml's network", async () => {
  const { config } = await loadConfig(join(PROJECT_ROOT, "configs", "pretrained.yaml"), [
    "--model.init=pretrained",
    "--model.init_partial=false",
  ]);
  const parameters = parametersOf(config, 2);
  const drawn = parameters.flat.slice();
  loadInitialWeights(config.model, parameters);
  expect(parameters.flat.every(Number.isFinite)).toBeTrue();
  const same = parameters.flat.reduce((count, value, at) => count + (value === drawn[at] ? 1 : 0), 0);
  expect(same).toBeLessThan(parameters.flat.length / 100);
  expect(statSync(locatePretrained()).size).toBeLessThan(8_000_000);
});

test("without shipped weights the message names the file and what to do", () => {
  const message = refusal(() => locatePretrained(join(folder, "empty")));
  expect(message).toContain(join("empty", "table-detector.safetensors"));
  expect(message).toContain("fix");
});

test("another network's weights are refused with the model settings that they need", async () => {
  const config = await configured(...HEAD);
  const shipped = join(folder, "other.safetensors");
  exportWeights(readCheckpoint(write("other.pt", config, 1)), shipped, "safetensors", "float16");
  const other = await configured("--model.init=pretrained", "--model.detr.hidden_dim=32");
  const before = parametersOf(other, 2);
  const message = refusal(() => loadInitialWeights(other.model, before, () => shipped));
  expect(message).toContain("other shape");
  expect(message).toContain(`fix       --model.detr.hidden_dim=16 ${HEAD.join(" ")}\n`.trimEnd());
  expect(message).not.toContain("init_partial");
  expect(before.flat).toEqual(parametersOf(other, 2).flat);
  // And they are the settings with which it works.
  const again = await configured("--model.init=pretrained", "--model.detr.hidden_dim=16", ...HEAD);
  loadInitialWeights(again.model, parametersOf(again, 2), () => shipped);
});

test("networkSettings() leaves out what shapes no weights, and the parts that the file's network does not have", async () => {
  const own = (await configured("--model.detr.dropout=0.3", "--model.loss.lambda_cls=3")).model;
  const plain = (await configured()).model;
  expect(networkSettings(plain, own)).toEqual([]);
  const headAlone = (await configured(...HEAD, "--model.dense_head.only=true", "--model.detr.hidden_dim=64"))
    .model;
  expect(networkSettings(headAlone, own)).toEqual([
    HEAD[0]!,
    "--model.dense_head.only=true",
    ...HEAD.slice(1),
  ]);
  const { dense_head: _, ...older } = plain;
  expect(networkSettings(older, headAlone)).toEqual([
    "--model.detr.hidden_dim=16",
    "--model.dense_head.enabled=false",
  ]);
  expect(networkSettings(undefined, own)).toEqual([]);
});

test("init_partial takes what both have, keeps the rest fresh, and says which modules that is", async () => {
  const alone = await configured(...HEAD, "--model.dense_head.only=true");
  const whole = await configured(...HEAD, "--model.init_partial=true");
  const init = write("head.pt", alone, 1);
  const parameters = parametersOf(whole, 2);
  const said = loadInitialWeights({ ...whole.model, init }, parameters);
  const [head, fresh] = [parametersOf(alone, 1), parametersOf(whole, 2)];
  for (const name of parameters.names) {
    const expected = name.startsWith("dense_head.") ? head.view(name) : fresh.view(name);
    expect(parameters.view(name)).toEqual(expected);
  }
  expect(said).toContain(
    `, ${head.names.length} of ${fresh.names.length} parameters; fresh: level_embed, backbone, `,
  );
  expect(said).not.toContain("not taken");
});

test("init_partial leaves what the network lacks, and says so", async () => {
  const whole = await configured(...HEAD);
  const alone = await configured(...HEAD, "--model.dense_head.only=true", "--model.init_partial=true");
  const init = write("whole.pt", whole, 1);
  const parameters = parametersOf(alone, 2);
  const said = loadInitialWeights({ ...alone.model, init }, parameters);
  expect(parameters.view("dense_head.stem.weight")).toEqual(
    parametersOf(whole, 1).view("dense_head.stem.weight"),
  );
  expect(said).toContain("; not taken: level_embed, backbone, ");
  expect(said).not.toContain("fresh");
});

test("init_partial refuses other shapes and files of other networks; without it, the refusal names it", async () => {
  const alone = await configured(...HEAD, "--model.dense_head.only=true");
  const init = write("alone.pt", alone, 1);
  const wider = await configured(...HEAD, "--model.dense_head.widths=[8,16]", "--model.init_partial=true");
  const shapes = refusal(() => loadInitialWeights({ ...wider.model, init }, parametersOf(wider, 2)));
  expect(shapes).toContain("--model.dense_head.widths=[8,8]");
  expect(shapes).not.toContain("missing");
  expect(shapes).toContain("at least one parameter");
  const headless = await configured("--model.init_partial=true");
  const nothing = refusal(() => loadInitialWeights({ ...headless.model, init }, parametersOf(headless, 2)));
  expect(nothing).toContain("missing");
  expect(nothing).not.toContain("all of them and no others");
  const strict = await configured(...HEAD);
  const hint = refusal(() => loadInitialWeights({ ...strict.model, init }, parametersOf(strict, 2)));
  expect(hint).toContain("--model.init_partial=true");
});

test("wholePrefixes() names a module once where all of it is meant, else what is", () => {
  const all = ["a.x.0", "a.x.1", "a.y", "b.x", "b.y", "c"];
  expect(wholePrefixes(all, all)).toEqual(["a", "b", "c"]);
  expect(wholePrefixes(["a.x.0", "a.x.1", "b.y"], all)).toEqual(["a.x", "b.y"]);
  expect(wholePrefixes([], all)).toEqual([]);
});
