/** Tests that a checkpoint gives back what it was made from, and which ones are refused. */

import { expect, test } from "bun:test";
import { join } from "node:path";
import { type AdamWMoments, loadAdamW } from "../../core/checkpoint/adamw-state.ts";
import {
  type CheckpointContent,
  checkpointValue,
  evaluationWeights,
  FORMAT_VERSION,
  readCheckpoint,
} from "../../core/checkpoint/detector-state.ts";
import { PtTensor, type PtWritable } from "../../core/checkpoint/pt-value.ts";
import {
  asStateDict,
  compareStateDict,
  loadStateDict,
  type NamedParameters,
} from "../../core/checkpoint/state-dict.ts";
import { writePtFile } from "../../core/checkpoint/write-pt.ts";
import { refusal } from "../support/refusal.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

const folder = sharedFolder("detector-state").path;
const file = join(folder, "last.pt");

function network(names = ["stem.weight", "stem.bias"]): NamedParameters {
  return { names, shapes: [[2, 3], [2]], offsets: [0, 6], flat: new Float32Array(8) };
}

const filled = (start: number) => Float32Array.from({ length: 8 }, (_, i) => start + i / 8);

function content(change: Partial<CheckpointContent> = {}): CheckpointContent {
  return {
    parameters: { ...network(), flat: filled(1) },
    average: null,
    optimizer: { step: 7, expAvg: filled(2), expAvgSq: filled(3), lr: 1e-4, weightDecay: 1e-4 },
    scheduler: { last_epoch: 7 },
    epoch: 2,
    trainMetrics: { loss: 1, lr: 1e-4 },
    valMetrics: { f1: 0.5, eob_mean: null },
    bestValF1: 0.5,
    extra: {
      run_id: "abcdefgh",
      random: [1, -2, 3, 2 ** 31],
      nested: { "a.b": [null, true, 0.1, -0, "é"], ["__proto__"]: 1 },
    },
    ...change,
  };
}

const tensor = (shape: number[]) =>
  new PtTensor("float32", shape, new Float32Array(shape.reduce((a, b) => a * b, 1)));
const moments = (): AdamWMoments => ({ step: 0, expAvg: new Float32Array(8), expAvgSq: new Float32Array(8) });

test("readCheckpoint() gives back all that checkpointValue() was made from", () => {
  const written = content({ average: filled(9) });
  writePtFile(file, checkpointValue(written));
  const read = readCheckpoint(file);
  expect(read).toMatchObject({
    path: file,
    formatVersion: FORMAT_VERSION,
    epoch: 2,
    trainMetrics: written.trainMetrics,
    valMetrics: written.valMetrics!,
    bestValF1: 0.5,
    scheduler: { last_epoch: 7 },
  });
  expect(read.extra).toEqual(written.extra);

  const target = network();
  loadStateDict(read.model, target, file);
  expect(target.flat).toEqual(written.parameters.flat);
  loadStateDict(evaluationWeights(read), target, file);
  expect(target.flat).toEqual(written.average!);
  const state = moments();
  loadAdamW(read.optimizer!, target, state, file);
  expect(state).toEqual({ step: 7, expAvg: written.optimizer.expAvg, expAvgSq: written.optimizer.expAvgSq });
});

test("a checkpoint without average, validation or metrics reads as null there", () => {
  writePtFile(file, checkpointValue(content({ valMetrics: null, bestValF1: null, trainMetrics: {} })));
  const read = readCheckpoint(file);
  expect([read.average, read.valMetrics, read.bestValF1]).toEqual([null, null, null]);
  expect(evaluationWeights(read)).toBe(read.model);
});

test("the optimiser before its first step has no state, and reads as zeros", () => {
  const fresh = { step: 0, expAvg: filled(5), expAvgSq: filled(5), lr: 1e-4, weightDecay: 0 };
  writePtFile(file, checkpointValue(content({ optimizer: fresh })));
  const state: AdamWMoments = { ...moments(), expAvg: filled(1) };
  loadAdamW(readCheckpoint(file).optimizer!, network(), state, file);
  expect(state).toEqual(moments());
});

test("weights from PyTorch are read as a dictionary, by themselves, or wrapped", () => {
  const weights = { "stem.weight": tensor([2, 3]), "stem.bias": tensor([2]) };
  const wrapped = Object.fromEntries(
    Object.entries(weights).map(([name, value]) => [`module.${name}`, value]),
  );
  for (const value of [
    weights,
    wrapped,
    { model_state_dict: weights },
    { model_state_dict: wrapped, epoch: 3 },
  ]) {
    writePtFile(file, value as PtWritable);
    const read = readCheckpoint(file);
    expect([...read.model.keys()]).toEqual(Object.keys(weights));
    expect([read.optimizer, read.formatVersion, read.extra]).toEqual([null, null, null]);
  }
});

test("float16 weights are converted on loading", () => {
  const half = new PtTensor("float16", [2], new Uint16Array([0x3e00, 0xc000]));
  const target = network();
  loadStateDict(
    new Map([
      ["stem.weight", tensor([2, 3])],
      ["stem.bias", half],
    ]),
    target,
    file,
  );
  expect([...target.flat.subarray(6)]).toEqual([1.5, -2]);
});

test("another network's weights are refused with missing, unexpected and mis-shaped names, and nothing is loaded", () => {
  const state = new Map([
    ["stem.weight", tensor([3, 2])],
    ["stem.scale", tensor([2])],
  ]);
  const target = { ...network(), flat: filled(1) };
  expect(compareStateDict(target, state)).toEqual({
    missing: ["stem.bias"],
    unexpected: ["stem.scale"],
    misshaped: [{ name: "stem.weight", expected: [2, 3], got: [3, 2] }],
  });
  const text = refusal(() => loadStateDict(state, target, file));
  expect(text).toContain(file);
  expect(text).toMatch(/missing \(1\):\s+stem\.bias/);
  expect(text).toMatch(/unexpected \(1\):\s+stem\.scale/);
  expect(text).toContain("stem.weight [3,2] instead of [2,3]");
  expect(target.flat).toEqual(filled(1));
});

test("long lists of names are cut, and counted", () => {
  const state = new Map(Array.from({ length: 100 }, (_, i) => [`extra.${i}`, tensor([1])]));
  const text = refusal(() => loadStateDict(state, network(), file));
  expect(text).toContain("unexpected (100):");
  expect(text).toContain("… and 80 more");
});

test("a checkpoint of a newer version is refused with the advice to update", () => {
  writePtFile(file, { ...(checkpointValue(content()) as object), format_version: FORMAT_VERSION + 1 });
  const text = refusal(() => readCheckpoint(file));
  expect(text).toContain("newer version");
  expect(text).toContain("git pull");
});

test("a file without weights is refused with the keys that it has", () => {
  writePtFile(file, { epoch: 3, weights: [1] });
  expect(refusal(() => readCheckpoint(file))).toContain("the keys epoch, weights");
  writePtFile(file, 7);
  expect(refusal(() => readCheckpoint(file))).toContain("the number 7");
});

const optimizers: [string, PtWritable, string][] = [
  ["without groups", {}, "nothing"],
  ["of another size", { param_groups: [{ params: [0] }], state: {} }, "1 with 1 parameters"],
  [
    "of two groups",
    { param_groups: [{ params: [0] }, { params: [1] }], state: {} },
    "2 with 1 + 1 parameters",
  ],
  ["without state", { param_groups: [{ params: [0, 1] }] }, "state"],
  [
    "with a parameter's state missing",
    { param_groups: [{ params: [0, 1] }], state: new Map([[0, entry([2, 3], 1)]]) },
    "stem.bias",
  ],
  [
    "of other shapes",
    { param_groups: [{ params: [0, 1] }], state: new Map([[0, entry([3, 2], 1)]]) },
    "[3,2]",
  ],
  [
    "without moments (SGD)",
    { param_groups: [{ params: [0, 1] }], state: new Map([[0, { step: 1 }]]) },
    "exp_avg",
  ],
  [
    "with steps that differ",
    {
      param_groups: [{ params: [0, 1] }],
      state: new Map([
        [0, entry([2, 3], 1)],
        [1, entry([2], 2)],
      ]),
    },
    "1, 2",
  ],
];
function entry(shape: number[], step: number): PtWritable {
  return {
    step: new PtTensor("float32", [], new Float32Array([step])),
    exp_avg: tensor(shape),
    exp_avg_sq: tensor(shape),
  };
}
for (const [what, optimizer, reason] of optimizers) {
  test(`loadAdamW() refuses a state ${what}`, () => {
    writePtFile(file, { model_state_dict: { w: tensor([1]) }, optimizer_state_dict: optimizer });
    const read = readCheckpoint(file);
    expect(refusal(() => loadAdamW(read.optimizer!, network(), moments(), file))).toContain(reason);
  });
}

test.each([
  ["module.", ""],
  ["_orig_mod.", ""],
  ["module._orig_mod.", ""],
  ["_orig_mod.module.", ""],
  ["module.module._orig_mod.module.", ""],
  ["module.", "_orig_mod."],
])("asStateDict() removes %p before all names and %p within them", (before, within) => {
  const state = asStateDict(
    new Map([
      [`${before}stem.${within}weight`, tensor([2])],
      [`${before}stem.${within}bias`, tensor([2])],
    ]),
  );
  expect([...state!.keys()]).toEqual(["stem.weight", "stem.bias"]);
});

test("asStateDict() passes over the counter that AveragedModel keeps beside its weights", () => {
  const count = new PtTensor("int64", [], BigInt64Array.of(12n));
  const state = asStateDict(
    new Map([
      ["n_averaged", count],
      ["module.stem.weight", tensor([2])],
    ]),
  );
  expect([...state!.keys()]).toEqual(["stem.weight"]);
});

test("asStateDict() leaves names alone that only some weights begin with, or that would become one", () => {
  const kept = (names: string[]) =>
    expect([...asStateDict(new Map(names.map((name) => [name, tensor([1])])))!.keys()]).toEqual(names);
  kept(["module.stem", "head"]);
  kept(["a._orig_mod.b", "a.b"]);
  kept(["n_averaged"]);
});
