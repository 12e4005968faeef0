/**
 * Tests that weights, averages and moments that are not finite are refused by name, and counted by inspect.
 */

import { expect, test } from "bun:test";
import { type AdamWMoments, loadAdamW } from "../../core/checkpoint/adamw-state.ts";
import { checkpointValue, readCheckpoint } from "../../core/checkpoint/detector-state.ts";
import { exportWeights } from "../../core/checkpoint/export.ts";
import { describeNonFinite, findNonFinite } from "../../core/checkpoint/finite-weights.ts";
import { inspectCheckpoint } from "../../core/checkpoint/inspect.ts";
import { inspectionText } from "../../core/checkpoint/inspection-text.ts";
import { PtTensor } from "../../core/checkpoint/pt-value.ts";
import {
  loadPartialStateDict,
  loadStateDict,
  type NamedParameters,
} from "../../core/checkpoint/state-dict.ts";
import { writePtFile } from "../../core/checkpoint/write-pt.ts";
import { refusal } from "../support/refusal.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

const space = sharedFolder("finite-weights");

const network = (flat = new Float32Array(4)): NamedParameters => ({
  names: ["stem.weight", "stem.bias"],
  shapes: [[2], [2]],
  offsets: [0, 2],
  flat,
});

/** A checkpoint with these weights, average and second moments. */
function written(name: string, change: { flat?: number[]; average?: number[]; expAvgSq?: number[] }): string {
  const path = space.join(name);
  const { flat = [1, 2, 3, 4], average, expAvgSq = [0, 0, 0, 0] } = change;
  const value = checkpointValue({
    parameters: network(Float32Array.from(flat)),
    average: average ? Float32Array.from(average) : null,
    optimizer: {
      step: 1,
      expAvg: new Float32Array(4),
      expAvgSq: Float32Array.from(expAvgSq),
      lr: 1,
      weightDecay: 0,
    },
    scheduler: {},
    epoch: 1,
    trainMetrics: {},
    valMetrics: null,
    bestValF1: null,
    extra: {},
  });
  writePtFile(path, value);
  return path;
}

test("loadStateDict() refuses weights that are not finite by tensor and file, and copies nothing", () => {
  const path = written("nan.pt", { flat: [1, 2, Number.NaN, Number.POSITIVE_INFINITY] });
  const parameters = network();
  const message = refusal(() => loadStateDict(readCheckpoint(path).model, parameters, path));
  expect(message).toContain(`${path}  tensor stem.bias  Cannot use the weights: they are not finite`);
  expect(message).toContain("NaN, and 1 more such value of this tensor");
  expect([...parameters.flat]).toEqual([0, 0, 0, 0]);
});

test("a weight that float32 cannot hold is refused as infinite", () => {
  const state = new Map([
    ["stem.weight", new PtTensor("float64", [2], Float64Array.of(1e300, 1))],
    ["stem.bias", new PtTensor("float32", [2], Float32Array.of(1, 1))],
  ]);
  expect(refusal(() => loadStateDict(state, network(), "big.pt"))).toMatch(
    /stem\.weight.*\n.*\n +got +Infinity/,
  );
});

test("loadPartialStateDict() refuses what it would take, and passes over what it leaves", () => {
  const state = (bias: number, other: number) =>
    new Map([
      ["stem.bias", new PtTensor("float32", [2], Float32Array.of(0, bias))],
      ["mask", new PtTensor("float32", [1], Float32Array.of(other))],
    ]);
  expect(refusal(() => loadPartialStateDict(state(Number.NaN, 0), network(), "x.pt"))).toContain("stem.bias");
  expect(loadPartialStateDict(state(5, Number.NEGATIVE_INFINITY), network(), "x.pt").taken).toBe(1);
});

test("the average is what an export writes: the same refusal, and nothing is written", () => {
  const path = written("average.pt", { average: [1, Number.NaN, 3, 4] });
  const output = space.join("average.safetensors");
  const message = refusal(() => exportWeights(readCheckpoint(path), output, "safetensors", "float32"));
  expect(message).toContain("tensor stem.weight");
  expect(() => readCheckpoint(output)).toThrow("no such file");
});

test("loadAdamW() refuses moments that are not finite", () => {
  const path = written("moments.pt", { expAvgSq: [0, 0, Number.POSITIVE_INFINITY, 0] });
  const target: AdamWMoments = { step: 0, expAvg: new Float32Array(4), expAvgSq: new Float32Array(4) };
  const { optimizer } = readCheckpoint(path);
  expect(refusal(() => loadAdamW(optimizer!, network(), target, path))).toContain("exp_avg_sq of stem.bias");
});

test("inspect counts the values of each group that are not finite", () => {
  const inspection = inspectCheckpoint(
    written("counted.pt", { flat: [Number.NaN, 2, Number.NaN, Number.NEGATIVE_INFINITY] }),
  );
  const counts = Object.fromEntries(inspection.groups.map(({ key, nonFinite }) => [key, nonFinite]));
  expect(counts).toEqual({ model_state_dict: 3, optimizer_state_dict: 0 });
  const text = inspectionText(inspection);
  expect(text).toContain("model_state_dict: 2 tensors, 4 elements, 3 of them not finite");
  expect(text).not.toContain("0 of them");
});

test("findNonFinite() names the first tensor and counts all; null for finite weights", () => {
  const weights = (values: number[][]) =>
    values.map((numbers, i) => [`w${i}`, Float32Array.from(numbers)] as const);
  expect(findNonFinite(weights([[1, -0], [3.4e38]]))).toBeNull();
  const found = findNonFinite(weights([[1], [1, Number.NEGATIVE_INFINITY], [Number.NaN, Number.NaN]]))!;
  expect(found).toEqual({ name: "w1", value: Number.NEGATIVE_INFINITY, tensors: 2, values: 3 });
  expect(describeNonFinite(found)).toBe("-Infinity, and 2 more such values of 2 tensors");
});
