/** Tests that the generated reference and schema agree with the fields. */

import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { generatedFiles } from "../../core/commands/generate-reference.ts";
import type { Config } from "../../core/config/config.ts";
import { describeOptions } from "../../core/config/describe-options.ts";
import { leaves } from "../../core/config/field-path.ts";
import { jsonSchema } from "../../core/config/json-schema.ts";
import { CONFIG } from "../../core/config/schema.ts";
import { dotted } from "../../core/config/source.ts";
import { loadConfig } from "../../core/hooks/load-config.ts";
import { loadBuiltInPlugins } from "../../core/hooks/load-plugins.ts";
import { builtInPlugins, PLUGINS_FOLDER } from "../../core/hooks/locate-plugin.ts";
import { PROJECT } from "../support/workspace.ts";

const CONFIGS = readdirSync(join(PROJECT, "configs")).filter((name) => name.endsWith(".yaml"));

test("configs/schema.json and docs/configuration.md are what bun run reference writes", async () => {
  for (const [path, content] of await generatedFiles()) {
    expect(`${path}: ${readFileSync(path, "utf8") === content ? "current" : "out of date"}`).toBe(
      `${path}: current`,
    );
  }
});

test("jsonSchema() has every key with its default and help, and allows no other", () => {
  const schema = jsonSchema([]) as unknown as Node;
  for (const [path, field] of leaves(CONFIG)) {
    const node = path.reduce((at, key) => object(at).properties[key]!, schema);
    expect([path, node.default]).toEqual([path, field.default as never]);
    expect(node.description).toStartWith(field.help);
  }
  expect(schema.additionalProperties).toBe(false);
  expect(object(schema.properties.training!).additionalProperties).toBe(false);
});

/** The parts of a JSON Schema that the test looks at. */
interface Node {
  properties: Record<string, Node>;
  anyOf?: Node[];
  additionalProperties?: unknown;
  default?: unknown;
  description?: string;
}

/** A section may be null too: the alternative that has keys. */
function object(node: Node): Node {
  return node.anyOf?.find((one) => "properties" in one) ?? node;
}

test("jsonSchema() knows the options of the built-in plugins and takes any of others", async () => {
  const plugins = object((jsonSchema(await loadBuiltInPlugins()) as unknown as Node).properties.plugins!);
  expect(Object.keys(plugins.properties)).toEqual([...builtInPlugins(PLUGINS_FOLDER).keys()]);
  expect(object(plugins.properties.checkpoint!).properties.save_every_n_epochs?.default).toBe(10);
  expect(plugins.additionalProperties).toMatchObject({ anyOf: [{ type: "boolean" }, { type: "object" }] });
});

test("configs/schema.json takes the files in configs/ and refuses what loadConfig() refuses", () => {
  const schema = z.fromJSONSchema(JSON.parse(readFileSync(join(PROJECT, "configs/schema.json"), "utf8")));
  const takes = (value: unknown) => schema.safeParse(value).success;
  for (const name of CONFIGS) {
    const file = parse(readFileSync(join(PROJECT, "configs", name), "utf8"));
    expect([name, takes(file)]).toEqual([name, true]);
  }
  const own = { "./mine.ts": { any: 1 }, checkpoint: false };
  expect([takes({ data: null }), takes({ training: { workers: 2 } }), takes({ plugins: own })]).toEqual(
    Array(3).fill(true),
  );
  for (const wrong of [
    { trainin: {} },
    { training: { max_epoch: 2 } },
    { training: { lr: 0 } },
    { training: { workers: "all" } },
    { data: { dataset_names: [] } },
    { experiment: { name: "a/b" } },
    { plugins: { checkpoint: { every: 1 } } },
    { plugins: { checkpoint: 3 } },
  ]) {
    expect([wrong, takes(wrong)]).toEqual([wrong, false]);
  }
});

test("describeOptions() prints every key with its default, within the columns given", () => {
  const help = describeOptions([], 100);
  for (const [path] of leaves(CONFIG)) expect(help).toContain(`  --${dotted(path)}=`);
  expect(help).toContain("--training.workers=auto");
  expect(Math.max(...help.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
});

test("every file in configs/ begins with the schema's line, can be loaded, and lists all built-in plugins", async () => {
  expect(CONFIGS).toContain("minimal.yaml");
  const builtIn = [...builtInPlugins(PLUGINS_FOLDER).keys()].sort();
  for (const name of CONFIGS) {
    const path = join(PROJECT, "configs", name);
    expect(readFileSync(path, "utf8").split("\n")[0]).toBe("# yaml-language-server: $schema=./schema.json");
    const { config } = await load(name);
    expect([name, Object.keys(config.plugins).sort()]).toEqual([name, builtIn]);
  }
});

test("configs/minimal.yaml changes no default of model and clipping", async () => {
  const { config } = await load("minimal.yaml");
  const defaults = CONFIG.default;
  expect(config.model).toEqual(defaults.model);
  expect(config.experiment.name).toBe("deformable_detr_table_detector_minimal");
  const { max_epochs, lr, weight_decay, max_grad_norm } = config.training;
  expect([max_epochs, lr, weight_decay, max_grad_norm]).toEqual([3, 1e-4, 1e-4, 0.1]);
});

test("configs/full.yaml is the large network for 60 epochs", async () => {
  const { model, training } = (await load("full.yaml")).config;
  expect([model.backbone.base_width, model.backbone.depths]).toEqual([64, [3, 3, 9, 3]]);
  const { hidden_dim, num_encoder_layers, num_decoder_layers, num_queries } = model.detr;
  expect([hidden_dim, num_encoder_layers, num_decoder_layers, num_queries]).toEqual([256, 6, 6, 10]);
  expect(training.max_epochs).toBe(60);
});

function load(name: string): Promise<{ config: Config }> {
  return loadConfig(join("configs", name), [], {}, { cwd: PROJECT });
}
