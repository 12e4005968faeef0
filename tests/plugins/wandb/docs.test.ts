/** Tests that the page on W&B agrees with the options. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Field } from "../../../core/plugin.ts";
import { options } from "../../../plugins/wandb/run/options.ts";

const TEXT = readFileSync(join(import.meta.dir, "../../../docs/wandb.md"), "utf8");

test("docs/wandb.md has every option with its default and every variable", () => {
  const rows = TEXT.split("\n").filter((line) => line.startsWith("| `"));
  const check = (name: string, field: Field) => {
    if (field.kind === "group") {
      for (const [key, inner] of Object.entries(field.fields)) check(`${name}.${key}`, inner);
      return;
    }
    const row = rows.find((line) => line.split("|")[1]!.includes(`\`${name}\``));
    expect(row, name).toBeDefined();
    expect(row!.split("|")[2]!.trim(), name).toBe(`\`${field.default}\``);
    if (field.env) expect(TEXT).toContain(`\`${field.env}\``);
  };
  for (const [name, field] of Object.entries(options)) check(name, field as Field);
});

test("docs/wandb.md describes no option that is not there", () => {
  const section = /## Options\n([\s\S]*?)\n## /.exec(TEXT)![1]!;
  const named = [...section.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`([\w.]+)`/g)].map(([, name]) => name!),
  );
  expect(named.length).toBeGreaterThan(10);
  for (const name of named) {
    const [first, second] = name.split(".");
    const field = (options as Record<string, Field>)[first!];
    expect(field, name).toBeDefined();
    if (second) expect(field!.kind === "group" && second in field!.fields, name).toBe(true);
  }
});
