/** Runs a sample of the fuzzing of checkpoint files. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { fuzz } from "./fuzz.ts";

setDefaultTimeout(120_000); // on a busy machine too

test("150 spoilt files end in a clear error or a correct read (bun tests/checkpoint/fuzz.ts runs 10,000)", () => {
  const { failures, read, refused } = fuzz(150, 7);
  expect(failures).toEqual([]);
  expect(read + refused).toBe(150);
  expect(read).toBeGreaterThan(0); // some changes hit what does not matter: the reader is not merely strict
});
