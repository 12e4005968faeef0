/** Tests the log of a run as the plugin writes it. */

import { describe, expect, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { manifestDigest } from "../../../../plugins/wandb/run/artifact-record.ts";
import { timespec } from "../../../../plugins/wandb/run/run-directory.ts";
import { skipped } from "../../../support/skipped.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { checkFakeRuns, FakeRun, type FakeRunOptions } from "../../../support/wandb-fake-run.ts";
import {
  logFolders,
  logPath,
  readStrictly,
  readWithWandb,
  recordsOf,
  rowsOf,
  valuesOf,
  WANDB_PYTHON,
} from "../../../support/wandb-read-log.ts";

checkFakeRuns();

/** Two epochs of three steps, logged from beginning to end. */
async function wholeRun(options: FakeRunOptions = {}): Promise<FakeRun> {
  const run = await new FakeRun(options).setUp();
  await run.start();
  await run.epoch(1);
  await run.epoch(2);
  await run.end();
  return run;
}

describe("the log of a run", () => {
  test("lies where W&B's tools look for it", async () => {
    const startedAt = Date.now() - 5000;
    const run = await wholeRun({ startedAt });
    const [folder] = logFolders(run.folder);
    expect(basename(folder!)).toBe(`offline-run-${timespec(new Date(startedAt))}-abc12345`);
    expect(readdirSync(folder!).sort()).toEqual(["files", "run-abc12345.wandb"]);
    const link = join(run.folder, "wandb", "latest-run");
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readlinkSync(link)).toBe(basename(folder!));
  });

  test("begins with header and run, ends with the exit, and is accepted by the independent readers", async () => {
    const run = await wholeRun();
    const kinds = recordsOf(run.folder).entries.map(({ record }) => record.recordType.case!);
    expect(kinds.slice(0, 2)).toEqual(["header", "run"]);
    expect(kinds.at(-1)).toBe("exit");
    const path = logPath(logFolders(run.folder)[0]!);
    const strict = readStrictly(path);
    if (strict) expect(strict).toMatchObject({ records: kinds.length, has_exit: true, exit_code: 0 });
    if (WANDB_PYTHON) {
      const snake = kinds.map((kind) => kind.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
      expect(readWithWandb(path)).toEqual(snake);
    }
  });

  test("says what the run is: ids, names, start, and the configuration nested and flat", async () => {
    const run = await wholeRun({
      startedAt: 1_700_000_000_500,
      experiment: { project_name: "proj", tags: ["a", "b"], notes: "why" },
      options: { name: "shown", group: "g", entity: "team" },
    });
    const [record] = recordsOf(run.folder).of("run");
    expect(record).toMatchObject({
      runId: "abc12345",
      project: "proj",
      entity: "team",
      displayName: "shown",
      runGroup: "g",
      notes: "why",
      tags: ["a", "b"],
      resumed: false,
      startTime: { seconds: 1_700_000_000n, nanos: 500_000_000 },
    });
    const config = valuesOf(record!.config!.update);
    expect(config).toMatchObject({
      model: { type: "detector", detr: { num_queries: 10 } },
      training: { max_grad_norm: 0.1 },
      "data/train_size": 40,
      "data/val_size": 5,
      "data/datasets": ["synthetic"],
      "model/total_params": 1_234_567,
      "model/trainable_params": 1_234_000,
      "model/total_params_m": 1.23,
    });
  });

  test("has one row per step with both axes, and the epoch's values in its last row", async () => {
    const before = Date.now() / 1000;
    const run = await wholeRun();
    const rows = rowsOf(run.folder);
    expect(rows.map(({ _step, global_step, epoch }) => [_step, global_step, epoch])).toEqual([
      [1, 1, 1],
      [2, 2, 1],
      [3, 3, 1],
      [4, 4, 2],
      [5, 5, 2],
      [6, 6, 2],
    ]);
    expect(rows.map((row) => row["val/f1"])).toEqual([undefined, undefined, 0.1, undefined, undefined, 0.2]);
    for (const row of rows) {
      expect(row["train/max_grad_norm"]).toBeNumber();
      expect(row._runtime).toBeNumber();
      expect(row._timestamp).toBeGreaterThanOrEqual(before);
      expect(row._timestamp).toBeLessThanOrEqual((Date.now() + 1) / 1000); // it has no fractions of a ms
    }
    const steps = recordsOf(run.folder)
      .of("history")
      .map(({ step }) => step?.num);
    expect(steps).toEqual([1n, 2n, 3n, 4n, 5n, 6n]);
  });

  test("has every row in the file before the next step is done", async () => {
    const run = await new FakeRun().setUp();
    await run.start();
    for (let step = 1; step <= 3; step++) {
      await run.step(step, 1);
      expect(rowsOf(run.folder).at(-1)?._step).toBe(step);
    }
    await run.end();
  });

  test("defines the axes: per epoch, per step, and a plugin's own metrics per step", async () => {
    const run = await new FakeRun().setUp();
    await run.start();
    await run.step(1, 1, { "": 1, "mine.metric": 3, "val/f1": 0.5, "train/loss": 1 });
    await run.end();
    const metrics = recordsOf(run.folder).of("metric");
    const axis = Object.fromEntries(metrics.map((one) => [one.name || one.globName, one.stepMetric]));
    expect(axis).toEqual({
      epoch: "",
      global_step: "",
      "train/max_grad_norm": "global_step",
      "train/mean_grad_norm": "global_step",
      "train/*": "epoch",
      "val/*": "epoch",
      "system/*": "epoch",
      "gradients/*": "global_step",
      "mine.metric": "global_step",
      "val/f1": "epoch",
      "train/loss": "epoch",
    });
    expect(metrics.find(({ name }) => name === "val/f1")).toMatchObject({
      expandedFromGlob: true,
      options: { stepSync: true },
    });
  });

  test("keeps the summary up to date, the best epoch's values in it", async () => {
    const run = await wholeRun();
    const summary = Object.assign(
      {},
      ...recordsOf(run.folder)
        .of("summary")
        .map(({ update }) => valuesOf(update)),
    );
    expect(summary).toMatchObject({
      _step: 6,
      epoch: 2,
      "train/loss": 0.5,
      "val/f1": 0.2,
      best_epoch: 2,
      best_f1: 0.2,
      best_precision: 0.5,
      best_loss: 0.5,
    });
    expect(summary["_wandb|runtime"]).toBeNumber();
    expect(summary.best_eob_mean).toBeNull(); // nothing matched, so there is nothing to average
  });

  test("keeps the files that people read beside it", async () => {
    const run = await wholeRun();
    const files = join(logFolders(run.folder)[0]!, "files");
    expect(readdirSync(files).sort()).toEqual(["config.yaml", "wandb-metadata.json", "wandb-summary.json"]);
    const config = parse(readFileSync(join(files, "config.yaml"), "utf8"));
    expect(config.training.value.max_grad_norm).toBe(0.1);
    expect(config["data/train_size"]).toEqual({ value: 40 });
    expect(Object.keys(config)).toEqual(Object.keys(config).sort());
    const summary = JSON.parse(readFileSync(join(files, "wandb-summary.json"), "utf8"));
    expect(summary).toMatchObject({
      best_epoch: 2,
      "val/f1": 0.2,
      _step: 6,
      _wandb: { runtime: expect.any(Number) },
    });
    const metadata = JSON.parse(readFileSync(join(files, "wandb-metadata.json"), "utf8"));
    expect(metadata).toMatchObject({
      python: `Bun ${Bun.version}`,
      cpu_count: expect.any(Number),
      memory: { total: expect.stringMatching(/^\d+$/) },
      startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      writerId: expect.stringMatching(/^[a-z0-9]{32}$/),
      host: expect.any(String),
      executable: expect.any(String),
      cpu_count_logical: expect.any(Number),
    });
  });

  test.each([
    ["finished", 0],
    ["stopped", 0],
    ["interrupted", 130],
    ["failed", 1],
  ] as const)("a run that %s exits with %p", async (status, exitCode) => {
    const run = await new FakeRun().setUp();
    await run.start();
    await run.step(1, 1);
    await run.end({ status, error: status === "failed" ? new Error("boom") : null, summary: {} });
    expect(
      recordsOf(run.folder)
        .of("exit")
        .map((exit) => exit.exitCode),
    ).toEqual([exitCode]);
  });
});

test("the summary has the reason of a run that was stopped, and loses it once a resumed run is not", async () => {
  const summaries = (folder: string) => {
    const last = logFolders(folder).at(-1)!;
    return JSON.parse(readFileSync(join(last, "files/wandb-summary.json"), "utf8"));
  };
  const stopped = await new FakeRun({ startedAt: Date.now() - 5000 }).setUp();
  await stopped.start();
  await stopped.epoch(1);
  await stopped.end({ status: "stopped", reason: "plateau: no better F1", step: 3, epoch: 1 });
  expect(summaries(stopped.folder).stop_reason).toBe("plateau: no better F1");
  const resumed = { step: 3, epoch: 1, bestValF1: 0.1 };
  const run = await new FakeRun({
    folder: stopped.folder,
    resumed,
    state: stopped.hooks.saveState!(),
  }).setUp();
  await run.start({ step: 3, epoch: 1 });
  await run.epoch(2);
  await run.end();
  expect(summaries(run.folder).stop_reason).toBeNull();
});

describe("metrics and gradients that are not finite", () => {
  test("NaN and Infinity are logged as W&B's strings, with one message a metric", async () => {
    const run = await new FakeRun().setUp();
    await run.start();
    await run.step(1, 1, { a: Number.NaN, b: Number.POSITIVE_INFINITY, c: Number.NEGATIVE_INFINITY });
    await run.step(2, 1, { a: Number.NaN });
    await run.end();
    expect(rowsOf(run.folder)[0]).toMatchObject({ a: "NaN", b: "Infinity", c: "-Infinity" });
    const messages = run.printed.filter((line) => line.includes("it is logged as"));
    expect(messages).toEqual([
      'W&B: a is NaN at step 1; it is logged as "NaN"',
      'W&B: b is Infinity at step 1; it is logged as "Infinity"',
      'W&B: c is -Infinity at step 1; it is logged as "-Infinity"',
    ]);
    readStrictly(logPath(logFolders(run.folder)[0]!));
  });

  test("histograms count the finite values, with one message a run", async () => {
    const run = await new FakeRun({ options: { watch: { log_freq: 2 } } }).setUp();
    await run.start();
    const gradients = new Map([
      ["layers.0.weight", Float32Array.of(1, 2, Number.NaN)],
      ["layers.0.bias", Float32Array.of(Number.NaN)],
    ]);
    for (let step = 1; step <= 4; step++) await run.step(step, 1, {}, gradients);
    await run.end();
    const rows = rowsOf(run.folder);
    expect(rows.map((row) => "gradients/layers.0.weight" in row)).toEqual([false, true, false, true]);
    const histogram = rows[1]!["gradients/layers.0.weight"] as { values: number[]; _type: string };
    expect(histogram._type).toBe("histogram");
    expect(histogram.values.reduce((sum, count) => sum + count)).toBe(2);
    expect("gradients/layers.0.bias" in rows[1]!).toBe(false);
    expect(run.printed.filter((line) => line.includes("gradient"))).toEqual([
      "W&B: the gradient of layers.0.weight holds 1 value not finite at step 2; its histogram counts the others",
    ]);
  });

  test("watch.log_freq: never logs no histogram", async () => {
    const run = await new FakeRun({ options: { watch: { log_freq: "never" } } }).setUp();
    await run.start();
    for (let step = 1; step <= 200; step += 1)
      await run.step(step, 1, {}, new Map([["w", Float32Array.of(1)]]));
    await run.end();
    expect(rowsOf(run.folder).some((row) => "gradients/w" in row)).toBe(false);
  });
});

describe("artifacts", () => {
  test("the architecture is staged beside the log and described with its digests", async () => {
    const run = await new FakeRun().setUp();
    await run.start();
    const file = join(run.folder, "model_arch.txt");
    writeFileSync(file, "hello artifact");
    const name = "test_run_architecture";
    await run.fire("onArtifact", {
      step: 0,
      epoch: 0,
      name,
      type: "model_architecture",
      files: [file],
      aliases: [],
    });
    await run.end();
    const [artifact] = recordsOf(run.folder).of("artifact");
    expect(artifact).toMatchObject({
      runId: "abc12345",
      project: "tablesense2",
      name,
      type: "model_architecture",
      aliases: ["latest"],
      finalize: true,
      userCreated: false,
      clientId: expect.stringMatching(/^[a-z0-9]{128}$/),
    });
    expect(artifact!.clientId).not.toBe(artifact!.sequenceClientId);
    const [entry] = artifact!.manifest!.contents;
    expect(entry).toMatchObject({ path: "model_arch.txt", digest: "jLUg/WxG9+R7ngotXibLpA==", size: 14n });
    expect(entry!.localPath.startsWith(join(run.folder, "wandb"))).toBe(true);
    expect(readFileSync(entry!.localPath, "utf8")).toBe("hello artifact");
    readStrictly(logPath(logFolders(run.folder)[0]!));
  });

  test("a staged checkpoint stays what it was when the original is replaced", async () => {
    const run = await new FakeRun({ options: { log_checkpoints: "best" } }).setUp();
    await run.start();
    mkdirSync(join(run.folder, "checkpoints"));
    const path = join(run.folder, "checkpoints", "best.pt");
    for (const [step, content] of ["one", "two"].entries()) {
      writeFileSync(`${path}.new`, content);
      (await import("node:fs")).renameSync(`${path}.new`, path);
      await run.fire("onCheckpoint", { step, epoch: step, path, aliases: ["best"] });
      await run.fire("onCheckpoint", { step, epoch: step, path, aliases: ["latest"] });
    }
    await run.end();
    const artifacts = recordsOf(run.folder).of("artifact");
    expect(artifacts.map(({ type, name, aliases }) => [type, name, aliases])).toEqual([
      ["model", "test_run_model", ["latest", "best"]],
      ["model", "test_run_model", ["latest", "best"]],
    ]);
    const staged = artifacts.map(({ manifest }) => readFileSync(manifest!.contents[0]!.localPath, "utf8"));
    expect(staged).toEqual(["one", "two"]);
  });

  test.each([
    ["none", 0],
    ["best", 1],
    ["all", 3],
  ] as const)("log_checkpoints: %s logs %p of three checkpoints", async (log_checkpoints, count) => {
    const run = await new FakeRun({ options: { log_checkpoints } }).setUp();
    await run.start();
    const path = join(run.folder, "some.pt");
    writeFileSync(path, "x");
    for (const alias of ["latest", "best", "epoch-3"]) {
      await run.fire("onCheckpoint", { step: 3, epoch: 3, path, aliases: [alias] });
    }
    await run.end();
    expect(recordsOf(run.folder).of("artifact")).toHaveLength(count);
  });

  test("a file that is gone costs a warning and nothing else", async () => {
    const run = await new FakeRun().setUp();
    await run.start();
    const artifact = { name: "gone", type: "t", files: [join(run.folder, "no.txt")], aliases: [] };
    await run.fire("onArtifact", { step: 0, epoch: 0, ...artifact });
    await run.step(1, 1);
    await run.end();
    expect(run.printed.find((line) => line.includes("the artifact gone is not logged"))).toContain("ENOENT");
    expect(rowsOf(run.folder)).toHaveLength(1);
  });

  test("manifestDigest() is that of W&B's client", () => {
    const entry = { path: "sub/model.bin", digest: "jLUg/WxG9+R7ngotXibLpA==" };
    expect(manifestDigest([entry])).toBe("f4cd94f46dd9c54f3ed2264c70ceb783");
    expect(manifestDigest([{ path: "model.bin", digest: "euQ5yq91eGKw11n2FuzZzg==" }])).toBe(
      "fa0a4b8c1881598b188a686f4edd5e7e",
    );
  });
});

describe("modes", () => {
  test("disabled writes nothing at all", async () => {
    const run = await new FakeRun({ options: { mode: "disabled" } }).setUp();
    await run.start();
    await run.epoch(1);
    await run.end();
    expect(readdirSync(run.folder)).toEqual([]);
    expect(run.printed).toEqual([]);
  });

  test("offline says at the end how to upload", async () => {
    const run = await wholeRun();
    expect(run.printed).toEqual([`W&B: the run's log is complete; to upload it: bun run sync ${run.folder}`]);
  });

  test("silent prints nothing", async () => {
    const run = await wholeRun({ options: { silent: true }, experiment: { project_name: "a/b" } });
    expect(run.printed).toEqual([]);
    expect(recordsOf(run.folder).of("run")[0]!.project).toBe("a-b");
  });

  test("a project that W&B refuses is reported, and the run is logged offline", async () => {
    const run = await wholeRun({ options: { mode: "auto" }, experiment: { project_name: "a/b" } });
    const text = run.printed.join("\n");
    expect(text).toContain("W&B: this run is logged offline until this is mended:");
    expect(text).toContain("experiment.project_name  Cannot use the project's name in W&B");
    expect(text).toContain("fix       project_name: a-b");
    expect(existsSync(logFolders(run.folder)[0]!)).toBe(true);
  });

  test("two logs that begin in one second lie beside each other", async () => {
    const startedAt = Date.now();
    const { folder } = await wholeRun({ startedAt });
    await wholeRun({ startedAt, folder, id: "abc12345" });
    const names = logFolders(folder).map((path) => basename(path));
    expect(names).toHaveLength(2);
    expect(names[1]).toBe(`${names[0]}-1`);
  });

  test("a folder that takes no log is reported with its remedy, and training goes on", async () => {
    const run = new FakeRun();
    writeFileSync(join(run.folder, "wandb"), "in the way");
    await run.setUp();
    await run.start();
    await run.epoch(1);
    await run.end();
    expect(run.printed.filter((line) => line !== "")).toHaveLength(1);
    expect(run.printed[0]).toStartWith("W&B: nothing is logged, the log cannot be created: EEXIST");
  });
});

describe("the console", () => {
  test("is logged with log_console alone", async () => {
    for (const log_console of [false, true]) {
      const run = await new FakeRun({ options: { log_console } }).setUp();
      await run.start();
      run.print("to standard output\nin two lines");
      run.print("to standard error", "stderr");
      await run.end();
      const lines = recordsOf(run.folder)
        .of("outputRaw")
        .map(({ line, outputType }) => [line, outputType]);
      const expected = [
        ["to standard output\n", 1],
        ["in two lines\n", 1],
        ["to standard error\n", 0],
      ];
      expect(lines).toEqual(log_console ? expected : []);
      readStrictly(logPath(logFolders(run.folder)[0]!));
    }
  });
});

const canMount = process.getuid?.() === 0 && process.platform === "linux";
if (!canMount) skipped("test of a disk that fills up during a training", "only root on Linux can mount one");

test.skipIf(!canMount)(
  "a disk that fills up is reported once with its remedy; training goes on, and the log is whole up to there",
  async () => {
    using temporary = temporaryFolder("wandb-full");
    const folder = temporary.path;
    if (Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", folder]).exitCode !== 0) {
      return skipped("test of a full file system", "none can be mounted here");
    }
    try {
      const run = await new FakeRun({ folder, options: { watch: { log_freq: 1 } } }).setUp();
      await run.start();
      const gradients = new Map([["w", Float32Array.from({ length: 100 }, (_, i) => i)]]);
      for (let epoch = 1; epoch <= 40; epoch++) await run.epoch(epoch, gradients);
      await run.fire("onCheckpoint", { step: 1, epoch: 1, path: "/nowhere.pt", aliases: ["best"] });
      await run.end({ step: 120 });
      const troubles = run.printed.filter((line) => line.includes("run-abc12345.wandb cannot be written"));
      expect(troubles).toHaveLength(1);
      expect(troubles[0]).toContain("ENOSPC");
      expect(troubles[0]).toContain("Make room on the disk. Training goes on");
      const [path] = logFolders(folder).map(logPath);
      expect(run.printed).toContain(
        `W&B: the end of the run is missing in ${path}: the disk did not take it`,
      );
      expect(run.printed.at(-1)).toBe(`W&B: to upload what the log has: bun run sync ${folder}`);
      const rows = rowsOf(folder);
      expect(rows.length).toBeGreaterThan(5);
      expect(rows.map(({ _step }) => _step)).toEqual(rows.map((_, index) => index + 1));
      readStrictly(logPath(logFolders(folder)[0]!));
    } finally {
      FakeRun.ended.splice(0, FakeRun.ended.length, ...FakeRun.ended.filter((ended) => ended !== folder));
      Bun.spawnSync(["umount", folder]);
    }
  },
);
