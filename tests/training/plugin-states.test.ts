import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Json } from "../../core/base/json.ts";
import { jsonOf } from "../../core/checkpoint/json-value.ts";
import { readPtFile } from "../../core/checkpoint/read-pt.ts";
import { writePtFile } from "../../core/checkpoint/write-pt.ts";
import { packStates, unpackStates } from "../../core/training/plugin-states.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

const file = join(sharedFolder("plugin-states").path, "states.pt");

function throughFile(states: Record<string, Json>): Record<string, Json> {
  writePtFile(file, packStates(states));
  return unpackStates(jsonOf(readPtFile(file)) as Record<string, Json>);
}

const pairs: Json = Array.from({ length: 100_000 }, (_, step) => [step, 1 / (step + 1)]);
const objects: Json = Array.from({ length: 100_000 }, (_, step) => ({ step, more: {} }));
const deep = Array.from({ length: 500 }).reduce<Json>((inner) => [inner], "bottom");

test.each([
  ["a hundred thousand pairs", pairs],
  ["a hundred thousand objects", objects],
  ["500 levels", deep],
  ["a text of a million characters", "x".repeat(1_000_000)],
  ["what looks like a packed state", { $json: "not packed" }],
  ["the same with another key", { $json: "[1]", other: 2 }],
  ["nothing", null],
])("a plugin state of %s comes back from a checkpoint as it was", (_what, state) => {
  expect(throughFile({ plugin: state, other: [1] })).toEqual({ plugin: state, other: [1] });
});

test("small states stay plain in the file, and a checkpoint from before is read", () => {
  const states = { wandb: { run_id: "abcd1234" }, counter: [1, 2, { deep: true }] };
  expect(packStates(states)).toEqual(states);
  expect(unpackStates(states)).toEqual(states);
});
