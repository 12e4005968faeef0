/**
 * Measures how long each epoch takes and how much memory all processes of the run use, and reports the peak
 * at the end.
 */

import { definePlugin, SYSTEM_METRICS } from "../../core/plugin.ts";
import { processGpuMemoryMb } from "./gpu-memory.ts";
import { processTreeMemoryMb } from "./process-memory.ts";

export default definePlugin({
  name: "system_metrics",
  options: {},
  setup(run) {
    let epochPeak = 0;
    let runPeak = 0;
    const sample = () => {
      epochPeak = Math.max(epochPeak, processTreeMemoryMb());
      runPeak = Math.max(runPeak, epochPeak);
    };
    return {
      onRunStart: sample,
      onGradStep: sample,
      onValidationEnd: sample,
      async onEpochEnd({ seconds, gpuMemoryMb }) {
        sample();
        const gpu = gpuMemoryMb ?? (await processGpuMemoryMb(process.pid));
        run.log({
          [SYSTEM_METRICS.cpuMemory]: epochPeak,
          [SYSTEM_METRICS.epochTime]: seconds,
          ...(gpu === null ? {} : { [SYSTEM_METRICS.gpuMemory]: gpu }),
        });
        epochPeak = 0;
      },
      onRunEnd() {
        sample();
        run.console.line(`peak memory ${Math.round(runPeak)} MB`);
      },
    };
  },
});
