/** Opens the training of a learner on an engine. The updates are made in this thread if no other can. */

import { gradientNorms } from "../../optim/gradient-norms.ts";
import type { Learner } from "../../optim/learner.ts";
import { updateSlice } from "../../optim/update-slice.ts";
import type { GradientEngine, Learning } from "./gradient-engine.ts";

/**
 * Trains with all threads and processes that the engine has. Where they do not share the learner's memory,
 * this thread makes the updates.
 */
export function openLearning(engine: GradientEngine, learner: Learner): Learning {
  return engine.learn?.(learner) ?? learningHere(engine, learner);
}

function learningHere(engine: GradientEngine, { parameters, optimizer: state, average }: Learner): Learning {
  const values = new Float32Array(parameters.flat.length);
  return {
    async gradient(step) {
      const losses = await engine.gradient(step, values);
      return { losses, norms: gradientNorms(values, parameters), values };
    },
    async update(options) {
      const { expAvg, expAvgSq } = state;
      const arrays = { parameters: parameters.flat, gradient: values, expAvg, expAvgSq, average };
      updateSlice(arrays, { ...options, step: state.step });
      state.step++;
      engine.setParameters(parameters.flat);
    },
  };
}
