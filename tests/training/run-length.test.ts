/** Tests how far a run is in its schedule, also when its epochs have got longer or shorter. */

import { expect, test } from "bun:test";
import { loadConfig } from "../../core/hooks/load-config.ts";
import { learningRate } from "../../core/optim/learning-rate.ts";
import { nextLearningRate, scheduledSteps, scheduleOf } from "../../core/training/run-length.ts";

const { config } = await loadConfig("configs/minimal.yaml", ["--training.max_epochs=4"], {});

test("a run that nobody changes has done as many steps of the schedule as steps", () => {
  let step = 0;
  for (let epoch = 0; epoch < 4; epoch++) {
    for (let stepInEpoch = 0; stepInEpoch < 7; stepInEpoch++) {
      expect(scheduledSteps({ epoch, stepInEpoch }, 7)).toBe(step);
      const wanted = learningRate(++step, scheduleOf(config, 7));
      expect(nextLearningRate(config, { epoch, stepInEpoch }, 7)).toBe(wanted);
    }
  }
});

test("the rate of an epoch does not depend on how many steps the epochs before it had", () => {
  for (const epoch of [0, 1, 2, 3]) {
    const [few, many] = [2, 200].map((steps) => nextLearningRate(config, { epoch, stepInEpoch: 0 }, steps));
    expect(few).toBeCloseTo(many!, 12);
  }
});
