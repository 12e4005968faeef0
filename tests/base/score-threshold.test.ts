/** Tests how thresholds are shown. */

import { expect, test } from "bun:test";
import { shownThreshold } from "../../core/base/score-threshold.ts";

test("shownThreshold() has three digits at most", () => {
  expect([0.4124837536085397, 0.5, 1].map(shownThreshold)).toEqual(["0.412", "0.5", "1"]);
});
