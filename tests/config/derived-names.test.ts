/** Tests that names and tags which are made of a user's text are values that the configuration takes. */

import { expect, test } from "bun:test";
import { derivedName, derivedTag } from "../../core/config/derived-names.ts";
import { loadConfig } from "../../core/hooks/load-config.ts";

const TEXTS = [
  "plain",
  "lr: 1e-4 vs. 1e-3?",
  " .hidden",
  "a/b\\c\n",
  "x".repeat(300),
  "表".repeat(73),
  `${"y".repeat(96)}${"😀".repeat(60)}`,
  "😀".repeat(100),
  "\ud83d",
];

test("derivedName() and derivedTag() give values of experiment.name and experiment.tags", async () => {
  for (const text of TEXTS) {
    const name = derivedName(text, " fold 12 of 100");
    const tags = [...new Set([derivedTag(text, "beginning"), derivedTag(text, "end")])];
    const overrides = [`--experiment.name=${name}`, `--experiment.tags=${JSON.stringify(tags)}`];
    const { config } = await loadConfig("configs/minimal.yaml", overrides, {});
    expect(config.experiment).toMatchObject({ name, tags });
    expect(name).toEndWith(" fold 12 of 100");
    expect([name, ...tags].map((each) => each.isWellFormed())).not.toContain(false);
  }
  expect(derivedName("plain", " 3")).toBe("plain 3");
  expect(derivedName("x".repeat(300), " 3")).toHaveLength(120);
  expect(derivedTag(`${"x".repeat(64)} 2026`, "end")).toBe(`${"x".repeat(59)} 2026`);
});
