/** Tests how a configuration and its overrides come together. */

import { afterAll, expect, test } from "bun:test";
import { homedir } from "node:os";
import { join } from "node:path";
import { Workspace } from "../support/workspace.ts";

const space = new Workspace();
afterAll(() => space.dispose());

declare global {
  var wandbImports: number | undefined;
}

test("loadConfig() fills every key that a file leaves out with the reference's defaults", async () => {
  const { config, plugins, notes } = await space.load("experiment: { name: x }\n");
  expect(config.model.backbone).toEqual({
    name: "convnext_v2",
    base_width: 32,
    depths: [2, 2, 4, 2],
    stem_stride: 4,
    use_grn: true,
  });
  expect(config.model.detr).toEqual({
    num_queries: 10,
    num_encoder_layers: 2,
    num_decoder_layers: 2,
    hidden_dim: 128,
    num_heads: 8,
    num_points: 4,
    ffn_ratio: 4,
    dropout: 0.1,
    box_refine: true,
    scores: "match",
    aux_loss: true,
  });
  expect(config.model.loss).toEqual({ lambda_cls: 2, lambda_l1: 5, lambda_iou: 2, lambda_dense: 1 });
  expect(config.training.max_grad_norm).toBe(0.1);
  expect(config.data.root).toBe(join(space.folder, "training_data"));
  expect(config.plugins).toEqual({});
  expect([plugins, notes]).toEqual([[], []]);
});

test("loadConfig() takes sections without keys", async () => {
  const { config } = await space.load("experiment:\ndata:\nmodel:\n  detr:\nplugins:\n");
  expect(config.data.train_ratio).toBe(0.8);
});

test("loadConfig() reads 1e-4 as a number, in every form that YAML has", async () => {
  for (const form of ["1e-4", "1E-4", "1.0e-4", "0.0001", "+1e-4"]) {
    expect((await space.load(`training: { lr: ${form} }\n`)).config.training.lr).toBe(1e-4);
  }
});

test("loadConfig() lets the command line win over the environment, it over the file, and that over defaults", async () => {
  const file = "experiment: { project_name: file }\nplugins: { wandb: { entity: file } }\n";
  const project = async (args: string[], env: Record<string, string>) =>
    (await space.load(file, args, env)).config.experiment.project_name;
  expect((await space.load("plugins: {}\n")).config.experiment.project_name).toBe("tablesense2");
  expect(await project([], {})).toBe("file");
  expect(await project([], { WANDB_PROJECT: "variable" })).toBe("variable");
  expect(await project(["--experiment.project_name=line"], { WANDB_PROJECT: "variable" })).toBe("line");
  expect(await project([], { WANDB_PROJECT: "" })).toBe("file");
  const entity = async (args: string[], env: Record<string, string>) =>
    (await space.load(file, args, env)).plugins[0]?.options.entity;
  expect(await entity([], {})).toBe("file");
  expect(await entity([], { WANDB_ENTITY: "variable" })).toBe("variable");
  expect(await entity(["--plugins.wandb.entity=line"], { WANDB_ENTITY: "variable" })).toBe("line");
});

test("loadConfig() says which values came from the environment", async () => {
  const yaml = "plugins: { wandb: true }\n";
  const { config, notes } = await space.load(yaml, [], { WANDB_MODE: "dryrun", WANDB_TAGS: "a, b" });
  expect(config.experiment.tags).toEqual(["a", "b"]);
  expect(config.plugins.wandb).toEqual({ mode: "offline", entity: null, watch: { log_freq: 100 } });
  expect(notes).toEqual(["experiment.tags is set by WANDB_TAGS", "plugins.wandb.mode is set by WANDB_MODE"]);
});

test("loadConfig() takes overrides in both forms, the last one of a key", async () => {
  const { config } = await space.load("training: { lr: 1 }\nplugins: { wandb: { mode: online } }\n", [
    "--training.lr=3e-4",
    "--data.dataset_names=[synthetic,real]",
    "--training.max_epochs",
    "7",
    "--training.max_epochs",
    "8",
    "--experiment.name=123",
    "--experiment.tags",
    "[a,b]",
    "--data.cache=false",
    "--training.early_stopping_patience=5",
    "--plugins.wandb.mode=offline",
    "--plugins.wandb.watch.log_freq=10",
  ]);
  expect(config.training).toMatchObject({ lr: 3e-4, max_epochs: 8, early_stopping_patience: 5 });
  expect(config.data).toMatchObject({ dataset_names: ["synthetic", "real"], cache: false });
  expect(config.experiment).toMatchObject({ name: "123", tags: ["a", "b"] });
  expect(config.plugins.wandb).toEqual({ mode: "offline", entity: null, watch: { log_freq: 10 } });
});

test("loadConfig() reads null from the command line for keys that may be null", async () => {
  const yaml = "training: { early_stopping_patience: 5 }\n";
  const { config } = await space.load(yaml, ["--training.early_stopping_patience=null"]);
  expect(config.training.early_stopping_patience).toBeNull();
});

test("loadConfig() makes data.root absolute: from the current folder, or from the home folder after ~", async () => {
  const root = async (path: string) =>
    (await space.load("data: {}\n", [`--data.root=${path}`])).config.data.root;
  expect(await root("../shared/data")).toBe(join(space.folder, "../shared/data"));
  expect(await root("~/data")).toBe(join(homedir(), "data"));
  expect(await root("/srv/data")).toBe("/srv/data");
});

test("loadConfig() gives a frozen configuration", async () => {
  const { config } = await space.load("plugins: { wandb: true }\n");
  expect(() => Object.assign(config.training, { lr: 1 })).toThrow(TypeError);
  expect(() => Object.assign(config.plugins.wandb as object, { mode: "online" })).toThrow(TypeError);
});

test("loadConfig() with plugins.wandb: false imports nothing of it and looks at none of its variables", async () => {
  const fresh = new Workspace();
  const before = globalThis.wandbImports ?? 0;
  const variables = { WANDB_MODE: "nonsense", WANDB_PROJECT: "variable", WANDB_TAGS: "a,a" };
  for (const [yaml, args] of [
    ["plugins: { wandb: false }\n", []],
    ["plugins: { wandb: { mode: online } }\n", ["--plugins.wandb=false"]],
    ["plugins: { wandb: true }\n", ["--plugins.wandb.mode=offline", "--plugins.wandb=false"]],
    ["plugins: { wandb: true }\n", ["--plugins.wandb=false", "--plugins.wandb=true"]],
  ] as const) {
    const { config, plugins, notes } = await fresh.load(yaml, [...args], variables);
    expect(config.plugins).toEqual({ wandb: false });
    expect(config.experiment.project_name).toBe("tablesense2");
    expect([plugins, notes]).toEqual([[], []]);
  }
  expect((await fresh.load("plugins: {}\n", [], variables)).config.experiment.project_name).toBe(
    "tablesense2",
  );
  expect(globalThis.wandbImports ?? 0).toBe(before);
  await fresh.load("plugins: { wandb: true }\n");
  expect(globalThis.wandbImports).toBe(before + 1);
  fresh.dispose();
});

test("loadConfig() switches on what the command line asks for, and says so", async () => {
  const off = await space.load("plugins: { wandb: false }\n", ["--plugins.wandb.mode=offline"]);
  expect(off.config.plugins.wandb).toMatchObject({ mode: "offline" });
  expect(off.notes).toEqual([
    "plugins.wandb runs, although the file has it off: the command line asks for it",
  ]);
  const absent = await space.load("plugins: { progress: true }\n", ["--plugins.checkpoint"]);
  expect(Object.keys(absent.config.plugins)).toEqual(["progress", "checkpoint"]);
  expect(absent.notes).toEqual([
    "plugins.checkpoint runs, which the file does not list: the command line asks for it",
  ]);
  const kept = await space.load("plugins: { wandb: { mode: online } }\n", ["--plugins.wandb=true"]);
  expect(kept.config.plugins.wandb).toMatchObject({ mode: "online" });
});
