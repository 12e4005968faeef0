/** Tests the metrics of memory and time. */

import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { memoryOf, processGpuMemoryMb } from "../../plugins/system-metrics/gpu-memory.ts";
import systemMetrics from "../../plugins/system-metrics/plugin.ts";
import { fakeRun } from "../support/fake-run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Prints what the process uses, starts a child that takes 200 MB, and prints what both use. */
const MEASURE = `
  import { processTreeMemoryMb } from ${JSON.stringify(join(PROJECT_ROOT, "plugins/system-metrics/process-memory.ts"))};
  console.log(processTreeMemoryMb());
  const code = "globalThis.x = Buffer.alloc(2e8, 1); console.log(1); setTimeout(() => {}, 6e5)";
  const child = Bun.spawn([process.execPath, "-e", code], { stdout: "pipe" });
  await child.stdout.getReader().read();
  console.log(processTreeMemoryMb());
  child.kill();
  await child.exited;
`;

test("processTreeMemoryMb() counts this process, and its children where the system tells of them", async () => {
  // In a process of its own: what other tests have left in this one may be given back at any moment.
  const measuring = Bun.spawn([process.execPath, "-e", MEASURE], { stdout: "pipe", stderr: "inherit" });
  const [before, after] = (await new Response(measuring.stdout).text()).trim().split("\n").map(Number);
  expect(await measuring.exited).toBe(0);
  expect(before!).toBeGreaterThan(10);
  if (process.platform === "linux") expect(after! - before!).toBeGreaterThan(150);
});

test("memoryOf() sums a process's rows over GPUs and is null without any", () => {
  expect(memoryOf(7, "7, 100\n8, 50\n7, 20\n")).toBe(120);
  expect(memoryOf(9, "7, 100\n")).toBeNull();
  expect(memoryOf(7, "7, [N/A]\n")).toBeNull();
});

test("processGpuMemoryMb() is null without a tool that runs", async () => {
  using folder = temporaryFolder("nvidia-smi");
  const broken = folder.join("nvidia-smi");
  writeFileSync(broken, "#!/no/such/interpreter\n", { mode: 0o755 });
  expect(await processGpuMemoryMb(process.pid, broken)).toBeNull();
  expect(await processGpuMemoryMb(process.pid, null)).toBeNull();
});

test("system_metrics logs memory and time of the epoch and prints the peak", async () => {
  const run = fakeRun();
  const hooks = await systemMetrics.setup(run, {});
  await hooks.onEpochEnd?.({ step: 1, epoch: 1, train: {}, val: null, best: false, seconds: 2.5 });
  expect(run.logged["system/epoch_time_seconds"]).toBe(2.5);
  expect(run.logged["system/cpu_memory_mb"]).toBeGreaterThan(10);
  await hooks.onRunEnd?.({ step: 1, epoch: 1, status: "finished", summary: {}, error: null, seconds: 1 });
  expect(run.printed[0]).toMatch(/^peak memory \d+ MB$/);
});

test("system_metrics logs the GPU memory that the engine tells", async () => {
  const run = fakeRun();
  const hooks = await systemMetrics.setup(run, {});
  const epochEnd = { step: 1, epoch: 1, train: {}, val: null, best: false, seconds: 2.5 };
  await hooks.onEpochEnd?.({ ...epochEnd, gpuMemoryMb: 512.5 });
  expect(run.logged["system/gpu_memory_mb"]).toBe(512.5);
});
