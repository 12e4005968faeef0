/** Sweeps of real trainings: Hyperband ends them at its bands, and one whose agent was killed goes on. */

import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { readRunRow } from "../../core/runs/read-run-row.ts";
import { Journal } from "../../core/sweep/journal.ts";
import { type TestProject, testProject } from "../support/project.ts";
import { endOf, startCommand } from "../support/run-command.ts";
import { until } from "../support/until.ts";

const ARGS = "$".concat("{args}");
const PLUGINS = "{ checkpoint: { save_every_n_epochs: 10 }, history: true }";

function sweepIn(project: TestProject, keys: Record<string, unknown>) {
  const file = {
    name: "s",
    command: ["bun", join(PROJECT_ROOT, "core/commands/train.ts"), project.config, ARGS],
    method: "grid",
    metric: { name: "val/loss", goal: "minimize" },
    ...keys,
  };
  project.write("sweep.yaml", stringify(file));
  const start = () =>
    startCommand("core/commands/sweep.ts", ["sweep.yaml", "--folder", "shared"], {
      cwd: project.folder,
      env: { WANDB_MODE: "", WANDB_API_KEY: "" },
    });
  const folder = join(project.folder, "shared");
  const trials = () => new Journal(join(folder, "journal.log"), "s", "test").read().trials;
  const runs = () => readdirSync(join(folder, "runs")).sort();
  return { start, trials, runs, runPath: (name: string) => join(folder, "runs", name) };
}

describe("a sweep of trainings", () => {
  test("ends each at the epoch of the band that decides; the others train to their end", async () => {
    const project = testProject({ epochs: 3, plugins: PLUGINS });
    try {
      const sweep = sweepIn(project, {
        early_terminate: { type: "hyperband", max_iter: 4, s: 1, eta: 2 },
        parameters: {
          "training.lr": { values: [1e-2, 5e-3, 1e-7, 1e-8] },
          experiment: { parameters: { seed: { value: 3 } } },
        },
      });
      const { code, stderr } = await endOf(sweep.start());
      expect([code, stderr]).toEqual([0, stderr]);
      const trials = sweep.trials();
      expect(trials.map(({ state }) => state)).toEqual(["complete", "complete", "pruned", "pruned"]);
      expect(trials.map(({ intermediate }) => [...intermediate.keys()])).toEqual([
        [1, 2, 3],
        [1, 2, 3],
        [1, 2],
        [1, 2],
      ]);
      const rows = sweep.runs().map((name) => readRunRow(sweep.runPath(name)));
      expect(rows.map(({ name }) => name)).toEqual(["s 0", "s 1", "s 2", "s 3"]);
      expect(rows.map(({ status, epochs }) => [status, epochs])).toEqual([
        ["finished", 3],
        ["finished", 3],
        ["stopped", 2],
        ["stopped", 2],
      ]);
      expect(rows[2]!.reason).toContain("Hyperband: val/loss");
      expect(rows.map(({ tags }) => tags)).toEqual(Array(4).fill(["sweep s"]));
      // The values of the journal are those of the run.
      expect(trials[0]!.value).toBeCloseTo(rows[0]!.summary["val/loss"]!, 12);
    } finally {
      project.remove();
    }
  }, 120_000);

  test("continues the run of a killed agent from its checkpoint: values as of a run that was never killed", async () => {
    const parameters = { "training.max_epochs": { value: 3 }, "training.lr": { values: [1e-2] } };
    const valuesOf = async (isKilled: boolean) => {
      const project = testProject({ plugins: PLUGINS });
      try {
        const sweep = sweepIn(project, { parameters });
        if (isKilled) {
          const agent = sweep.start();
          await until(() => (sweep.trials()[0]?.intermediate.size ?? 0) >= 1, agent);
          agent.kill("SIGKILL");
          await agent.exited;
        }
        const { code, stderr } = await endOf(sweep.start());
        expect([code, stderr]).toEqual([0, stderr]);
        expect(sweep.runs()).toHaveLength(1);
        const log = readFileSync(join(sweep.runPath(sweep.runs()[0]!), "output.log"), "utf8");
        return {
          values: [...sweep.trials()[0]!.intermediate],
          isContinued: log.includes("resuming at step"),
        };
      } finally {
        project.remove();
        expect(existsSync(project.folder)).toBe(false);
      }
    };
    const whole = await valuesOf(false);
    const killed = await valuesOf(true);
    expect([whole.isContinued, killed.isContinued]).toEqual([false, true]);
    expect(killed.values).toEqual(whole.values);
  }, 120_000);
});
