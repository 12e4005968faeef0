/** Measures where the time of a step goes, kernel by kernel. */

import { getBackend, getKernelsForBackend } from "@tensorflow/tfjs-core";

/**
 * Counts and times every call of a kernel of the current backend from now on. Of a GPU, which computes
 * asynchronously, it measures only the time to submit the work.
 *
 * @returns A function that gives the table so far: calls and milliseconds, the most expensive kernel first.
 */
export function profileKernels(): () => string {
  const counts = new Map<string, { calls: number; ms: number }>();
  for (const config of getKernelsForBackend(getBackend())) {
    const { kernelName, kernelFunc } = config;
    config.kernelFunc = (call) => {
      const start = performance.now();
      const result = kernelFunc(call);
      const count = counts.get(kernelName) ?? { calls: 0, ms: 0 };
      counts.set(kernelName, { calls: count.calls + 1, ms: count.ms + performance.now() - start });
      return result;
    };
  }
  return () =>
    [...counts]
      .sort(([, a], [, b]) => b.ms - a.ms)
      .map(
        ([name, { calls, ms }]) =>
          `${name.padEnd(28)}${String(calls).padStart(7)}${ms.toFixed(1).padStart(10)}`,
      )
      .join("\n");
}
