/** Tests the estimate of how long a training takes. */

import { expect, test } from "bun:test";
import { aboutDuration, paceLine, RunPace } from "../../core/training/run-pace.ts";

const ALONE = { following: 0, stepsOfEach: 100, workers: 2 };

test("RunPace says once how long the rest takes, without the first step", () => {
  const said: string[] = [];
  let now = 0;
  const pace = new RunPace(
    { ...ALONE, steps: 126 },
    (text) => said.push(text),
    () => now,
  );
  for (const milliseconds of [60_000, 2000, 2000, 2000, 2000, 2000, 9000, 9000]) {
    now += milliseconds;
    pace.step();
  }
  expect(said).toEqual([
    "about 4 minutes to go (4m00s to 4m00s): 120 gradient steps on 2 workers; validation comes on top",
  ]);
});

test("paceLine() counts the trainings that follow, and is less sure when steps differ", () => {
  const line = paceLine([1, 3, 1, 3, 2], 6, { steps: 106, following: 5, stepsOfEach: 100, workers: 1 });
  expect(line).toMatch(
    /^about 20 minutes to go \(1[0-9]m.* to 2[0-9]m.*\): 600 gradient steps on 1 worker in 6 /,
  );
});

test("aboutDuration() rounds to what a person plans with", () => {
  expect([20, 50, 240, 5300, 9000].map(aboutDuration)).toEqual([
    "less than a minute",
    "about 1 minute",
    "about 4 minutes",
    "about 88 minutes",
    "about 2.5 hours",
  ]);
});
