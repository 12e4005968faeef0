/** Tests that a resumed training draws the same changed and fresh sheets. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { testProject } from "../../support/project.ts";
import { STOPPER } from "../../support/stopper.ts";
import { finalWeights } from "../../support/weights.ts";

const PLUGINS = "{ checkpoint: { save_every_n_epochs: 1 }, ./stopper.ts: true }";
const STREAM = ["--data.augment=true", "--data.repeats=2", "--data.synthetic_per_epoch=5"];
const project = testProject({ epochs: 2, workbooks: 8, plugins: PLUGINS });
const rowsFile = (name: string) => join(project.folder, `${name}.jsonl`);
const readRows = (name: string) => readFileSync(rowsFile(name), "utf8");
let steps: number;
let expected: { rows: string; weights: string };

beforeAll(async () => {
  project.write("stopper.ts", STOPPER);
  const result = await project.train(["config.yaml", ...STREAM], { ROWS: rowsFile("whole") });
  expect([result.code, result.stderr]).toEqual([0, ""]);
  const [, trained] = /data: (\d+) training/.exec(result.stdout)!;
  const anEpoch = 2 * Number(trained) + 5;
  expect(result.stdout).toContain(`; ${anEpoch} sheets per epoch`);
  steps = 2 * Math.ceil(anEpoch / 2);
  expect(result.stdout).toContain(`${steps} gradient steps`);
  const rows = readRows("whole");
  expect(rows.trim().split("\n")).toHaveLength(steps);
  expected = { rows, weights: finalWeights(project.runFolders()[0]!) };
}, 120_000);
afterAll(() => project.remove());

test("a run on changed and fresh sheets, interrupted and resumed on two workers, equals the uninterrupted one", async () => {
  for (const stopAt of [1, 4, steps / 2, steps / 2 + 3]) {
    const name = `stopped-${stopAt}`;
    const interrupted = await project.train(["config.yaml", ...STREAM], {
      ROWS: rowsFile(name),
      STOP_AT: String(stopAt),
    });
    expect(interrupted.code).toBe(130);
    const folder = project.runFolders().at(-1)!;
    const resumed = await project.train(["--resume", folder, "--training.workers=2"], {
      ROWS: rowsFile(name),
    });
    expect([resumed.code, resumed.stdout]).toEqual([
      0,
      expect.stringContaining(`resuming at step ${stopAt} of ${steps}`),
    ]);
    expect(readRows(name)).toBe(expected.rows);
    expect(finalWeights(folder)).toBe(expected.weights);
    rmSync(folder, { recursive: true });
  }
}, 120_000);

test("within an epoch a run is not resumed with other samples", async () => {
  const interrupted = await project.train(["config.yaml", ...STREAM], {
    ROWS: rowsFile("other"),
    STOP_AT: "3",
  });
  expect(interrupted.code).toBe(130);
  const changed = ["--data.augment=false", "--data.repeats=1", "--data.synthetic_per_epoch=6"];
  const result = await project.train(["--resume", "latest", ...changed], { ROWS: rowsFile("other") });
  expect(result.code).toBe(2);
  for (const key of ["augment", "repeats", "synthetic_per_epoch"]) {
    expect(result.stderr).toContain(`Cannot resume with another data.${key}`);
  }
}, 120_000);
