/** Tests that slices cover all parameters, and that updates in slices have the bits of a whole one. */

import { describe, expect, test } from "bun:test";
import { randomStream } from "../../core/base/random.ts";
import { adamwStep, followMoments, freshAdamW } from "../../core/optim/adamw.ts";
import { gradientNorms, normsOf, squaresOf } from "../../core/optim/gradient-norms.ts";
import { cutSlices, offsetsWithin } from "../../core/optim/slices.ts";
import { takeOverSlice, updateSlice } from "../../core/optim/update-slice.ts";

const SIZES = [700, 3, 1, 40, 2000, 8, 8, 300, 1, 64, 900];
const OFFSETS = SIZES.map((_, i) => SIZES.slice(0, i).reduce((sum, size) => sum + size, 0));
const SIZE = SIZES.reduce((sum, size) => sum + size, 0);

const random = randomStream(1, "slices");
const numbers = () => Float32Array.from({ length: SIZE }, () => 4 * random.uniform() - 2);

describe("cutSlices()", () => {
  test("gives whole parameters, side by side, to any number of slices", () => {
    for (let parts = 1; parts <= SIZES.length + 3; parts++) {
      const slices = cutSlices(OFFSETS, SIZE, parts);
      expect(slices).toHaveLength(parts);
      let at = { parameter: 0, value: 0 };
      for (const { firstParameter, endParameter, from, to } of slices) {
        expect([firstParameter, from]).toEqual([at.parameter, at.value]);
        expect(to).toBe(OFFSETS[endParameter] ?? SIZE);
        at = { parameter: endParameter, value: to };
      }
      expect(at).toEqual({ parameter: SIZES.length, value: SIZE });
    }
  });

  test("gives slices of about the same size where no parameter is larger than one", () => {
    const offsets = Array.from({ length: 100 }, (_, i) => 10 * i);
    const lengths = cutSlices(offsets, 1000, 8).map(({ from, to }) => to - from);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(10);
  });

  test("gives an empty slice of no parameters", () => {
    expect(cutSlices([], 0, 2).map(({ from, to }) => to - from)).toEqual([0, 0]);
  });
});

test("norms from the squares of slices have the bits of the norms of the whole gradient", () => {
  const gradient = numbers();
  const whole = gradientNorms(gradient, { offsets: OFFSETS });
  for (const parts of [1, 2, 3, 8]) {
    const squares = cutSlices(OFFSETS, SIZE, parts).flatMap((slice) => [
      ...squaresOf(gradient.subarray(slice.from, slice.to), offsetsWithin(slice, OFFSETS)),
    ]);
    expect(normsOf(Float64Array.from(squares))).toEqual(whole);
  }
});

test("updates in slices, also of weights that others computed, have the bits of a whole update", () => {
  const gradients = [numbers(), numbers(), numbers()];
  const learner = () => ({ parameters: start.slice(), average: start.slice(), ...freshAdamW(SIZE) });
  const start = numbers();
  const [whole, sliced] = [learner(), learner()];
  for (const [step, gradient] of gradients.entries()) {
    const averaging = { decay: 0.9, step: step + 1 };
    const options = { lr: 0.01, weightDecay: 0.1, gradientScale: 0.3, step, averaging };
    updateSlice({ ...whole, gradient }, options);
    for (const [index, { from, to }] of cutSlices(OFFSETS, SIZE, 4).entries()) {
      const part = (array: Float32Array) => array.subarray(from, to);
      const slice = {
        parameters: part(sliced.parameters),
        gradient: part(gradient),
        expAvg: part(sliced.expAvg),
        expAvgSq: part(sliced.expAvgSq),
        average: part(sliced.average),
      };
      if (index % 2 === 0) updateSlice(slice, options);
      else takeOverSlice(slice, part(whole.parameters), options);
    }
  }
  expect(whole.parameters).not.toEqual(start);
  expect(sliced).toEqual(whole);
});

test("followMoments() leaves the moments that adamwStep() leaves, and refuses other lengths", () => {
  const [followed, stepped] = [freshAdamW(SIZE), freshAdamW(SIZE)];
  const options = { lr: 0.1, weightDecay: 0, gradientScale: 0.7 };
  for (const gradient of [numbers(), numbers()]) {
    adamwStep(numbers(), gradient, stepped, options);
    followMoments(gradient, followed, options);
  }
  expect(followed).toEqual(stepped);
  expect(() => followMoments(new Float32Array(2), freshAdamW(3), options)).toThrow(RangeError);
});
