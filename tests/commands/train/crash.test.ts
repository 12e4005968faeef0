/** Runs a short version of the crash test. */

import { expect, test } from "bun:test";
import { crashTest } from "./crash.ts";

test("a run that is killed five times and resumed each time equals an undisturbed run", async () => {
  const result = await crashTest(5, 1);
  expect(result).toMatchObject({ kills: 5, sameWeights: true, sameRows: true });
}, 180_000);
