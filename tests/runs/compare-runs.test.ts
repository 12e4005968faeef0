/** Tests what is found to distinguish runs. */

import { expect, test } from "bun:test";
import { compareRuns } from "../../core/runs/compare-runs.ts";
import { OpenRun } from "../../core/runs/open-run.ts";
import { writeRecordedRun } from "../support/recorded-run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("compareRuns() has the settings and facts that differ, and all metrics, null where a run has none", async () => {
  using folder = temporaryFolder("compare-runs");
  const other = {
    config: { experiment: { name: "other" }, training: { lr: 0.01, max_epochs: 2 } },
    facts: { sheetsPerEpoch: 80, stepsPerEpoch: 10, totalSteps: 20, maxEpochs: 2 },
    device: "webgpu",
    seconds: 40,
    best: null,
    summary: { "train/loss": 0.25, "mine/new": 1 },
  };
  const paths = [
    writeRecordedRun(folder.join("a")),
    writeRecordedRun(folder.join("b"), { record: other }),
    writeRecordedRun(folder.join("c")),
  ];
  const runs = await Promise.all(paths.map((path) => new OpenRun(path).details()));
  const { settings, facts, metrics, runs: ids } = compareRuns(runs);
  expect(ids).toEqual(["a", "b", "c"]);
  expect(settings["training.lr"]).toEqual([0.001, 0.01, 0.001]);
  expect(settings["training.batch_size"]).toEqual([1, null, 1]);
  expect(settings).not.toContainKey("training.max_epochs");
  expect(settings).not.toContainKey("experiment.name");
  expect(facts).toEqual({ device: ["wasm", "webgpu", "wasm"], sheetsPerEpoch: [75, 80, 75] });
  expect(metrics["train/loss"]).toEqual([0.5, 0.25, 0.5]);
  expect(metrics["mine/new"]).toEqual([null, 1, null]);
  expect(metrics["best f1"]).toEqual([0.5, null, 0.5]);
});
