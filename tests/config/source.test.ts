/** Tests how values are written as the command line and variables take them. */

import { expect, test } from "bun:test";
import { list, text } from "../../core/config/field.ts";
import { flow } from "../../core/config/field-words.ts";
import { parseOverride } from "../../core/config/overrides.ts";
import { parseText } from "../../core/config/parse-text.ts";
import { type Source, written } from "../../core/config/source.ts";

const ARGUMENT: Source = { kind: "argument", argument: "--data.dataset_names=a" };
const NAMES = list({ of: text({ default: "", help: "Name" }), default: [], help: "Names" });

test("written() gives lists of the command line and of variables without brackets, which zsh would not take", () => {
  expect(written(ARGUMENT, ["data", "dataset_names"], "[mine, synthetic]")).toBe(
    "--data.dataset_names=mine,synthetic",
  );
  expect(written({ kind: "variable", name: "WANDB_TAGS" }, ["experiment", "tags"], "[a]")).toBe(
    "WANDB_TAGS=a",
  );
  const file: Source = { kind: "file", file: "c.yaml", line: 1, column: 1 };
  expect(written(file, ["data", "dataset_names"], "[mine, synthetic]")).toBe(
    "dataset_names: [mine, synthetic]",
  );
});

test("written() quotes what a shell would take apart", () => {
  expect(written(ARGUMENT, ["data", "root"], "my data")).toBe('"--data.root=my data"');
});

for (const names of [
  ["mine"],
  ["mine", "synthetic"],
  [],
  ["with a blank", "b"],
  ["a,b", "c"],
  ["1", "null"],
]) {
  test(`what written() gives for ${JSON.stringify(names)} is read as the same list`, () => {
    const line = written(ARGUMENT, ["data", "dataset_names"], flow(names));
    const shell = Bun.spawnSync(["sh", "-c", `printf %s ${line}`]);
    expect(parseText(NAMES, parseOverride(shell.stdout.toString()).text!)).toEqual(names);
  });
}
