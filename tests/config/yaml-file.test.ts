/** Tests configurations as YAML: positions of problems, and what of YAML is refused. */

import { afterAll, expect, test } from "bun:test";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatProblems, UserError } from "../../core/base/problem.ts";
import { randomStream } from "../../core/base/random.ts";
import { readYamlFile } from "../../core/config/yaml-file.ts";
import { PROJECT, problemsOf, Workspace } from "../support/workspace.ts";

const space = new Workspace();
afterAll(() => space.dispose());

/** What the user reads for a configuration of this text. */
async function message(text: string | Uint8Array): Promise<string> {
  space.write("c.yaml", text);
  return formatProblems(await problemsOf(space.loadFile("c.yaml")));
}

test("loadConfig() names the path where there is no file, and the file that was probably meant", async () => {
  space.write("configs/minimal.yaml", "experiment: {}");
  space.write("configs/small.yaml", "experiment: {}");
  const absent = async (path: string) => (await problemsOf(space.loadFile(path)))[0]!;
  expect(await absent("configs/minimall.yaml")).toEqual({
    file: "configs/minimall.yaml",
    message: "Cannot read the configuration",
    expected: "a YAML file",
    got: `nothing at ${join(space.folder, "configs/minimall.yaml")}`,
    fix: join("configs", "minimal.yaml"),
  });
  expect((await absent("minimal")).fix).toBe(join("configs", "minimal.yaml"));
  expect((await absent("configs/minimal.yml")).fix).toBe(join("configs", "minimal.yaml"));
  expect((await absent("elsewhere/other.yaml")).fix).toBe("one of configs/minimal.yaml, configs/small.yaml");
});

test("loadConfig() refuses a folder and lists the configurations in it", async () => {
  mkdirSync(join(space.folder, "two"), { recursive: true });
  space.write("two/a.yaml", "experiment: {}");
  space.write("two/b.yml", "experiment: {}");
  const [problem] = await problemsOf(space.loadFile("two"));
  expect(problem?.got).toBe(`a folder, ${join(space.folder, "two")}`);
  expect(problem?.fix).toBe(`one of its files: ${join("two", "a.yaml")}, ${join("two", "b.yml")}`);
});

test("loadConfig() refuses an empty file, one of comments, a list and a single value", async () => {
  for (const text of ["", "\n \n", "\uFEFF"])
    expect(await message(text)).toContain("got       an empty file");
  expect(await message("# nothing yet\n")).toBe(
    [
      "c.yaml:1:1  Cannot use this file as a configuration",
      "  expected  a mapping with the sections experiment, data, model, training, evaluation and plugins",
      "  got       a file without any key",
      "  fix       start from configs/minimal.yaml",
    ].join("\n"),
  );
  expect(await message("# x\n- experiment\n")).toContain("c.yaml:2:1");
  expect(await message("- experiment\n")).toContain("got       a list");
  expect(await message("hello\n")).toContain("got       a single value");
});

test("loadConfig() refuses bytes that are not text, and files far too long", async () => {
  expect(await message(new Uint8Array([0x50, 0x4b, 3, 4, 0xff, 0xfe]))).toContain(
    "bytes that are not UTF-8 text",
  );
  expect(await message("#".repeat(2 ** 20 + 1))).toContain("a file of 1048577 bytes");
});

test("loadConfig() gives line and column of a tab, a key given twice and a second document", async () => {
  expect(await message("training:\n\tlr: 1\n")).toBe(
    [
      "c.yaml:2:1  Cannot read this line as YAML",
      "  expected  blanks for indentation",
      "  got       a tab",
      "  fix       two blanks a level",
    ].join("\n"),
  );
  expect(await message("training:\n  lr: 1\n  max_epochs: 2\n  lr: 3\n")).toBe(
    [
      "c.yaml:4:3  Cannot use lr twice",
      "  expected  each key once in its section",
      "  got       lr again",
      "  fix       remove one of the two",
    ].join("\n"),
  );
  expect(await message("training: { lr: 1, lr: 2 }\n")).toContain("c.yaml:1:20  Cannot use lr twice");
  expect(await message("data: {}\n---\ndata: {}\n")).toContain("c.yaml:2:1  Cannot read this line as YAML");
});

test("loadConfig() gives the line of other YAML errors, with the line itself", async () => {
  expect(await message("training:\n  lr:3\n  max_epochs: 1\n")).toBe(
    [
      "c.yaml:2:3  Cannot read this line as YAML",
      "  expected  a blank after the colon",
      "  got       lr:3",
      "  fix       lr: 3",
    ].join("\n"),
  );
  const unclosed = await message("data:\n  dataset_names: [a, b\ntraining: {}\n");
  expect(unclosed).toMatch(/^c\.yaml:3:1 {2}Cannot read this line as YAML: Flow sequence/);
  const colon = await message("experiment:\n  notes: first: second\n");
  expect(colon).toContain("c.yaml:2:10");
  expect(colon).toContain("a text with a colon in quotes");
});

test("loadConfig() refuses unknown tags", async () => {
  expect(await message("experiment:\n  name: !env USER\n")).toBe(
    [
      "c.yaml:2:9  Cannot use the tag !env",
      "  expected  plain values, without tags",
      "  got       name: !env USER",
    ].join("\n"),
  );
});

test("loadConfig() ends in a message with a place for any damage to a file", async () => {
  const whole = readFileSync(join(PROJECT, "configs/full.yaml"), "utf8").replace(
    / {2}(architecture|wandb|system).*\n/g,
    "",
  );
  const random = randomStream(7, "damage");
  const bits = [
    "\t",
    "\n",
    " ",
    ":",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "!!x ",
    "|",
    "'",
    '"',
    "#",
    "<<",
    "? ",
    "\0",
  ];
  let refused = 0;
  for (let i = 0; i < 200; i++) {
    let text = whole;
    for (let count = random.integer(1, 4); count > 0; count--) {
      const at = random.integer(0, text.length);
      text = text.slice(0, at) + random.pick(bits) + text.slice(at + random.integer(0, 6));
    }
    const outcome = await space.load(text).catch((error: unknown) => error);
    if (!(outcome instanceof Error)) continue;
    expect(outcome).toBeInstanceOf(UserError);
    for (const problem of (outcome as UserError).problems) {
      expect([problem.file, problem.line! > 0, problem.column! > 0]).toEqual(["run.yaml", true, true]);
    }
    refused++;
  }
  expect(refused).toBeGreaterThan(100);
});

test("loadConfig() reports several YAML errors together, one per line", async () => {
  space.write("c.yaml", "data:\n  root: @here\n  root: x\ntraining: {}\ntraining: {}\n");
  const problems = await problemsOf(space.loadFile("c.yaml"));
  expect(problems.map(({ line }) => line)).toEqual([2, 3, 5]);
});

test("loadConfig() refuses aliases without an anchor, inside their own, and in numbers that explode", async () => {
  expect(await message("training: *none\n")).toContain("Cannot resolve the aliases");
  expect(await message("training: &loop [*loop]\n")).toContain("Cannot resolve the aliases");
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 9; i++) {
    const [name, before] = ["abcdefghij"[i], "abcdefghij"[i - 1]];
    bomb.push(`${name}: &${name} [${Array(10).fill(`*${before}`).join(", ")}]`);
  }
  expect(await message(bomb.join("\n"))).toContain("Cannot resolve the aliases");
});

test("loadConfig() takes anchors, aliases and merged mappings", async () => {
  const { config } = await space.load(
    "training: &base { lr: 0.5, max_epochs: 2 }\ndata: { dataset_names: [&name real, other] }\nexperiment: { name: *name }\n",
  );
  expect(config.experiment.name).toBe("real");
  const merged = await space.load("model:\n  detr:\n    <<: { num_heads: 4 }\n    hidden_dim: 64\n");
  expect(merged.config.model.detr.num_heads).toBe(4);
});

test("locate() points at values and keys, at the key of an empty value, above what is not there", () => {
  space.write(
    "c.yaml",
    "# first line\ntraining:\n  lr: 0.1\n  max_epochs:\ndata: { dataset_names: [a, b] }\n",
  );
  const { locate } = readYamlFile("c.yaml", space.folder);
  const at = (path: (string | number)[], part: "key" | "value") => {
    const source = locate(path, part);
    return source.kind === "file" ? [source.line, source.column] : null;
  };
  expect(at(["training", "lr"], "value")).toEqual([3, 7]);
  expect(at(["training", "lr"], "key")).toEqual([3, 3]);
  expect(at(["training", "max_epochs"], "value")).toEqual([4, 3]);
  expect(at(["training", "device"], "value")).toEqual([2, 1]);
  expect(at(["data", "dataset_names", 1], "value")).toEqual([5, 28]);
  expect(at(["model", "detr"], "value")).toEqual([1, 1]);
});
