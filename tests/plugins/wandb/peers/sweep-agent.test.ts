/** The real `wandb sweep` and `wandb agent` start trainings of this project, and stop one. */

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { PROJECT_ROOT } from "../../../../core/base/project-root.ts";
import { type TestProject, testProject } from "../../../support/project.ts";
import { until } from "../../../support/until.ts";
import { WANDB_CLI } from "../../../support/wandb-python-client.ts";
import { type StandIn, startStandIn } from "../../../support/wandb-server/server.ts";

/** An agent looks for something to do every five seconds. */
const LIMIT = 300_000;
const ARGS = "$".concat("{args}");

let server: StandIn;
let project: TestProject;
beforeEach(async () => {
  server = await startStandIn();
  const plugins = `{ checkpoint: true, history: true, wandb: { mode: online, base_url: "${server.url}" } }`;
  project = testProject({ plugins });
});
afterEach(async () => {
  project.remove();
  await server.stop();
});

function start(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const { folder } = project;
  return Bun.spawn([WANDB_CLI!, ...args], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      WANDB_BASE_URL: server.url,
      WANDB_API_KEY: server.apiKey,
      WANDB_ERROR_REPORTING: "false",
      ...more,
    },
    stdout: "ignore",
    stderr: "pipe",
  });
}

/** Makes a sweep with `wandb sweep` and returns its name. */
async function makeSweep(): Promise<string> {
  const train = join(PROJECT_ROOT, "core/commands/train.ts");
  const file = {
    program: train,
    command: [process.execPath, train, "config.yaml", "--runs", project.runs, ARGS],
    method: "grid",
    metric: { name: "val/f1", goal: "maximize" },
    parameters: { "training.lr": { values: [1e-3, 2e-3, 3e-3] } },
  };
  project.write("sweep.yaml", stringify(file));
  const command = start(["sweep", "--project", "tables", "sweep.yaml"]);
  const stderr = await new Response(command.stderr).text();
  expect([await command.exited, stderr]).toEqual([0, stderr]);
  const { sweeps } = server.store;
  expect(sweeps.all.map(({ project: name }) => name)).toEqual(["tables"]);
  return `someone/tables/${sweeps.all[0]!.name}`;
}

describe.skipIf(WANDB_CLI === null)("the real wandb agent", () => {
  test(
    "runs three trials: names with dots, a nested parameter, a list, true and None",
    async () => {
      const name = await makeSweep();
      const trial = (lr: number, more: object) => ({
        "training.lr": lr,
        training: { max_epochs: 1 },
        ...more,
      });
      server.store.sweeps.waiting.push(
        trial(1e-3, {}),
        trial(2e-3, { "model.detr.box_refine": true, "training.early_stopping_patience": null }),
        trial(3e-3, { "experiment.tags": ["a", "b"] }),
      );
      expect(await start(["agent", name]).exited).toBe(0);
      const runs = [...server.store.runs.values()];
      expect(runs.map(({ id, fields }) => [id, fields.sweep])).toEqual([
        ["trial1", "sweep1"],
        ["trial2", "sweep1"],
        ["trial3", "sweep1"],
      ]);
      const training = runs.map(({ config }) => config.training!.value);
      expect(training).toMatchObject([
        { lr: 1e-3, max_epochs: 1 },
        { lr: 2e-3, max_epochs: 1, early_stopping_patience: null },
        { lr: 3e-3, max_epochs: 1 },
      ]);
      expect(runs[2]!.fields.tags).toEqual(["a", "b"]);
      for (const run of runs) {
        expect(run.exitCodes).toEqual([0]);
        expect(run.history.at(-1)).toHaveProperty("val/f1");
      }
      expect(server.store.violations).toEqual([]);
    },
    LIMIT,
  );

  test(
    "ends a trial that is stopped in W&B: its state is saved, its upload completed, and the next one begins",
    async () => {
      const name = await makeSweep();
      server.store.sweeps.waiting.push({ "training.max_epochs": 5000 }, { "training.max_epochs": 1 });
      // The agent would give the sweep up after one trial that has failed.
      const agent = start(["agent", name], { WANDB_AGENT_MAX_INITIAL_FAILURES: "1" });
      await until(
        () => server.store.runs.get("someone/tables/trial1")?.history.some((row) => "val/f1" in row) === true,
        agent,
      );
      server.store.sweeps.stopping.add("trial1");
      expect(await agent.exited).toBe(0);
      const [stopped, next] = [...server.store.runs.values()];
      expect([stopped!.exitCodes, next!.exitCodes]).toEqual([[130], [0]]);
      const [folder] = project.runFolders();
      expect(existsSync(join(folder!, "checkpoints/last.pt"))).toBe(true);
      expect(await Bun.file(join(folder!, "run.json")).json()).toMatchObject({ status: "interrupted" });
      expect(server.store.violations).toEqual([]);
    },
    LIMIT,
  );
});
