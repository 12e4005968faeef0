/** Tests run-length coding. */

import { expect, test } from "bun:test";
import { decodeRuns, encodeRuns } from "../../core/base/run-length.ts";

test("decodeRuns() gives back what encodeRuns() took", () => {
  for (const values of [[], [7], [0, 0, 0], [1, 1, 2, 65_535, 65_535, 1]]) {
    const runs = encodeRuns(Uint16Array.from(values));
    expect([...decodeRuns(runs, values.length)]).toEqual(values);
  }
  expect(encodeRuns(Uint16Array.of(4, 4, 4, 9))).toEqual([4, 3, 9, 1]);
});

test("decodeRuns() fills up what is missing, and cuts off what is too much", () => {
  expect([...decodeRuns([5, 2], 4)]).toEqual([5, 5, 0, 0]);
  expect([...decodeRuns([5, 1e9, 6, 2], 3)]).toEqual([5, 5, 5]);
  expect([...decodeRuns([5], 2)]).toEqual([0, 0]);
});
