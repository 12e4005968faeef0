/** Tests AdamW, norms and schedule against the reference's numbers. */

import { describe, expect, test } from "bun:test";
import { adamwStep, freshAdamW } from "../../core/optim/adamw.ts";
import { clipScale, gradientNorms } from "../../core/optim/gradient-norms.ts";
import { learningRate } from "../../core/optim/learning-rate.ts";
import { expectClose, type GoldenTensor, readGolden } from "../support/golden.ts";

interface OptimGolden {
  adamw: {
    lr: number;
    weight_decay: number;
    max_norm: number;
    initial: GoldenTensor[];
    steps: { grads: GoldenTensor[]; total_norm: number; params: GoldenTensor[] }[];
    final_state_of_first: { step: number; exp_avg: GoldenTensor; exp_avg_sq: GoldenTensor };
  };
  schedule: {
    lr: number;
    start_factor: number;
    eta_min: number;
    warmup_steps: number;
    total_steps: number;
    values: number[];
  };
}

const { adamw, schedule } = readGolden<OptimGolden>("optim");
const joined = (tensors: GoldenTensor[]) => Float32Array.from(tensors.flatMap(({ data }) => data));

test("adamwStep() after clipping follows torch.optim.AdamW to 1e-5", () => {
  const flat = joined(adamw.initial);
  const first = adamw.initial[0]!.data.length;
  const state = freshAdamW(flat.length);
  for (const step of adamw.steps) {
    const gradient = joined(step.grads);
    const { global } = gradientNorms(gradient, { offsets: [0, first] });
    expect(Math.abs(global / step.total_norm - 1)).toBeLessThan(1e-5);
    const gradientScale = clipScale(global, adamw.max_norm);
    adamwStep(flat, gradient, state, { lr: adamw.lr, weightDecay: adamw.weight_decay, gradientScale });
    const want = joined(step.params);
    expectClose(flat, { shape: [want.length], data: [...want] }, 1e-5);
  }
  const { step, exp_avg, exp_avg_sq } = adamw.final_state_of_first;
  expect(state.step).toBe(step);
  expectClose(state.expAvg.subarray(0, first), exp_avg, 1e-5);
  expectClose(state.expAvgSq.subarray(0, first), exp_avg_sq, 1e-5);
});

test("adamwStep() leaves the gradient as it was and refuses arrays of other lengths", () => {
  const gradient = Float32Array.of(1, -2);
  adamwStep(new Float32Array(2), gradient, freshAdamW(2), { lr: 1, weightDecay: 0, gradientScale: 0.5 });
  expect([...gradient]).toEqual([1, -2]);
  expect(() => adamwStep(new Float32Array(3), gradient, freshAdamW(3), { lr: 1, weightDecay: 0 })).toThrow(
    RangeError,
  );
});

describe("gradientNorms()", () => {
  test("gives the global norm, and the largest and the mean of the parameters' own", () => {
    const norms = gradientNorms(Float32Array.of(3, 4, 12), { offsets: [0, 2] });
    expect(norms).toEqual({ global: 13, max: 12, mean: 8.5 });
  });

  test("shows a value that is not a number in every norm", () => {
    const norms = gradientNorms(Float32Array.of(1, Number.NaN, 1, 1), { offsets: [0, 1, 2] });
    expect(norms).toEqual({ global: Number.NaN, max: Number.NaN, mean: Number.NaN });
  });
});

test("clipScale() shortens to the limit, never lengthens, and does nothing without a limit", () => {
  expect(clipScale(10, 1)).toBeCloseTo(0.1, 6);
  expect(clipScale(0.5, 1)).toBe(1);
  expect(clipScale(10, null)).toBe(1);
});

describe("learningRate()", () => {
  const options = {
    lr: schedule.lr,
    warmupSteps: schedule.warmup_steps,
    totalSteps: schedule.total_steps,
    startFactor: schedule.start_factor,
    etaMin: schedule.eta_min,
  };

  test("is PyTorch's LinearLR and CosineAnnealingLR at every step, to 1e-9 relative", () => {
    expect(schedule.values.length).toBe(schedule.total_steps);
    schedule.values.forEach((want, index) => {
      expect(Math.abs(learningRate(index + 1, options) / want - 1)).toBeLessThan(1e-9);
    });
  });

  test("has no cosine part when the warm-up is as long as the run or longer", () => {
    for (const warmupSteps of [20, 30]) {
      const rates = Array.from({ length: 20 }, (_, i) =>
        learningRate(i + 1, { lr: 1, warmupSteps, totalSteps: 20 }),
      );
      for (let i = 1; i < rates.length; i++) expect(rates[i]!).toBeGreaterThan(rates[i - 1]!);
      expect(rates[0]).toBeCloseTo(0.1, 12);
      expect(rates.at(-1)!).toBeLessThanOrEqual(1);
    }
  });

  test("never rises above its peak, also where that is lower than the end of the cosine", () => {
    for (const lr of [1e-3, 1e-6, 1e-8]) {
      const schedule = { lr, warmupSteps: 5, totalSteps: 20 };
      const rates = Array.from({ length: 20 }, (_, i) => learningRate(i + 1, schedule));
      expect(Math.max(...rates)).toBe(lr);
    }
  });

  test("starts at the full rate without a warm-up", () => {
    expect(learningRate(1, { lr: 1, warmupSteps: 0, totalSteps: 5 })).toBe(1);
  });
});
