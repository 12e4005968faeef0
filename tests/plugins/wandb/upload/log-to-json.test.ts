/**
 * From the log's records to the JSON that a server gets: values, trees, console lines, metric definitions.
 */

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ConsoleLines, streamedLine } from "../../../../plugins/wandb/upload/console-lines.ts";
import { parseExtendedJson, stringifyExtendedJson } from "../../../../plugins/wandb/upload/extended-json.ts";
import { type KeyTree, lineOf, remove, update } from "../../../../plugins/wandb/upload/key-tree.ts";
import { MetricDefinitions } from "../../../../plugins/wandb/upload/metric-definitions.ts";

describe("parseExtendedJson()", () => {
  test("reads the bare tokens NaN, Infinity and -Infinity as numbers, and leaves them alone in texts", () => {
    const text = '{"a":NaN,"b":[-Infinity,Infinity],"NaN":"is NaN, \\"Infinity\\""}';
    const value = { a: Number.NaN, b: [-Infinity, Infinity], NaN: 'is NaN, "Infinity"' };
    expect(parseExtendedJson(text)).toEqual(value);
    expect(stringifyExtendedJson(value)).toBe(text);
  });

  test("throws for what is not JSON even so", () => {
    expect(() => parseExtendedJson("{NaN}")).toThrow(SyntaxError);
    expect(() => parseExtendedJson("nan")).toThrow(SyntaxError);
  });

  test("reads back whatever stringifyExtendedJson() wrote", () => {
    const number = fc.double({ noNaN: false });
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        number,
        fc.string({ unit: "binary" }),
        fc.constantFrom("NaN", "\u0000number:NaN", null, true),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.string(), tie("value"), { maxKeys: 3, noNullPrototype: true }),
      ),
    })).value;
    fc.assert(
      fc.property(value, (original) => {
        const back = parseExtendedJson(stringifyExtendedJson(original));
        expect(stringifyExtendedJson(back)).toBe(stringifyExtendedJson(original));
      }),
      { numRuns: 200 },
    );
  });
});

describe("update()", () => {
  const item = (path: string[] | string, valueJson: string) =>
    typeof path === "string"
      ? { key: path, nestedKey: [], valueJson }
      : { key: "", nestedKey: path, valueJson };
  const treeOf = (...items: ReturnType<typeof item>[]) => {
    const tree: KeyTree = new Map();
    update(tree, items);
    return tree;
  };
  const text = (tree: KeyTree) => stringifyExtendedJson(tree);

  test("gives the same tree for an object and for one item per leaf", () => {
    const whole = treeOf(item("d", '{"y":{"z":2},"w":[1]}'));
    const leaves = treeOf(item(["d", "y", "z"], "2"), item(["d", "w"], "[1]"));
    expect(text(whole)).toBe(text(leaves));
  });

  test("keeps dots, slashes and __proto__ as parts of names", () => {
    const tree = treeOf(item(["gradients/a.weight", "_type"], '"histogram"'), item("__proto__", '{"x":1}'));
    expect(text(tree)).toBe('{"gradients/a.weight":{"_type":"histogram"},"__proto__":{"x":1}}');
  });

  test("merges objects key by key and replaces everything else", () => {
    expect(text(treeOf(item("a", '{"x":1}'), item("a", '{"y":2}')))).toBe('{"a":{"x":1,"y":2}}');
    expect(text(treeOf(item("a", '{"x":1}'), item("a", "3"), item("b", "[1]"), item("b", "[2]")))).toBe(
      '{"a":3,"b":[2]}',
    );
  });

  test("leaves out objects that hold nothing, as W&B's client does", () => {
    expect(text(treeOf(item("a", "{}"), item("b", '{"c":{},"d":null}')))).toBe('{"b":{"d":null}}');
  });

  test("leaves out an item whose value is no JSON, and only that", () => {
    expect(lineOf([item("a", "1"), item("b", "oops"), item("c", "NaN")])).toBe('{"a":1,"c":NaN}');
  });

  test("remove() takes away leaves and branches, and nothing for a path that is not there", () => {
    const tree = treeOf(item("a", '{"x":1,"y":2}'), item("b", "3"));
    remove(tree, [item(["a", "x"], ""), item("b", ""), item(["c", "d"], ""), item(["a", "y", "z"], "")]);
    expect(text(tree)).toBe('{"a":{"y":2}}');
  });
});

describe("ConsoleLines", () => {
  const add = (lines: ConsoleLines, piece: string) => lines.add(piece, "stdout", 0n).map(({ text }) => text);

  test("joins pieces into lines", () => {
    const lines = new ConsoleLines();
    expect(add(lines, "hel")).toEqual([]);
    expect(add(lines, "lo\n\nwor")).toEqual(["hello", ""]);
    expect(lines.end().map(({ text }) => text)).toEqual(["wor"]);
    expect(lines.end()).toEqual([]);
  });

  test("overwrites from the left after a carriage return", () => {
    expect(add(new ConsoleLines(), "10%\r50%\rok\nabc\r\n")).toEqual(["ok%", "abc"]);
  });

  test("streamedLine() stamps UTC with microseconds and marks standard error", () => {
    const at = 1_795_427_484_567_027n;
    expect(streamedLine({ text: "hello out", stream: "stdout", at })).toBe(
      "2026-11-23T09:51:24.567027 hello out",
    );
    expect(streamedLine({ text: "err", stream: "stderr", at })).toStartWith(
      "ERROR 2026-11-23T09:51:24.567027 err",
    );
  });
});

describe("MetricDefinitions", () => {
  const metric = { name: "", globName: "", stepMetric: "", options: [1, 3], summary: [], goal: 0 };

  test("points at the step metric by its place in the list, counted from 1", () => {
    const metrics = new MetricDefinitions();
    metrics.define({ ...metric, name: "val/acc", stepMetric: "epoch", summary: [1, 2], goal: 2 });
    metrics.define({ ...metric, globName: "train/*", stepMetric: "epoch" });
    metrics.define({ ...metric, name: "epoch", options: [3] });
    expect(metrics.encode()).toEqual([
      { "1": "val/acc", "5": 3, "6": [1, 3], "7": [1, 2], "8": 2 },
      { "2": "train/*", "5": 3, "6": [1], "7": [] },
      { "1": "epoch", "6": [3], "7": [] },
    ]);
  });

  test("adds a step metric that is not defined, and takes the later of two definitions", () => {
    const metrics = new MetricDefinitions();
    metrics.define({ ...metric, name: "a", options: [3] });
    metrics.define({ ...metric, name: "a", stepMetric: "global_step" });
    expect(metrics.encode()).toEqual([
      { "1": "a", "5": 2, "6": [1, 3], "7": [] },
      { "1": "global_step", "6": [], "7": [] },
    ]);
  });
});
