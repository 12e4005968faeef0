/** Tests a short training on webgpu. */

import { afterAll, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SOFTWARE_VARIABLE } from "../../../core/tensor/webgpu/availability.ts";
import { testProject } from "../../support/project.ts";
import { hasVulkan, softwareGpuEnvironment } from "../../support/software-gpu.ts";

const project = testProject({
  epochs: 1,
  workbooks: 5,
  plugins: "{ checkpoint: {}, system_metrics: true, ./recorder.ts: {} }",
});
project.write(
  "recorder.ts",
  `import { appendFileSync } from "node:fs";
   export default { name: "recorder", setup: () => ({ onLog: ({ row }) => appendFileSync("rows.jsonl", JSON.stringify(row) + "\\n") }) };`,
);
afterAll(() => project.remove());

test.skipIf(!hasVulkan)(
  "train runs an epoch on webgpu, saves a checkpoint and logs the memory on the GPU",
  async () => {
    const { code, stdout, stderr } = await project.train(
      ["config.yaml", "--training.device=mps", "--model.detr.num_decoder_layers=1"],
      softwareGpuEnvironment,
    );
    expect(stderr).toBe("");
    expect(stdout).toMatch(/network: .* on webgpu \(.*asked for as mps\)/);
    expect(code).toBe(0);
    expect(existsSync(join(project.runFolders()[0]!, "checkpoints", "last.pt"))).toBe(true);
    const rows = readFileSync(join(project.folder, "rows.jsonl"), "utf8").trim().split("\n");
    const last = JSON.parse(rows.at(-1)!) as Record<string, number>;
    expect(last["system/gpu_memory_mb"]).toBeGreaterThan(0);
    expect(Number.isFinite(last["val/loss"])).toBe(true);
  },
  240_000, // without a GPU the first step compiles some hundred shaders for the CPU
);

test("train says what is missing where webgpu cannot be had, and how to do without", async () => {
  if (process.platform !== "linux" || existsSync("/dev/dri") || existsSync("/dev/nvidiactl")) return;
  const { code, stderr } = await project.train(["config.yaml", "--training.device=webgpu"], {
    [SOFTWARE_VARIABLE]: "",
  });
  expect(code).toBe(1);
  expect(stderr).toContain("Cannot use the device webgpu");
  expect(stderr).toContain("training.device: cpu");
});
