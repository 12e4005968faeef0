/** Tests what is read of one run's folder, whole, damaged and hostile. */

import { describe, expect, test } from "bun:test";
import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RUN_FILES } from "../../core/base/run-folder-names.ts";
import { OpenRun } from "../../core/runs/open-run.ts";
import { recordedRow, SHEET, writeRecordedRun } from "../support/recorded-run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const EVERYTHING = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, buckets: 100, smooth: 0 };
const NAME = "recorded 2026-11-30 02:02";

describe("OpenRun", () => {
  test("gives the details of a run", async () => {
    using folder = temporaryFolder("run");
    const path = writeRecordedRun(folder.join(NAME));
    const details = await new OpenRun(path).details();
    expect(details).toMatchObject({
      id: NAME,
      name: "recorded",
      status: "finished",
      started: "2026-11-30T02:02:25.327Z",
      durationSeconds: 40,
      steps: 20,
      epochs: 2,
      maxEpochs: 2,
      bestF1: 0.5,
      bestEpoch: 1,
      tags: ["first"],
      notes: "from the configuration",
      problems: [],
      configuration: "experiment: { name: recorded }\n",
      architecture: "detector\n",
      commit: "0123456",
      sheetEpochs: [1, 2],
      histogramNames: ["gradients/a", "gradients/b"],
      metrics: [
        { name: "train/max_grad_norm", rows: 20, first: 1, last: 20 },
        { name: "train/loss", rows: 2, first: 10, last: 20 },
        { name: "val/f1", rows: 2, first: 10, last: 20 },
      ],
    });
    expect(details.settings).toMatchObject({ "training.lr": 0.001, "training.depths": "2, 2" });
    expect(details.checkpoints.map(({ name, epoch, metrics }) => [name, epoch, metrics])).toEqual([
      ["best.pt", 1, { f1: 0.5 }],
      ["last.pt", 2, { f1: 0.25 }],
    ]);
    expect(details.commands.resume).toContain(`train --resume "${path}"`);
  });

  test("gives curves over every axis: the last step of an epoch stands at the epoch, and at all of its sheets", async () => {
    using folder = temporaryFolder("run");
    const run = new OpenRun(writeRecordedRun(folder.join(NAME)));
    const at = async (axis: "step" | "epoch" | "time" | "sheets") =>
      (await run.curves({ ...EVERYTHING, names: ["train/loss", "nothing"], axis }))["train/loss"]!.x;
    expect(await at("step")).toEqual([10, 20]);
    expect(await at("epoch")).toEqual([1, 2]);
    expect(await at("time")).toEqual([20, 40]);
    // 75 sheets in 10 steps of 8: the last step has three.
    expect(await at("sheets")).toEqual([75, 150]);
    const norms = (await run.curves({ ...EVERYTHING, names: null, axis: "sheets" }))["train/max_grad_norm"]!;
    expect(norms.x.slice(0, 3)).toEqual([8, 16, 24]);
    expect(norms.x.slice(8, 12)).toEqual([72, 75, 83, 91]);
  });

  test("smooths over all rows before it reduces them", async () => {
    using folder = temporaryFolder("run");
    const run = new OpenRun(writeRecordedRun(folder.join(NAME), { steps: 1000 }));
    const request = { ...EVERYTHING, names: ["train/max_grad_norm"], axis: "step" as const, smooth: 0.99 };
    const whole = (await run.curves({ ...request, buckets: 1000 }))["train/max_grad_norm"]!;
    const reduced = (await run.curves({ ...request, buckets: 10 }))["train/max_grad_norm"]!;
    expect(reduced.isWhole).toBe(false);
    expect(reduced.last.at(-1)).toBe(whole.last.at(-1)!);
    expect(Math.max(...(reduced.max as number[]))).toBe(Math.max(...(whole.max as number[])));
  });

  test("gives the sheets of an epoch with their mistakes, and the histograms of a parameter", async () => {
    using folder = temporaryFolder("run");
    const run = new OpenRun(writeRecordedRun(folder.join(NAME)));
    expect(await run.sheets(2)).toEqual({
      epoch: 2,
      eobThreshold: 0,
      leftOut: 3,
      sheets: [
        {
          key: "synthetic / a.xlsx › One",
          rows: 2,
          cols: 3,
          marks: SHEET.marks,
          truth: [{ range: "A1:B2", kind: "missed" }],
          predicted: [],
          mistakes: ["missed"],
          f1: 0,
        },
        {
          key: "synthetic / a.xlsx › Two",
          rows: 2,
          cols: 3,
          marks: SHEET.marks,
          truth: [{ range: "A1:B2", kind: "exact" }],
          predicted: [{ range: "A1:B2", score: 0.9, kind: "exact" }],
          mistakes: [],
          f1: 1,
        },
      ],
    });
    expect(await run.sheets(7)).toBeNull();
    const histograms = await run.histograms("gradients/a");
    expect(histograms.steps).toEqual([10, 20]);
    expect([histograms.edges[0], histograms.counts[0]]).toEqual([
      [-1, 0, 1],
      [1, 2],
    ]);
    expect((await run.histograms("gradients/b")).edges[1]).toEqual([2, 2]);
    expect((await run.histograms("gradients/nothing")).steps).toEqual([]);
  });

  test("follows a run that trains, and sees the last row of one that crashed", async () => {
    using folder = temporaryFolder("run");
    const path = writeRecordedRun(folder.join(NAME), { record: { status: "running", step: 10 }, steps: 12 });
    const run = new OpenRun(path);
    expect((await run.metrics()).rows).toBe(12);
    appendFileSync(join(path, "metrics.jsonl"), recordedRow(13));
    expect((await run.metrics()).rows).toBe(13);
    // No process holds the folder.
    expect(run.row()).toMatchObject({ status: "crashed", steps: 13, durationSeconds: 40 });
  });

  test("says what is missing or damaged, and reads the rest", async () => {
    using folder = temporaryFolder("run");
    const path = writeRecordedRun(folder.join(NAME));
    writeFileSync(
      join(path, "history.jsonl"),
      `nothing\n${readFileSync(join(path, "history.jsonl"), "utf8")}`,
    );
    appendFileSync(join(path, "metrics.jsonl"), "\u0000\u0000\n");
    rmSync(join(path, "configs"), { recursive: true });
    rmSync(join(path, "checkpoints"), { recursive: true });
    const details = await new OpenRun(path).details();
    expect(details.problems).toEqual([
      "metrics.jsonl: 1 damaged line is left out.",
      "history.jsonl: 1 damaged line is left out.",
    ]);
    expect(details).toMatchObject({ configuration: null, checkpoints: [], sheetEpochs: [1, 2] });
    expect(details.commands).toEqual({ resume: null, evaluate: null, predict: null });
  });

  test("reads a run without a record from its configuration and the name of its folder", async () => {
    using folder = temporaryFolder("run");
    const path = folder.join(NAME);
    mkdirSync(join(path, "configs"), { recursive: true });
    const config = "experiment: { name: old, tags: [a, 7] }\ntraining: { max_epochs: 5 }\n";
    writeFileSync(join(path, "configs/config.yaml"), config);
    const details = await new OpenRun(path).details();
    expect(details).toMatchObject({ name: "old", status: "unknown", maxEpochs: 5, tags: ["a"], metrics: [] });
    expect(details.started).toBe(new Date(2026, 10, 30, 2, 2).toISOString());
    expect(details.problems).toEqual([expect.stringContaining("run.json is missing")]);
  });

  test("knows no start of a run without a record whose folder names no time", () => {
    using folder = temporaryFolder("run");
    for (const name of ["old", "old 2026-13-40 02:02"]) {
      mkdirSync(folder.join(name, "configs"), { recursive: true });
      expect(new OpenRun(folder.join(name)).row().started).toBeNull();
    }
  });

  for (const [what, text, problem] of [
    ["damaged", "{", "is damaged"],
    ["of another kind", "[1]", "is not the record of a run"],
    ["of a newer version", '{"version":99}', "newer version"],
    [
      "full of wrong types",
      '{"version":1,"facts":7,"starts":[1],"best":"x","config":[],"summary":{"a":"b"}}',
      null,
    ],
    ["a folder", null, "cannot be read"],
  ] as const) {
    test(`reads a run whose record is ${what}`, async () => {
      using folder = temporaryFolder("run");
      const path = writeRecordedRun(folder.join(NAME));
      rmSync(join(path, "run.json"));
      if (text === null) mkdirSync(join(path, "run.json"));
      else writeFileSync(join(path, "run.json"), text);
      const details = await new OpenRun(path).details();
      expect(details.problems).toEqual(problem === null ? [] : [expect.stringContaining(problem)]);
      expect(details.metrics).toHaveLength(3);
    });
  }

  test("reads a configuration whose aliases would grow without end as damaged", () => {
    using folder = temporaryFolder("run");
    const path = writeRecordedRun(folder.join(NAME));
    rmSync(join(path, "run.json"));
    const levels = Array.from({ length: 12 }, (_, at) => {
      const values = Array.from({ length: 10 }, () => (at === 0 ? "x" : `*a${at - 1}`));
      return `a${at}: &a${at} [${values.join(", ")}]`;
    });
    writeFileSync(join(path, "configs/config.yaml"), levels.join("\n"));
    expect(new OpenRun(path).row().problems).toContain("configs/config.yaml is damaged.");
  });

  test("gives empty answers for a folder that is gone", async () => {
    using folder = temporaryFolder("run");
    const run = new OpenRun(writeRecordedRun(folder.join(NAME)));
    expect((await run.metrics()).rows).toBe(20);
    rmSync(run.path, { recursive: true });
    expect((await run.details()).metrics).toEqual([]);
    expect(await run.sheets(1)).toBeNull();
    expect(run.console(0)).toEqual({ text: "", next: 0, more: false });
  });

  test.skipIf(process.platform === "win32")("waits for no pipe in place of a file", async () => {
    using folder = temporaryFolder("run");
    const path = folder.join(NAME);
    mkdirSync(join(path, "configs"), { recursive: true });
    for (const name of Object.values(RUN_FILES).filter((each) => /\.\w+$/.test(each))) {
      expect(Bun.spawnSync(["mkfifo", join(path, name)]).exitCode).toBe(0);
    }
    const run = new OpenRun(path);
    const { problems, metrics, configuration } = await run.details();
    expect([metrics, configuration]).toEqual([[], null]);
    expect(problems[0]).toContain("run.json cannot be read");
    expect([await run.sheets(1), run.console(0).text]).toEqual([null, ""]);
  });

  test("follows no link in place of a file to what is no file", async () => {
    using folder = temporaryFolder("run");
    const path = writeRecordedRun(folder.join(NAME));
    rmSync(join(path, "metrics.jsonl"));
    symlinkSync(path, join(path, "metrics.jsonl"));
    expect((await new OpenRun(path).details()).metrics).toEqual([]);
  });
});
