/** Tests the samples of the machine and the environment of a run. */

import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toJson } from "@bufbuild/protobuf";
import { EnvironmentRecordSchema } from "../../../../plugins/wandb/log/records_pb.ts";
import { SteadyClock } from "../../../../plugins/wandb/log/steady-clock.ts";
import {
  environmentRecord,
  gitState,
  withoutCredentials,
} from "../../../../plugins/wandb/system/environment.ts";
import { parseGpuLoad, parseGpus } from "../../../../plugins/wandb/system/nvidia-smi.ts";
import { SystemSampler } from "../../../../plugins/wandb/system/sampler.ts";
import { skipped } from "../../../support/skipped.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { until } from "../../../support/until.ts";
import { checkFakeRuns, FakeRun } from "../../../support/wandb-fake-run.ts";
import { recordsOf } from "../../../support/wandb-read-log.ts";

checkFakeRuns();

describe("SystemSampler", () => {
  test("samples at once and then at its interval, under W&B's names", async () => {
    const samples: Record<string, number>[] = [];
    const sampler = new SystemSampler(tmpdir(), 0.1, (readings) => samples.push(readings));
    await until(() => {
      sampler.sampleIfDue();
      return samples.length >= 3;
    });
    sampler[Symbol.dispose]();
    const names = [
      "cpu",
      "memory_percent",
      "proc.memory.rssMB",
      "proc.memory.percent",
      "proc.memory.availableMB",
    ];
    for (const name of names) expect(samples[0]![name]).toBeNumber();
    for (const sample of samples) {
      expect(Object.values(sample).every(Number.isFinite)).toBe(true);
      expect(sample.memory_percent).toBeWithin(0, 100.001);
      expect(sample["proc.memory.rssMB"]).toBeWithin(1, 1e6);
    }
    if (process.platform !== "linux") return;
    expect(samples[0]!["disk./.usagePercent"]).toBeWithin(0, 100.001);
    expect(samples[0]!["network.recv"]).toBe(0); // counted since the start
    expect(samples[0]!["proc.cpu.threads"]).toBeGreaterThan(0);
  });

  test("takes no further sample while the GPUs have not answered, so samples come one by one and in order", async () => {
    let time = 0;
    const clock = new SteadyClock(0, () => time);
    const answers: ((readings: Record<string, number>) => void)[] = [];
    const ask = () => new Promise<Record<string, number>>((resolve) => void answers.push(resolve));
    const samples: [number, number | undefined][] = [];
    const onSample = (readings: Record<string, number>, at: number) =>
      void samples.push([at, readings["gpu.0.gpu"]]);
    using sampler = new SystemSampler(tmpdir(), 10, onSample, clock, ask);
    time = 35_000;
    sampler.sampleIfDue();
    expect(answers).toHaveLength(1);
    // The driver fails to answer once; then it is gone.
    const given: Record<string, number>[] = [{ "gpu.0.gpu": 7 }, {}, { "gpu.0.gpu": 9 }, {}, {}, {}];
    for (const [index, readings] of given.entries()) {
      answers[index]!(readings);
      await until(() => samples.length === index + 1);
      time += 10_000;
      sampler.sampleIfDue();
    }
    expect(answers).toHaveLength(given.length);
    const times = [0, 45_000, 55_000, 65_000, 75_000, 85_000, 95_000];
    const loads = [7, undefined, 9, undefined, undefined, undefined, undefined];
    expect(samples).toEqual(times.map((at, index) => [at, loads[index]]));
  });

  test("passes on no samples once it is stopped", () => {
    let count = 0;
    const sampler = new SystemSampler(tmpdir(), 0.0001, () => count++);
    sampler[Symbol.dispose]();
    const before = count;
    sampler.sampleIfDue();
    expect(count).toBe(before);
  });

  test("a run logs a sample at its start", async () => {
    const run = await new FakeRun().setUp();
    await run.start();
    await run.end();
    if (Bun.which("nvidia-smi")) return; // its sample waits for the tool
    const [stats] = recordsOf(run.folder).of("stats");
    expect(stats!.item.map(({ key }) => key)).toContain("cpu");
    expect(Number(stats!.timestamp!.seconds)).toBeGreaterThan(1_700_000_000);
  });
});

describe("nvidia-smi", () => {
  test("parseGpus() reads names, memory and ids", () => {
    expect(parseGpus("NVIDIA H200, 143771, GPU-1\nTesla T4, [N/A], GPU-2\n")).toEqual([
      { name: "NVIDIA H200", memoryTotal: 143771 * 2 ** 20, uuid: "GPU-1" },
      { name: "Tesla T4", memoryTotal: 0, uuid: "GPU-2" },
    ]);
    expect(parseGpus("")).toEqual([]);
  });

  test("parseGpuLoad() gives W&B's names and leaves out what a GPU cannot tell", () => {
    const readings = parseGpuLoad(
      "0, 37, 5, 1000, 4000, 41, 75.5, 151, 1980, 3201\n1, 1, [N/A], 0, 10, [N/A], , 0, 1, 1\n",
    );
    expect(readings).toMatchObject({
      "gpu.0.gpu": 37,
      "gpu.0.memory": 5,
      "gpu.0.memoryAllocated": 25,
      "gpu.0.memoryAllocatedBytes": 1000 * 2 ** 20,
      "gpu.0.temp": 41,
      "gpu.0.powerWatts": 75.5,
      "gpu.0.powerPercent": 50,
      "gpu.0.enforcedPowerLimitWatts": 151,
      "gpu.0.smClock": 1980,
      "gpu.0.memoryClock": 3201,
      "gpu.1.gpu": 1,
      "gpu.1.memoryAllocated": 0,
    });
    for (const name of ["memory", "temp", "powerWatts", "powerPercent"])
      expect(readings).not.toHaveProperty(`gpu.1.${name}`);
  });
});

describe("environmentRecord()", () => {
  const sources = {
    startedAt: 1_700_000_000_500,
    folder: tmpdir(),
    argv: [
      "/bin/bun",
      join(process.cwd(), "core", "commands", "train.ts"),
      "configs/minimal.yaml",
      "--training.lr=1",
    ],
    env: { WANDB_HOST: "named", WANDB_DISABLE_GIT: "true" },
    writerId: "w".repeat(32),
    gpus: [{ name: "NVIDIA H200", memoryTotal: 2 ** 37, uuid: "GPU-1" }],
  };

  test("becomes wandb-metadata.json with W&B's own names and forms", () => {
    const json = toJson(EnvironmentRecordSchema, create(EnvironmentRecordSchema, environmentRecord(sources)));
    expect(json).toMatchObject({
      startedAt: "2023-11-14T22:13:20.500Z",
      host: "named",
      executable: "/bin/bun",
      codePath: join("core", "commands", "train.ts"),
      args: ["configs/minimal.yaml", "--training.lr=1"],
      gpu: "NVIDIA H200",
      gpu_count: 1,
      gpu_nvidia: [{ name: "NVIDIA H200", memoryTotal: "137438953472", uuid: "GPU-1" }],
      cpu_count_logical: expect.any(Number),
    });
    expect(json).not.toHaveProperty("git");
  });

  test("a program outside the current folder has no path in the code", () => {
    const record = environmentRecord({ ...sources, argv: ["bun", "/elsewhere/train.ts"] });
    expect(record.codePath).toBeUndefined();
    expect(record.program).toBe("/elsewhere/train.ts");
  });

  test("gitState() has the commit and the remote without its credentials", () => {
    using temporary = temporaryFolder("wandb-git");
    const folder = temporary.path;
    expect(gitState(folder)).toBeUndefined();
    if (!Bun.which("git")) return skipped("test of the state of git", "no git");
    const git = (...args: string[]) =>
      Bun.spawnSync(["git", "-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", ...args]);
    git("init", "-q");
    writeFileSync(join(folder, "x"), "");
    git("add", "x");
    git("commit", "-q", "-m", "x");
    git("remote", "add", "origin", "https://user:t0ken@host.example/a.git");
    expect(gitState(folder)).toEqual({
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      remoteUrl: "https://host.example/a.git",
    });
  });

  test.each([
    ["git@host:a/b.git", "git@host:a/b.git"],
    ["ssh://git@host/a.git", "ssh://host/a.git"],
    ["https://host/a@b.git", "https://host/a@b.git"],
    ["", ""],
  ])("withoutCredentials(%p)", (url, expected) => {
    expect(withoutCredentials(url)).toBe(expected);
  });
});
