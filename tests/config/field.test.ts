/** Tests the fields of a configuration: which values each takes, and what it says of others. */

import { expect, test } from "bun:test";
import type { Config } from "../../core/config/config.ts";
import {
  choice,
  defaultsOf,
  type Field,
  group,
  integer,
  list,
  number,
  text,
} from "../../core/config/field.ts";
import { leaves } from "../../core/config/field-path.ts";
import { zodOf } from "../../core/config/field-schema.ts";
import { expectedWords } from "../../core/config/field-words.ts";
import { mended } from "../../core/config/mended-value.ts";
import { parseText } from "../../core/config/parse-text.ts";
import { CONFIG } from "../../core/config/schema.ts";
import { definePlugin } from "../../core/plugin.ts";

const epochs = integer({ default: 3, min: 1, unit: "epochs", help: "Length" });
const share = number({ default: 0.5, min: 0, below: 1, help: "Share" });
const workers = integer({ default: "auto", words: ["auto"], min: 1, help: "Workers" });
const patience = integer({ default: null, nullable: true, min: 1, help: "Patience" });
const tags = list({
  of: text({ default: "", minLength: 1, help: "Tag" }),
  default: [],
  unique: true,
  help: "Tags",
});
const mode = choice({ choices: ["on", "off"], default: "on", help: "Mode" });

const takes = (field: Field, value: unknown) => zodOf(field).safeParse(value).success;

test("every field of the schema has help without a full stop, and a default that it takes itself", () => {
  for (const [path, field] of leaves(CONFIG)) {
    expect([path, field.help.length > 0, field.help.endsWith(".")]).toEqual([path, true, false]);
    expect([path, takes(field, field.default)]).toEqual([path, true]);
  }
});

test("zodOf() keeps a number's limits: min and max included, above and below not", () => {
  expect([0, 1, 2, 1.5].map((value) => takes(epochs, value))).toEqual([false, true, true, false]);
  expect([-0.1, 0, 0.99, 1].map((value) => takes(share, value))).toEqual([false, true, true, false]);
  expect([0, 1e-9].map((value) => takes(number({ default: 1, above: 0, help: "" }), value))).toEqual([
    false,
    true,
  ]);
});

test("zodOf() refuses numbers that are not finite, and texts that look like numbers", () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, "0.5", true])
    expect(takes(share, value)).toBe(false);
});

test("zodOf() takes words and null only where the field has them", () => {
  expect(["auto", 2, "all", null].map((value) => takes(workers, value))).toEqual([true, true, false, false]);
  expect([null, 1, 0].map((value) => takes(patience, value))).toEqual([true, true, false]);
});

test("zodOf() refuses a list with an item twice where items are unique", () => {
  expect(takes(tags, ["a", "b"])).toBe(true);
  expect(takes(tags, ["a", "b", "a"])).toBe(false);
  expect(takes(tags, [""])).toBe(false);
});

test("expectedWords() says type, limits, unit and null", () => {
  expect(expectedWords(epochs)).toBe("an integer of at least 1 (epochs)");
  expect(expectedWords(share)).toBe("a number from 0 to below 1");
  expect(expectedWords(workers)).toBe("auto or an integer of at least 1");
  expect(expectedWords(patience)).toBe("an integer of at least 1, or null");
  expect(expectedWords(mode)).toBe("one of on, off");
  expect(expectedWords(tags)).toBe("a list, each a text that is not empty, none twice");
});

test("mended() gives a value that the field takes, near the one given", () => {
  expect(mended(epochs, 0)).toBe(1);
  expect(mended(epochs, 2.4)).toBe(2);
  expect(mended(epochs, "12")).toBe(12);
  expect(mended(epochs, "1_000")).toBe(1000);
  expect(mended(epochs, "many")).toBe(3);
  expect(mended(share, 1)).toBe(0.5);
  expect(mended(workers, "atuo")).toBe("auto");
  expect(mended(mode, "onn")).toBe("on");
  expect(mended(tags, "a")).toEqual(["a"]);
  expect(mended(tags, ["a", "a", 3])).toEqual(["a", "3"]);
});

test("mended() of every field of the schema is taken by that field, whatever was given", () => {
  for (const value of [0, -1, 1.5, 1e12, "", "x", "yes", true, null, [], [0], ["", ""], {}]) {
    for (const [path, field] of leaves(CONFIG)) {
      expect([path, value, takes(field, mended(field, value))]).toEqual([path, value, true]);
    }
  }
});

test("parseText() reads what is written on a command line in the field's type", () => {
  expect(parseText(share, "1e-4")).toBe(0.0001);
  expect(parseText(epochs, " 7 ")).toBe(7);
  expect(parseText(epochs, "seven")).toBe("seven");
  expect(parseText(workers, "auto")).toBe("auto");
  expect(parseText(patience, "null")).toBeNull();
  expect(parseText(text({ default: "", help: "" }), "123")).toBe("123");
  expect(parseText(text({ default: "", help: "" }), "a: b # c")).toBe("a: b # c");
  expect(parseText(tags, "[a, 2024, 'b c']")).toEqual(["a", "2024", "b c"]);
  expect(parseText(tags, "a,b c")).toEqual(["a", "b c"]);
  expect(parseText(tags, "")).toEqual([]);
  expect(parseText(list({ of: epochs, default: [], help: "" }), "[3,3,9,3]")).toEqual([3, 3, 9, 3]);
  expect(parseText(null, "{ a: [1, true] }")).toEqual({ a: [1, true] });
  expect(parseText(null, "a: b: c")).toBe("a: b: c");
});

test("group() has its fields' defaults, however deep", () => {
  const nested = group({ watch: group({ log_freq: integer({ default: 100, help: "" }) }, ""), mode }, "");
  expect(nested.default).toEqual({ watch: { log_freq: 100 }, mode: "on" });
  expect(defaultsOf({ epochs, patience })).toEqual({ epochs: 3, patience: null });
});

/** True if the two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

test("Config and a plugin's options have literal types (checked by the compiler)", () => {
  const same: [
    Same<Config["training"]["workers"], number | "auto">,
    Same<Config["training"]["early_stopping_patience"], number | null>,
    Same<Config["data"]["on_bad_file"], "skip" | "fail">,
    Same<Config["model"]["backbone"]["depths"], readonly number[]>,
  ] = [true, true, true, true];
  const plugin = definePlugin({
    name: "typed",
    options: { mode, patience, tags, watch: group({ log_freq: epochs }, "") },
    setup(_run, options) {
      const typed: [
        Same<typeof options.mode, "on" | "off">,
        Same<typeof options.patience, number | null>,
        Same<typeof options.tags, readonly string[]>,
        Same<typeof options.watch.log_freq, number>,
      ] = [true, true, true, true];
      return { saveState: () => typed };
    },
  });
  expect(same).toEqual([true, true, true, true]);
  expect(plugin.options?.mode.choices).toEqual(["on", "off"]);
});
