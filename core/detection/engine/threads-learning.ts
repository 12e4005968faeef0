/** The training of a learner on the threads of one process, each of which sums and updates a slice. */

import { normsOf } from "../../optim/gradient-norms.ts";
import { isInSharedMemory, type Learner } from "../../optim/learner.ts";
import type { ChainEngine, Learning } from "./gradient-engine.ts";
import { dealOut, maxLanes } from "./lanes.ts";

/** @returns Null if the learner does not lie in shared memory. */
export function learnOnThreads(engine: ChainEngine, learner: Learner): Learning | null {
  const { parameters, optimizer: state, average } = learner;
  const { flat, offsets } = parameters;
  const { expAvg, expAvgSq } = state;
  if (!isInSharedMemory(learner)) return null;
  let gradient: Float32Array | null = null;
  return {
    async gradient(step) {
      const { losses, sums } = await engine.chainSums(step, dealOut(step, maxLanes(flat.length)));
      const values = sums[0]!; // the first lane becomes the sum: no other memory is needed
      const lanes = sums.map((sum) => [sum]);
      const squares = await engine.onSlice({ kind: "sum", lanes, into: values, offsets }, offsets);
      gradient = values;
      return { losses, norms: normsOf(squares), values };
    },
    async update(options) {
      const slice = { parameters: flat, gradient: gradient!, expAvg, expAvgSq, average };
      await engine.onSlice({ kind: "update", slice, options: { ...options, step: state.step } }, offsets);
      state.step++;
      engine.setParameters(flat);
    },
  };
}
