/** Holds the words of a trial's command to those of W&B's own agent, in all of its forms. */

import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { Json } from "../../core/base/json.ts";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { commandWords, placeholder, unknownPlaceholder } from "../../core/sweep/command-words.ts";
import { trainingWords, trialWords } from "../../core/sweep/training-words.ts";
import { python, WANDB_CLI } from "../support/wandb-python-client.ts";
import { sweepOf } from "./sweep-of.ts";

const FORMS = [
  "args",
  "args_no_hyphens",
  "args_no_equals",
  "args_no_boolean_flags",
  "args_append_hydra",
  "args_override_hydra",
] as const;
/** In the order of their names, as this project has them. */
const VALUES: Record<string, Json> = {
  "a.b": 0.5,
  count: 3,
  list: [1, "x", null, true],
  nothing: null,
  off: false,
  on: true,
  quoted: ["it's", 'say "so"'],
  text: "two words",
};

function wordsOf(command: readonly string[], values: Record<string, Json>, env = {}): string[] {
  const parameters = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
  return commandWords(sweepOf({ parameters, command }), { values, jsonFile: "file.json", env });
}

describe("the words of a command", () => {
  test.skipIf(WANDB_CLI === null)("have the values as W&B's agent writes them", async () => {
    const given = JSON.stringify(
      Object.fromEntries(Object.entries(VALUES).map(([k, value]) => [k, { value }])),
    );
    const program = `
import json
from wandb.sdk.launch.sweeps.utils import create_sweep_command_args
print(json.dumps(create_sweep_command_args({"args": json.loads(${JSON.stringify(given)})})))`;
    const output = await python(program, "http://127.0.0.1:1", "x".repeat(40));
    const theirs = JSON.parse(output.trim().split("\n").at(-1)!) as Record<string, string[]>;
    for (const form of FORMS)
      expect([form, wordsOf(["x", placeholder(form)], VALUES).slice(1)]).toEqual([form, theirs[form]!]);
    expect(JSON.parse(wordsOf(["x", placeholder("args_json")], VALUES)[1]!)).toEqual(VALUES);
  });

  test("have each value in the form that its placeholder asks for", () => {
    const values = { lr: 0.1, off: false, on: true };
    const words = (form: (typeof FORMS)[number]) => wordsOf(["x", placeholder(form)], values).slice(1);
    expect(words("args")).toEqual(["--lr=0.1", "--off=False", "--on=True"]);
    expect(words("args_no_hyphens")).toEqual(["lr=0.1", "off=False", "on=True"]);
    expect(words("args_no_equals")).toEqual(["--lr", "0.1", "--off", "False", "--on", "True"]);
    expect(words("args_no_boolean_flags")).toEqual(["--lr=0.1", "--on"]);
    const list = [`it's`, 'say "so"', `both ' and "`, "plain", null, true, false];
    expect(wordsOf(["bun", placeholder("args")], { list })).toEqual([
      process.execPath,
      `--list=["it's", 'say "so"', 'both \\' and "', 'plain', None, True, False]`,
    ]);
    const unknown = placeholder("args").replace("args", "argz");
    expect([placeholder("args"), unknown, "args"].map(unknownPlaceholder)).toEqual([null, "argz", null]);
  });

  test("nest parameters as the file does, and take variables of the environment", () => {
    const parameters = { training: { parameters: { lr: { value: 0.1 }, steps: { value: null } } } };
    const variable = placeholder("args").replace("args", "envvar:PLACE");
    const sweep = sweepOf({ parameters, command: ["x", `--at=${variable}`, placeholder("args")] });
    const values = { "training.lr": 0.1, "training.steps": null };
    expect(commandWords(sweep, { values, jsonFile: "", env: { PLACE: "here" } })).toEqual([
      "x",
      "--at=here",
      "--training={'lr': 0.1, 'steps': None}",
    ]);
    expect(unknownPlaceholder(variable)).toBeNull();
  });

  test("of a training are known by how it is started, and get what a sweep adds", () => {
    const script = join(PROJECT_ROOT, "core/commands/train.ts");
    for (const start of [
      ["bun", "run", "train"],
      ["bunx", "tablesense2", "train"],
      ["bun", script],
    ])
      expect(trainingWords([...start, "x.yaml"])).toEqual({ start, args: ["x.yaml"] });
    expect(trainingWords(["python", "train.py"])).toBeNull();

    const training = { start: ["bun", script], args: ["--training.lr=1"] };
    const settings = { sweep: "s", number: 4, runs: "/r", resume: null };
    const added = trialWords(training, settings).slice(3);
    expect(added.slice(0, 4)).toEqual([
      "--runs",
      "/r",
      "--experiment.name=s 4",
      '--experiment.tags=["sweep s"]',
    ]);
    expect(trialWords(training, { ...settings, resume: "/r/x" })).toEqual([
      "bun",
      script,
      "--resume",
      "/r/x",
      "--runs",
      "/r",
    ]);
    const own = { ...training, args: ["--runs=/own", "--experiment.name=mine"] };
    expect(trialWords(own, settings).slice(4, 5)).toEqual(['--experiment.tags=["sweep s"]']);
    // Names of sweeps may have characters that no folder has, and be longer than a tag.
    const long = `lr: ${"x".repeat(200)}`;
    const [, , name, tags] = trialWords(training, { ...settings, sweep: long }).slice(3);
    expect(name).toBe(`--experiment.name=lr_ ${"x".repeat(114)} 4`);
    expect(tags).toBe(`--experiment.tags=["sweep lr: ${"x".repeat(54)}"]`);
  });
});
