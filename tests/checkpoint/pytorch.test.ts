/** Tests checkpoint files against PyTorch itself, in both directions. */

import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/base/problem.ts";
import { randomStream } from "../../core/base/random.ts";
import { loadAdamW } from "../../core/checkpoint/adamw-state.ts";
import { checkpointValue, readCheckpoint } from "../../core/checkpoint/detector-state.ts";
import { PtFloat, type PtMap, PtTensor, PtTuple, type PtValue } from "../../core/checkpoint/pt-value.ts";
import { readPtFile } from "../../core/checkpoint/read-pt.ts";
import { schedulerState } from "../../core/checkpoint/scheduler-state.ts";
import { loadStateDict, type NamedParameters } from "../../core/checkpoint/state-dict.ts";
import { writePtFile } from "../../core/checkpoint/write-pt.ts";
import type { DetectorConfig } from "../../core/model/detector-config.ts";
import { layOutParameters } from "../../core/model/parameters.ts";
import { adamwStep, freshAdamW } from "../../core/optim/adamw.ts";
import { learningRate } from "../../core/optim/learning-rate.ts";
import { findPyTorch, referenceFolder } from "../support/pytorch.ts";
import { skipped } from "../support/skipped.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

setDefaultTimeout(120_000); // on a busy machine too

const pytorch = findPyTorch();
const folder = sharedFolder("pytorch").path;

interface TensorFacts {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly hex: string;
}

const facts = (tensor: PtTensor): TensorFacts => {
  const { buffer, byteOffset, byteLength } = tensor.data;
  const hex = Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString("hex");
  return { dtype: tensor.dtype, shape: tensor.shape, hex };
};

/** Every tensor by its path of keys. */
function tensorsIn(value: PtValue, path = ""): [string, TensorFacts][] {
  if (value instanceof PtTensor) return [[path, facts(value)]];
  if (Array.isArray(value)) return value.flatMap((item, i) => tensorsIn(item, `${path}/${i}`));
  if (!(value instanceof Map)) return [];
  return [...value].flatMap(([key, item]) => tensorsIn(item, `${path}/${key}`));
}

const map = (value: PtValue | undefined) => value as PtMap;

describe.skipIf(pytorch === null)("files by torch.save", () => {
  let written: {
    files: Record<string, Record<string, TensorFacts>>;
    fourth: { gradients: number[][]; parameters: number[][] };
  };
  beforeAll(() => {
    written = pytorch!.run(join(import.meta.dir, "pytorch_writes.py"), folder) as typeof written;
  });

  for (const file of ["types.pt", "views.pt", "module.pt", "parameter.pt", "optimizer.pt"]) {
    test(`readPtFile() gives every tensor of ${file} bit for bit`, () => {
      const got = Object.fromEntries(tensorsIn(readPtFile(join(folder, file))));
      expect(Object.keys(got).length).toBeGreaterThan(0);
      expect(got).toEqual(written.files[file]!);
    });
  }

  test("readPtFile() lets tensors share memory that shared a storage", () => {
    const views = map(readPtFile(join(folder, "views.pt")));
    const [base, same, reshaped] = ["base", "same", "reshaped"].map(
      (key) => (views.get(key) as PtTensor).data,
    );
    expect(same!.buffer).toBe(base!.buffer);
    expect(reshaped!.buffer).toBe(base!.buffer);
  });

  test("readPtFile() keeps nested values, their types and their order", () => {
    const nested = map(readPtFile(join(folder, "nested.pt")));
    const deep = [1, 2.5, null, true, false, "text é漢😀", [1, [2, 3]], new Map(), [], []];
    expect([...nested.keys()].slice(0, 4)).toEqual(["z", "a", 7, "big"]);
    expect(map(nested.get("a")).get("deep")).toEqual(deep);
    expect(nested.get("big")).toBe(2n ** 80n);
    expect(nested.get("negative")).toBe(-(2n ** 70n));
    expect(nested.get("int")).toBe(-5);
    expect(nested.get("word")).toBe(70000);
    expect(nested.get("inf")).toBe(Number.POSITIVE_INFINITY);
    expect(nested.get("size")).toEqual([2, 3]);
    expect(nested.get("device")).toBe("cuda:1");
    expect(nested.get("dtype")).toBe("torch.bfloat16");
    expect(nested.get("long")).toBe("x".repeat(70000));
    expect(map(nested.get("many")).get("key 2999")).toBe(2999);
  });

  test("a step with PyTorch's optimiser state agrees with PyTorch's own step", () => {
    const file = join(folder, "optimizer.pt");
    const checkpoint = readCheckpoint(file);
    const parameters: NamedParameters = {
      names: ["a", "b"],
      shapes: [[4, 3], [5]],
      offsets: [0, 12],
      flat: new Float32Array(17),
    };
    const state = freshAdamW(17);
    loadStateDict(checkpoint.model, parameters, file);
    loadAdamW(checkpoint.optimizer!, parameters, state, file);
    expect(state.step).toBe(3);
    const gradient = new Float32Array(written.fourth.gradients.flat());
    adamwStep(parameters.flat, gradient, state, { lr: 3e-3, weightDecay: 0.05 });
    const want = written.fourth.parameters.flat();
    for (const [i, value] of parameters.flat.entries()) expect(value).toBeCloseTo(want[i]!, 6);
    expect([checkpoint.epoch, checkpoint.bestValF1]).toEqual([2, 0.5]);
    expect(checkpoint.valMetrics).toEqual({ f1: 0.5, eob_mean: null });
  });

  const refused: [string, RegExp][] = [
    ["before-1.6.pt", /before version 1\.6/],
    ["script.pt", /TorchScript/],
    ["pickled-module.pt", /torch\.nn\.modules\.linear\.Linear/],
    ["sparse.pt", /torch\._utils\._rebuild_sparse_tensor/],
    ["protocol-4.pt", /pickle protocol 4/],
  ];
  for (const [file, reason] of refused) {
    test(`readPtFile() refuses ${file} by name`, () => {
      const read = () => readPtFile(join(folder, file));
      expect(read).toThrow(UserError);
      expect(read).toThrow(reason);
    });
  }
});

describe.skipIf(pytorch === null)("files for torch.load", () => {
  const read = (job: object): unknown => {
    const path = join(folder, "job.json");
    writeFileSync(path, JSON.stringify(job));
    return pytorch!.run(join(import.meta.dir, "pytorch_reads.py"), path);
  };

  test("torch.load gives every tensor of writePtFile() bit for bit, and values of the right types", () => {
    const float32 = new Float32Array(
      new Uint32Array([0x7fc00001, 0x7f800001, 0xffc00001, 1, 0, 0x80000000]).buffer,
    );
    const tensors = {
      float32: new PtTensor("float32", [2, 3], float32),
      tied: new PtTensor("float32", [3, 2], float32),
      float64: new PtTensor("float64", [2], new Float64Array([Math.PI, -0])),
      float16: new PtTensor("float16", [2], new Uint16Array([0x3e00, 0x7c01])),
      bfloat16: new PtTensor("bfloat16", [1, 2], new Uint16Array([0x3fc0, 0x7f81])),
      int64: new PtTensor("int64", [2], new BigInt64Array([2n ** 62n + 1n, -(2n ** 63n)])),
      int32: new PtTensor("int32", [2], new Int32Array([-1, 2 ** 31 - 1])),
      int16: new PtTensor("int16", [1], new Int16Array([-3])),
      int8: new PtTensor("int8", [1], new Int8Array([-3])),
      uint8: new PtTensor("uint8", [1], new Uint8Array([253])),
      bool: new PtTensor("bool", [2], new Uint8Array([1, 0])),
      scalar: new PtTensor("float32", [], new Float32Array([7])),
      empty: new PtTensor("float32", [0, 3], new Float32Array(0)),
    };
    const describe = join(folder, "ours.pt");
    writePtFile(describe, {
      ...tensors,
      values: [
        1,
        new PtFloat(1),
        1.5,
        -0,
        true,
        null,
        "é漢😀",
        2 ** 40,
        2n ** 80n,
        -(2n ** 31n) - 1n,
        Number.NaN,
      ],
      tuple: new PtTuple([0.5, [1]]),
      map: new Map([[3, "three"]]),
    });
    const { value, tied } = read({ describe }) as { value: Record<string, unknown>; tied: boolean };
    const want = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, facts(tensor)]));
    expect(value).toMatchObject(want);
    expect(tied).toBe(true);
    expect(value.values).toEqual([
      "list",
      ["int", "1"],
      ["float", "1.0"],
      ["float", "1.5"],
      ["float", "-0.0"],
      ["bool", "True"],
      ["NoneType", "None"],
      ["str", "é漢😀"],
      ["int", "1099511627776"],
      ["int", String(2n ** 80n)],
      ["int", "-2147483649"],
      ["float", "nan"],
    ]);
    expect(value.tuple).toEqual(["tuple", ["float", "0.5"], ["list", ["int", "1"]]]);
    expect(value.map).toEqual({ "3": ["str", "three"] });
  });

  test("torch.optim.AdamW and SequentialLR go on from our checkpoint as we do", () => {
    const random = randomStream(5, "optimizer test");
    const draw = (size: number) => Float32Array.from({ length: size }, () => random.normal());
    const flat = draw(17);
    const parameters = { names: ["a", "b"], shapes: [[4, 3], [5]], offsets: [0, 12], flat };
    const state = freshAdamW(17);
    const schedule = { lr: 3e-3, warmupSteps: 4, totalSteps: 12 };
    const step = (gradient: Float32Array) =>
      adamwStep(flat, gradient, state, { lr: learningRate(state.step + 1, schedule), weightDecay: 0.05 });
    for (let i = 0; i < 5; i++) step(draw(17));
    const file = join(folder, "optimizer-ours.pt");
    writePtFile(
      file,
      checkpointValue({
        parameters,
        average: null,
        optimizer: { ...state, lr: learningRate(6, schedule), initialLr: schedule.lr, weightDecay: 0.05 },
        scheduler: schedulerState(5, schedule),
        epoch: 1,
        trainMetrics: {},
        valMetrics: null,
        bestValF1: null,
        extra: {},
      }),
    );
    const gradient = draw(17);
    const gradients = [[...gradient.subarray(0, 12)], [...gradient.subarray(12)]];
    const optimizer = { file, gradients, done: 5, schedule: { warmup: 4, total: 12 } };
    const got = read({ optimizer }) as {
      parameters: number[][];
      rates: number[];
      steps: number[];
    };
    step(gradient);
    for (const [i, value] of got.parameters.flat().entries()) expect(value).toBeCloseTo(flat[i]!, 6);
    const rates = [6, 7, 8, 9, 10, 11, 12].map((next) => learningRate(next, schedule));
    expect(got.rates).toHaveLength(rates.length);
    for (const [i, rate] of got.rates.entries()) expect(rate).toBeCloseTo(rates[i]!, 12);
    expect(got.steps).toEqual([6]);
  });

  test("LinearLR and CosineAnnealingLR alone go on from the schedule of a run that is all warm-up, or has none", () => {
    const cases = [
      { kind: "linear", warmup: 8, total: 8, done: 3 },
      { kind: "linear", warmup: 20, total: 8, done: 3 },
      { kind: "cosine", warmup: 0, total: 8, done: 3 },
    ].map((item) => {
      const schedule = { lr: 1e-3, warmupSteps: item.warmup, totalSteps: item.total };
      const rate = (next: number) => learningRate(next, schedule);
      const rates = Array.from({ length: item.total - item.done }, (_, i) => rate(item.done + 1 + i));
      return {
        ...item,
        lr: 1e-3,
        rate: rate(item.done + 1),
        rates,
        state: schedulerState(item.done, schedule),
      };
    });
    const got = read({ schedulers: cases }) as { schedulers: number[][] };
    for (const [i, { rates }] of cases.entries()) {
      expect(got.schedulers[i]).toHaveLength(rates.length);
      for (const [step, rate] of rates.entries()) expect(got.schedulers[i]![step]).toBeCloseTo(rate, 12);
    }
  });

  if (referenceFolder() === null) skipped("test against the reference network", "no ../shared/reference");
  test.skipIf(referenceFolder() === null)(
    "the reference network takes our checkpoint strictly and gives the golden outputs",
    () => {
      const golden = JSON.parse(readFileSync(join(import.meta.dir, "../golden/tiny_model.json"), "utf8"));
      const source = join(import.meta.dir, "../golden/tiny_model.pt");
      const config = Object.fromEntries(
        map(map(readPtFile(source)).get("config")),
      ) as unknown as DetectorConfig;
      const parameters = layOutParameters(config);
      loadStateDict(readCheckpoint(source).model, parameters, source);
      const state = freshAdamW(parameters.flat.length);
      state.step = 1;
      const file = join(folder, "detector.pt");
      writePtFile(
        file,
        checkpointValue({
          parameters,
          average: null,
          optimizer: { ...state, lr: 1e-4, weightDecay: 1e-4 },
          scheduler: {},
          epoch: 1,
          trainMetrics: { loss: 1 },
          valMetrics: { f1: 0.5, eob_mean: null },
          bestValF1: 0.5,
          extra: { run_id: "abcdefgh" },
        }),
      );
      const got = read({ reference: referenceFolder(), detector: { file, config, golden } }) as {
        logits: number[][];
        boxes: number[][];
      };
      for (const output of ["logits", "boxes"] as const) {
        expect(got[output]).toHaveLength(golden[output].length);
        for (const [layer, values] of got[output].entries()) {
          for (const [i, value] of values.entries())
            expect(value).toBeCloseTo(golden[output][layer].data[i], 4);
        }
      }
    },
  );
});
