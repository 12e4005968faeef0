/** Tests that a written configuration reads as the same one. */

import { afterAll, expect, test } from "bun:test";
import { join, resolve } from "node:path";
import fc from "fast-check";
import type { Config } from "../../core/config/config.ts";
import { configText } from "../../core/config/write-config.ts";
import { loadConfig } from "../../core/hooks/load-config.ts";
import { PROJECT, Workspace } from "../support/workspace.ts";

const space = new Workspace();
afterAll(() => space.dispose());

/** Loads a written configuration from another current folder. */
const reload = (config: Config) => {
  const path = space.write("elsewhere/config.yaml", configText(config));
  return loadConfig(path, [], {}, { cwd: "/", pluginsFolder: space.pluginsFolder });
};

test("configText() gives the same configuration again, from another current folder", async () => {
  space.write("mine.ts", 'export default { name: "mine", order: "pre", setup() { return {}; } };');
  const first = await space.load(
    "data: { root: ./data }\nplugins:\n  wandb: { watch: { log_freq: 7 } }\n  progress: false\n  ./mine.ts: { any: [1, x] }\n",
    ["--training.lr=3e-4", "--experiment.tags=[a,b]"],
    { WANDB_MODE: "offline" },
  );
  const second = await reload(first.config);
  expect(second.config).toEqual(first.config);
  expect(Object.keys(second.config.plugins)).toEqual(Object.keys(first.config.plugins));
  expect(second.plugins.map(({ path, options }) => [path, options])).toEqual(
    first.plugins.map(({ path, options }) => [path, options]),
  );
  expect(second.config.data.root).toBe(join(space.folder, "data"));
});

test("configText() keeps any text and any number", async () => {
  const { config } = await space.load("data: {}\n");
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 20 }).filter((text) => text.isWellFormed()),
    fc.constantFrom("yes", "null", "1e-4", "- a", "a: b # c", "'", "two\nlines\n", "~", " ", "\t", "0x1F"),
  );
  const cases = fc.record({
    notes: texts,
    tags: fc.uniqueArray(texts.filter((text) => text !== "")),
    lr: fc.double({ min: 0, minExcluded: true, noNaN: true, noDefaultInfinity: true }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ notes, tags, lr }) => {
      const changed: Config = {
        ...config,
        experiment: { ...config.experiment, notes, tags },
        training: { ...config.training, lr },
      };
      expect((await reload(changed)).config).toEqual(changed);
    }),
    { numRuns: 60 },
  );
});

test("configText() begins with the way from a run's folder to the schema, where the path is known", async () => {
  const { config } = await space.load("data: {}\n");
  const path = resolve(PROJECT, "runs/x 2026-01-02 03:04/configs/config.yaml");
  const [line, next] = configText(config, path).split("\n");
  expect(line).toBe("# yaml-language-server: $schema=../../../configs/schema.json");
  expect(next).toBe("experiment:");
  expect(configText(config)).toStartWith("experiment:\n");
});

test("configText() writes lists of plain values on one line", async () => {
  const { config } = await space.load("data: {}\n");
  expect(configText(config)).toContain("    depths: [2, 2, 4, 2]\n");
});
