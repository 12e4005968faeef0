/** Tests how a command line is split into its own arguments and overrides. */

import { expect, test } from "bun:test";
import { parseOverride, splitArguments, splitPluginKey } from "../../core/config/overrides.ts";

const OWN = { help: "switch", resume: "value" } as const;

test("splitArguments() keeps a command's own arguments apart from overrides", () => {
  const { own, overrides } = splitArguments(
    ["configs/minimal.yaml", "--resume", "runs/x", "--training.lr=3e-4", "--help", "--resume=latest"],
    OWN,
  );
  expect(own).toEqual(["configs/minimal.yaml", "--resume", "runs/x", "--help", "--resume=latest"]);
  expect(overrides).toEqual(["--training.lr=3e-4"]);
});

test("splitArguments() takes the next argument as a value, negative numbers and lists among them", () => {
  const { own, overrides } = splitArguments(
    ["--training.lr", "3e-4", "--experiment.seed", "-1", "--data.dataset_names", "[a,b]", "c.yaml"],
    OWN,
  );
  expect(overrides).toEqual(["--training.lr=3e-4", "--experiment.seed=-1", "--data.dataset_names=[a,b]"]);
  expect(own).toEqual(["c.yaml"]);
});

test("splitArguments() lets true/false keys and plugins stand alone", () => {
  const { own, overrides } = splitArguments(["--data.cache", "c.yaml", "--plugins.wandb", "d.yaml"], OWN);
  expect(overrides).toEqual(["--data.cache", "--plugins.wandb"]);
  expect(own).toEqual(["c.yaml", "d.yaml"]);
  expect(splitArguments(["--data.cache", "false", "--plugins.wandb", "false"], OWN).overrides).toEqual([
    "--data.cache=false",
    "--plugins.wandb=false",
  ]);
  expect(splitArguments(["--plugins.wandb.mode", "offline"]).overrides).toEqual([
    "--plugins.wandb.mode=offline",
  ]);
});

test("splitArguments() takes whatever follows a flag with a value for it, and nothing that follows a switch", () => {
  const split = (...args: string[]) => splitArguments(args, OWN);
  expect(split("--resume", "--lr=1")).toEqual({ own: ["--resume", "--lr=1"], overrides: [] });
  expect(split("--resume=x", "--lr=1")).toEqual({ own: ["--resume=x"], overrides: ["--lr=1"] });
  expect(split("--help", "--lr=1")).toEqual({ own: ["--help"], overrides: ["--lr=1"] });
  expect(split("--lr=1", "--resume")).toEqual({ own: ["--resume"], overrides: ["--lr=1"] });
});

test("splitArguments() takes no option for a value, and a single dash for a misspelt override", () => {
  const split = (...args: string[]) => splitArguments(args, OWN);
  expect(split("--training.lr", "--help")).toEqual({ own: ["--help"], overrides: ["--training.lr"] });
  expect(split("--training.lr", "-h")).toEqual({ own: ["-h"], overrides: ["--training.lr"] });
  expect(split("--training.lr", "-.5").overrides).toEqual(["--training.lr=-.5"]);
  expect(split("--training.lr").overrides).toEqual(["--training.lr"]);
  expect(split("-training.lr=1", "-5", "-h", "-")).toEqual({
    own: ["-5", "-h", "-"],
    overrides: ["-training.lr=1"],
  });
});

test("splitArguments() takes what it does not know for an override, and nothing after --", () => {
  expect(splitArguments(["--lr=1", "--", "--training.lr=2"], OWN)).toEqual({
    own: ["--", "--training.lr=2"],
    overrides: ["--lr=1"],
  });
});

test("parseOverride() splits at the first equals sign", () => {
  expect(parseOverride("--experiment.notes=a=b\nc")).toMatchObject({
    key: "experiment.notes",
    text: "a=b\nc",
  });
  expect(parseOverride("--data.cache")).toMatchObject({ key: "data.cache", text: null });
  expect(parseOverride("--experiment.notes=")).toMatchObject({ text: "" });
});

test("splitPluginKey() tells a plugin's name or path from its option", () => {
  expect(splitPluginKey("wandb", [])).toEqual({ plugin: "wandb", option: [] });
  expect(splitPluginKey("wandb.watch.log_freq", [])).toEqual({
    plugin: "wandb",
    option: ["watch", "log_freq"],
  });
  expect(splitPluginKey("./my/plugin.ts", [])).toEqual({ plugin: "./my/plugin.ts", option: [] });
  expect(splitPluginKey("../a.b/plugin.mjs.limit", [])).toEqual({
    plugin: "../a.b/plugin.mjs",
    option: ["limit"],
  });
  expect(splitPluginKey("my.plugin", ["my.plugin"])).toEqual({ plugin: "my.plugin", option: [] });
  expect(splitPluginKey("a.b.c", ["a", "a.b", "other"])).toEqual({ plugin: "a.b", option: ["c"] });
  expect(splitPluginKey("wandb.mode", ["other"])).toEqual({ plugin: "wandb", option: ["mode"] });
  expect(splitPluginKey("@scope/my.plugin.limit", ["@scope/my.plugin"])).toEqual({
    plugin: "@scope/my.plugin",
    option: ["limit"],
  });
});
