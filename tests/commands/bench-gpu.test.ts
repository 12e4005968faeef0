/** Tests the script that measures a GPU, up to the GPU: its report is whole whatever is missing. */

import { expect, test } from "bun:test";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import {
  type GpuReport,
  isReport,
  REPORT_KIND,
  ReportWriter,
  type StepResult,
} from "../../bench/gpu-report.ts";
import { gpuSteps } from "../../bench/gpu-steps.ts";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { runProgram } from "../../core/base/run-program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const SCRIPT = join(PROJECT_ROOT, "bench", "gpu.sh");
const readReport = (path: string) => JSON.parse(readFileSync(path, "utf8")) as GpuReport;
const OPTIONS = { quick: false, python: null, rounds: 2, passes: 1, scratch: "runs" };

test("bench/gpu.sh --quick checks a machine, says what a GPU would need, and ends with a whole report", async () => {
  using folder = temporaryFolder("gpu");
  const { code, output } = await runProgram([SCRIPT, "--quick", "--output", "report.json"], {
    cwd: folder.path,
  });
  const report = readReport(folder.join("report.json"));
  const states = Object.fromEntries(report.steps.map(({ name, state }) => [name, state]));
  expect(states).toMatchObject({ machine: "ok", "plan of webgpu": "ok", "goldens on wasm": "ok" });
  const driver = report.steps.find(({ name }) => name === "nvidia driver")!;
  if (driver.state === "failed") expect(driver.reason).toStartWith("no NVIDIA driver");
  const isDone = report.steps.every(({ state }) => state === "ok");
  expect([report.kind, report.quick, report.status]).toEqual([
    REPORT_KIND,
    true,
    isDone ? "done" : "incomplete",
  ]);
  expect(code).toBe(isDone ? 0 : 1);
  expect(output).toContain(`${report.status} after `);
  expect(readFileSync(folder.join("report.log"), "utf8")).toContain("::: goldens on wasm: ok");
}, 240_000);

test("bench/gpu.sh writes the report itself where there is neither Bun nor npm", async () => {
  using folder = temporaryFolder("gpu");
  for (const tool of ["bash", "dirname", "tr", "sed", "awk", "date", "mv", "grep"]) {
    const path = Bun.which(tool);
    expect([tool, path]).toEqual([tool, expect.any(String)]);
    symlinkSync(path!, folder.join(tool));
  }
  const run = () =>
    runProgram([SCRIPT, "--output=out.json"], { cwd: folder.path, env: { PATH: folder.path } });
  for (let time = 0; time < 2; time++) {
    const { code, output } = await run();
    expect([code, output]).toEqual([1, expect.stringContaining("install npm")]);
    const report = readReport(folder.join("out.json"));
    expect(report).toMatchObject({ kind: REPORT_KIND, format_version: 1, status: "incomplete", ratios: {} });
    expect(report.steps).toMatchObject([{ name: "bun", state: "failed", result: null }]);
    expect(existsSync(folder.join("out.log"))).toBeTrue();
  }
  folder.write("out.json", "mine");
  const refused = await run();
  expect([refused.code, readFileSync(folder.join("out.json"), "utf8")]).toEqual([2, "mine"]);
}, 60_000);

test("bench/gpu.sh refuses a wrong option with exit code 2, and leaves no report", async () => {
  using folder = temporaryFolder("gpu");
  const { code, output } = await runProgram([SCRIPT, "--quik"], { cwd: folder.path });
  expect([code, output]).toEqual([2, expect.stringContaining("fix       --quick")]);
  expect(existsSync(folder.join("gpu.json"))).toBeFalse();
}, 60_000);

test("the steps need only steps further up, and each device is set up, tried and measured beside PyTorch", () => {
  for (const options of [OPTIONS, { ...OPTIONS, quick: true }, { ...OPTIONS, python: "python3" }]) {
    const names = gpuSteps(options).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const [index, { needs }] of gpuSteps(options).entries()) {
      for (const need of needs) expect(names.slice(0, index)).toContain(need);
    }
  }
  const names = gpuSteps(OPTIONS).map(({ name }) => name);
  for (const device of ["cuda", "webgpu"]) {
    expect(names).toContain(`goldens on ${device}`);
    for (const config of ["minimal", "full"]) {
      expect(names).toContain(`train ${config} on ${device}`);
      expect(names).toContain(`speed ${config} ${device}, turn 2`);
      expect(names).toContain(`speed ${config} pytorch, turn 2`);
    }
  }
});

test("a report is whole after every step, and compares the best turns with those of PyTorch", () => {
  using folder = temporaryFolder("gpu");
  const path = folder.join("new", "gpu.json");
  const writer = new ReportWriter(path, false);
  expect(readReport(path)).toMatchObject({ status: "running", steps: [] });
  const speed = (name: string, sheets: number, forward: number): StepResult => ({
    name,
    state: "ok",
    seconds: 1,
    reason: null,
    result: { sheets_per_s: sheets, forward_sheets_per_s: forward },
  });
  writer.add(speed("speed minimal pytorch, turn 1", 10, 50));
  writer.add(speed("speed minimal pytorch, turn 2", 20, 40));
  writer.add(speed("speed minimal cuda, turn 1", 30, 100));
  writer.add(speed("speed full cuda, turn 1", 30, 100));
  const ratios = { minimal: { cuda: { training: 1.5, forward: 2 } } };
  expect(readReport(path)).toMatchObject({ status: "running", ratios });
  expect(writer.end(false)).toMatchObject({ status: "done", ratios });
  writer.add({ ...speed("try webgpu", 0, 0), state: "failed", reason: "no GPU" });
  expect(writer.end(false).status).toBe("incomplete");
  expect(writer.end(true).status).toBe("interrupted");
  expect(isReport(path)).toBeTrue();
  expect(isReport(folder.write("other.json", "{}"))).toBeFalse();
});
