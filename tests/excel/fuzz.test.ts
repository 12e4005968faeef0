/** Runs a sample of the fuzzing of workbooks. */

import { expect, test } from "bun:test";
import { fuzz } from "./fuzz.ts";

test("150 mutated workbooks are read or refused, quickly, and sheets read as saxes reads them", async () => {
  const result = await fuzz(150, 7);
  expect(result.failures).toEqual([]);
  expect(result.read).toBeGreaterThan(5);
  expect(result.refused).toBeGreaterThan(20);
  expect(result.compared).toBeGreaterThan(0);
}, 120_000);

test("mutated workbooks of the project's own making do as well", async () => {
  const result = await fuzz(150, 11, []);
  expect(result.failures).toEqual([]);
  expect(result.read).toBeGreaterThan(5);
  expect(result.compared).toBeGreaterThan(1);
}, 120_000);
