import { afterAll, expect, test } from "bun:test";
import { number, text } from "../../core/config/field.ts";
import { mended } from "../../core/config/mended-value.ts";
import { splitArguments } from "../../core/config/overrides.ts";
import { parseText } from "../../core/config/parse-text.ts";
import { Workspace } from "../support/workspace.ts";

const space = new Workspace();
afterAll(() => space.dispose());

const overridesOf = (...args: string[]) => splitArguments(args).overrides;

test.each([
  ["training.lr=0.001", ["--training.lr=0.001"]],
  ["plugins.wandb.group=a=b", ["--plugins.wandb.group=a=b"]],
  ['{"training.lr": 1e-05, "data": {"cache": false}}', ["--training.lr=0.00001", "--data.cache=false"]],
  [
    "--training={'weight_decay': 0.01, 'ema_decay': None}",
    ["--training.weight_decay=0.01", "--training.ema_decay=None"],
  ],
  [
    "--plugins.wandb={'watch': {'log_freq': 5}, 'silent': True}",
    ["--plugins.wandb.watch.log_freq=5", "--plugins.wandb.silent=true"],
  ],
  ["--model.backbone={'depths': [1, 2, 4, 2]}", ["--model.backbone.depths=[1,2,4,2]"]],
])("splitArguments() reads %s as a sweep of W&B means it", (argument, overrides) => {
  expect(overridesOf(argument)).toEqual(overrides);
});

test("splitArguments() takes a nested parameter as the next argument, too", () => {
  expect(overridesOf("--training", "{'lr': 0.1}")).toEqual(["--training.lr=0.1"]);
});

test("splitArguments() leaves files, and braces that are no mapping, alone", () => {
  const args = ["c.yaml", "notes.txt=1", "./training.lr", "{broken", "-", "-h", "-1.5"];
  expect(splitArguments(args)).toEqual({ own: args, overrides: [] });
  expect(overridesOf("--training={", "--experiment.notes={}")).toEqual([
    "--training={",
    "--experiment.notes={}",
  ]);
});

test("an option with a single dash is refused with the key that was meant", async () => {
  for (const [argument, fix] of [
    ["-training.lr=0.5", "--training.lr"],
    ["-lr=0.5", "--training.lr"],
    ["-x", undefined],
  ] as const) {
    const [refused] = overridesOf(argument);
    const error = await space.load("experiment: {}\n", [refused!]).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ exitCode: 2, problems: [{ where: `command line, ${argument}`, fix }] });
  }
});

test("parseText() reads Python's None as null where null is a value, and as a text elsewhere", () => {
  const group = text({ default: null, nullable: true, help: "x" });
  expect(parseText(group, "None")).toBeNull();
  expect(parseText(group, "none")).toBe("none");
  expect(parseText(text({ default: "", help: "x" }), "None")).toBe("None");
  expect(parseText(number({ default: null, nullable: true, help: "x" }), "None")).toBeNull();
});

test.each([
  ["0,001", 0.001],
  ["2,5", 2.5],
  ["-0,5e1", -5],
  ["1,500", 1500],
  ["1_500_000", 1_500_000],
  ["12,345.5", 12345.5],
])("mended() takes %s for %p", (given, expected) => {
  expect(mended(number({ default: 7, help: "x" }), given)).toBe(expected);
});
