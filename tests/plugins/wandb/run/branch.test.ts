/** Tests when a resumed run is logged as a run of its own, and what it shares with its parent. */

import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { svgToPng } from "../../../../core/base/svg-png.ts";
import type { Json } from "../../../../core/plugin.ts";
import { NO_EARLIER_LOGS, readEarlierLogs } from "../../../../plugins/wandb/log/earlier-logs.ts";
import { continuation } from "../../../../plugins/wandb/run/branch.ts";
import { syncRun } from "../../../../plugins/wandb/upload/sync-run.ts";
import { checkFakeRuns, FakeRun, type FakeRunOptions } from "../../../support/wandb-fake-run.ts";
import { logFolders, recordsOf, rowsOf, valuesOf } from "../../../support/wandb-read-log.ts";
import { FAST } from "../../../support/wandb-sample-run.ts";
import { startStandIn } from "../../../support/wandb-server/server.ts";

checkFakeRuns();

const PNG = await svgToPng('<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>');

/** The folders of logs are sorted by their time: each process of a test begins a minute after the last. */
let minutes = 0;
const startedAt = () => Date.now() + 60_000 * minutes++;

/** Two epochs of three steps; what a checkpoint of the first epoch holds for the plugin. */
async function wholeRun(options: FakeRunOptions = {}): Promise<{ run: FakeRun; state: Json }> {
  const run = await new FakeRun({ id: "parent12", startedAt: startedAt(), ...options }).setUp();
  await run.start();
  await run.step(1, 1, {}, new Map(), [{ name: "look", png: PNG, caption: "" }]);
  await run.epoch(1);
  const state = run.hooks.saveState!();
  await run.epoch(2);
  return { run, state };
}

/** Goes on behind the first epoch with losses of its own. */
async function goOn(folder: string, state: Json, options: FakeRunOptions = {}): Promise<FakeRun> {
  const resumed = { step: 3, epoch: 1, bestValF1: 0.1 };
  const run = await new FakeRun({
    folder,
    state,
    id: "parent12",
    resumed,
    startedAt: startedAt(),
    ...options,
  }).setUp();
  await run.start({ step: 3, epoch: 1 });
  for (let step = 4; step <= 6; step++) await run.step(step, 2, { "train/loss": 100 + step });
  await run.end();
  return run;
}

const branchLine = (run: FakeRun) => run.printed.find((line) => line.includes("it is a run of its own"));

describe("a run that goes on from an earlier checkpoint than its last", () => {
  test("is logged as a run of its own, with the rows that both share, and names its parent", async () => {
    const { run, state } = await wholeRun();
    await run.end();
    const branch = await goOn(run.folder, state);
    expect(branchLine(branch)).toContain(
      "W&B: this goes on from step 3 of run parent12, whose steps 4 to 6 stay in that run's log",
    );
    const { run_id } = branch.hooks.saveState!() as { run_id: string };
    expect(run_id).toMatch(/^[a-z0-9]{8}$/);
    expect(run_id).not.toBe("parent12");
    const [record] = recordsOf(run.folder).of("run");
    expect(record).toMatchObject({ runId: run_id, resumed: false, startingStep: 0n });
    expect(valuesOf(record!.config!.update)).toMatchObject({
      "branch/parent_run": "parent12",
      "branch/parent_step": 3,
    });
    const rows = rowsOf(run.folder);
    expect(rows.map(({ global_step }) => global_step)).toEqual([1, 1, 2, 3, 4, 5, 6]);
    expect(rows.slice(-3).map((row) => row["train/loss"])).toEqual([104, 105, 106]);
    expect(rows[3]).toMatchObject({ "val/f1": 0.1 });
  });

  test("begins with the summary of the shared rows and copies the images in them", async () => {
    const { run, state } = await wholeRun();
    await run.end();
    await goOn(run.folder, state);
    const [seed] = recordsOf(run.folder).of("summary");
    expect(valuesOf(seed!.update)).toMatchObject({ "val/f1": 0.1, best_epoch: 1, global_step: 3 });
    const image = rowsOf(run.folder)[0]!.look as { path: string };
    const copy = join(logFolders(run.folder).at(-1)!, "files", image.path);
    expect(readFileSync(copy)).toEqual(Buffer.from(PNG));
  });

  test("is uploaded whole beside its parent, first of all", async () => {
    const { run, state } = await wholeRun();
    await run.end();
    const branch = await goOn(run.folder, state);
    const server = await startStandIn();
    const env = { WANDB_BASE_URL: server.url, WANDB_API_KEY: server.apiKey };
    const result = await syncRun(run.folder, { env, print: () => {}, pace: FAST });
    await server.stop();
    expect(result).toBe("uploaded");
    const [first, second] = [...server.store.runs.values()];
    const { run_id } = branch.hooks.saveState!() as { run_id: string };
    expect([first!.id, second!.id]).toEqual([run_id, "parent12"]);
    expect(first!.history.map((row) => row.global_step)).toEqual([1, 1, 2, 3, 4, 5, 6]);
    expect(first!.summary["train/loss"]).toBe(106);
    expect(second!.summary["train/loss"]).toBe(0.5);
    expect(server.store.violations).toEqual([]);
  });

  test("may branch off again, and a branch is resumed under its own id", async () => {
    const { run, state } = await wholeRun();
    await run.end();
    const first = await goOn(run.folder, state);
    const second = await goOn(run.folder, state);
    const ids = [first, second].map((branch) => (branch.hooks.saveState!() as { run_id: string }).run_id);
    expect(new Set([...ids, "parent12"]).size).toBe(3);
    const resumed = { step: 6, epoch: 2, bestValF1: 0.1 };
    const again = await new FakeRun({
      folder: run.folder,
      state: second.hooks.saveState!(),
      resumed,
      startedAt: startedAt(),
    }).setUp();
    await again.start({ step: 6, epoch: 2 });
    await again.step(7, 3);
    await again.end();
    expect(recordsOf(run.folder).of("run")[0]).toMatchObject({ runId: ids[1], startingStep: 7n });
    expect(branchLine(again)).toBeUndefined();
  });

  test("takes the id that WANDB_RUN_ID names, but never that of its parent", async () => {
    const { run, state } = await wholeRun();
    await run.end();
    const ids = [];
    for (const id of ["chosen", "parent12"]) {
      process.env.WANDB_RUN_ID = id;
      try {
        const branch = await goOn(run.folder, state);
        ids.push((branch.hooks.saveState!() as { run_id: string }).run_id);
      } finally {
        delete process.env.WANDB_RUN_ID;
      }
    }
    expect(ids[0]).toBe("chosen");
    expect(ids[1]).not.toBe("parent12");
  });
});

describe("a run that goes on where a process was killed", () => {
  test("keeps its id, and a line names the steps that are not logged again", async () => {
    const { run, state } = await wholeRun();
    const resumed = await goOn(run.folder, state);
    expect(resumed.hooks.saveState!()).toEqual({ run_id: "parent12" });
    expect(resumed.printed).toContain("W&B: steps 4 to 6 are already logged and not logged again");
  });

  test("branches off if its configuration has changed since", async () => {
    const { run, state } = await wholeRun();
    const config = { ...run.view.config, training: { ...run.view.config.training, lr: 0.05 } };
    const view = { folder: run.folder, config, resumed: { step: 3, epoch: 1, bestValF1: 0.1 } };
    expect(continuation(view, "parent12").parent).toEqual({ runId: "parent12", step: 3 });
    expect(state).toEqual({ run_id: "parent12" });
  });

  test("branches off for another seed, and not for a key that only one of the configurations has", async () => {
    const { run } = await wholeRun();
    const { config } = run.view;
    const resumed = { step: 3, epoch: 1, bestValF1: 0.1 };
    const parentWith = (more: object) =>
      continuation({ folder: run.folder, config: { ...config, ...more }, resumed }, "parent12").parent;
    expect(parentWith({ experiment: { ...config.experiment, seed: 4711 } })).not.toBeNull();
    expect(parentWith({ experiment: { ...config.experiment, notes: "other" } })).toBeNull();
    const { lr: _, ...without } = config.training;
    expect(parentWith({ training: without })).toBeNull();
    expect(parentWith({ training: { ...config.training, new_key: 1 } })).toBeNull();
  });

  test("one step is named as one", async () => {
    const { run } = await wholeRun();
    const view = {
      folder: run.folder,
      config: run.view.config,
      resumed: { step: 5, epoch: 1, bestValF1: 0.1 },
    };
    expect(continuation(view, "parent12").note).toBe("step 6 is already logged and not logged again");
    await run.end();
    expect(continuation(view, "parent12").note).toContain("whose step 6 stays in that run's log");
  });

  test("does not branch off for what changes no row: device, workers, patience, memory", async () => {
    const { run } = await wholeRun();
    const training = { ...run.view.config.training, workers: 3, early_stopping_patience: 9 } as const;
    const data = { ...run.view.config.data, memory_limit: 512 };
    const evaluation = { ...run.view.config.evaluation, before_and_after: true };
    const config = { ...run.view.config, training, data, evaluation };
    const view = { folder: run.folder, config, resumed: { step: 3, epoch: 1, bestValF1: 0.1 } };
    expect(continuation(view, "parent12").parent).toBeNull();
  });
});

test("continuation() has nothing to say of a fresh run, of one never logged, of one that ended at its checkpoint", async () => {
  const { run } = await wholeRun();
  await run.end();
  const { config } = run.view;
  const nothing = { parent: null, note: null };
  expect(continuation({ folder: run.folder, config, resumed: null }, "parent12")).toEqual(nothing);
  const resumed = { step: 6, epoch: 2, bestValF1: 0.1 };
  expect(continuation({ folder: run.folder, config, resumed }, "parent12")).toEqual(nothing);
  expect(continuation({ folder: run.folder, config, resumed }, null)).toEqual(nothing);
  expect(readEarlierLogs(run.folder, "unknown1")).toEqual(NO_EARLIER_LOGS);
});
