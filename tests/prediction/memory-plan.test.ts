/** A limit of memory decides how many threads read and compute, and how large a sheet may be. */

import { expect, test } from "bun:test";
import { UserError } from "../../core/base/problem.ts";
import { deviceMemory, MEMORY, memoryPlan } from "../../core/prediction/memory-plan.ts";
import { checkSheetMemory } from "../../core/prediction/sheet-memory.ts";

const WANTED = { workers: "auto", threads: 5, cores: 8 } as const;
const LEAST = MEMORY.program + MEMORY.worker + MEMORY.reader + MEMORY.largeSheet;

test("without a limit all is as it is wanted", () => {
  expect(memoryPlan(null, WANTED)).toEqual({
    workers: "auto",
    threads: 5,
    sheetBytes: Number.POSITIVE_INFINITY,
  });
});

test("what a plan takes never exceeds its limit, and a higher limit never plans less", () => {
  let before = { workers: 1, threads: 1 };
  for (let limit = LEAST; limit < 2500; limit += 7) {
    const { workers, threads, sheetBytes } = memoryPlan(limit, WANTED);
    const taken = MEMORY.program + MEMORY.worker * Number(workers) + MEMORY.reader * threads;
    expect(taken + sheetBytes / 2 ** 20).toBeCloseTo(limit, 6);
    expect(Number(workers)).toBeGreaterThanOrEqual(before.workers);
    expect(threads).toBeGreaterThanOrEqual(before.threads);
    before = { workers: Number(workers), threads };
  }
  expect(before).toEqual({ workers: 8, threads: 5 });
});

test("the threads that the user chose are the most", () => {
  expect(memoryPlan(5000, { workers: 1, threads: 2, cores: 8 })).toMatchObject({ workers: 1, threads: 2 });
});

test("what the device takes is left out of the plan", () => {
  const wasm = memoryPlan(700, { ...WANTED, device: deviceMemory("wasm") });
  const native = memoryPlan(700, { ...WANTED, device: deviceMemory("native") });
  expect(wasm).toEqual(memoryPlan(700, WANTED));
  expect(native).toEqual(memoryPlan(700 - MEMORY.tensorflow, WANTED));
});

test("without a network no worker is counted, and memory alone bounds who reads", () => {
  const wanted = { workers: 1, threads: 5, cores: 8, hasNetwork: false };
  const least = LEAST - MEMORY.worker;
  expect(memoryPlan(least, wanted)).toEqual({
    workers: 0,
    threads: 1,
    sheetBytes: MEMORY.largeSheet * 2 ** 20,
  });
  const enough = MEMORY.program + MEMORY.enoughForSheet;
  expect(memoryPlan(enough + MEMORY.reader * 3, wanted).threads).toBe(3);
  expect(memoryPlan(enough + MEMORY.reader * 9, wanted).threads).toBe(5);
  expect(() => memoryPlan(least - 1, wanted)).toThrow(`--memory-limit ${least}`);
  expect(() => memoryPlan(least - 1, wanted)).not.toThrow("thread of the network");
});

test("a limit that one worker exceeds is refused with the least one that works", () => {
  let error: unknown;
  try {
    memoryPlan(LEAST - 1, WANTED);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).exitCode).toBe(2);
  expect((error as UserError).problems[0]).toMatchObject({
    expected: `at least ${LEAST} MB`,
    got: `${LEAST - 1} MB`,
    fix: `--memory-limit ${LEAST}`,
  });
});

test("a sheet that does not fit is named with what it takes", () => {
  expect(() => checkSheetMemory("a.xlsx", "Data", 30 * 2 ** 20, 30 * 2 ** 20)).not.toThrow();
  expect(() => checkSheetMemory("a.xlsx", "Data", 90 * 2 ** 20, 30 * 2 ** 20)).toThrow(
    /a\.xlsx {2}sheet "Data"[\s\S]*at most 30 MB[\s\S]*about 90 MB[\s\S]*raise --memory-limit by 60/,
  );
});
