/** Holds sweeps to the real Optuna: it proposes values and reads journals, and its dashboard shows them. */

import { describe, expect, test } from "bun:test";
import { nextStep, type Proposal } from "../../core/sweep/claim-trial.ts";
import { Journal } from "../../core/sweep/journal.ts";
import { type OptunaSampler, optunaSampler } from "../../core/sweep/optuna-sampler.ts";
import { randomSampler, type Sampler } from "../../core/sweep/sampler.ts";
import type { Sweep } from "../../core/sweep/sweep.ts";
import { SweepFolder } from "../../core/sweep/sweep-folder.ts";
import { ensureStudy, type SweepRules } from "../../core/sweep/sweep-study.ts";
import { TrialResults } from "../../core/sweep/trial-results.ts";
import { dashboardCommand, OPTUNA_PYTHON, readWithOptuna } from "../support/optuna-python.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";
import { sweepOf } from "./sweep-of.ts";
import { SweepProject } from "./sweep-project.ts";

/** A bowl in four dimensions and a choice of two. Its minimum, 0, is where all values are 1. */
const BOWL = {
  name: "bowl",
  metric: { name: "loss", goal: "minimize" },
  parameters: {
    x: { min: -10.5, max: 10.5 },
    y: { distribution: "uniform", min: -10, max: 10 },
    scale: { distribution: "log_uniform_values", min: 1e-4, max: 1e4 },
    offset: { distribution: "normal", mu: 0, sigma: 5 },
    kind: { values: ["worse", "better"] },
    fixed: { value: [1, 2] },
  },
};

function bowl({ values }: Proposal): number {
  const { x, y, scale, offset, kind } = values as {
    x: number;
    y: number;
    scale: number;
    offset: number;
    kind: string;
  };
  const penalty = kind === "better" ? 0 : 20;
  return (x - 1) ** 2 + (y - 1) ** 2 + 4 * Math.log10(scale) ** 2 + (offset - 1) ** 2 + penalty;
}

/** Runs a sweep without processes, and returns its best value. */
async function bestOf(
  folder: TemporaryFolder,
  {
    trials,
    seed,
    samplerOf,
  }: { trials: number; seed: number; samplerOf: (rules: SweepRules, journal: Journal) => Sampler },
): Promise<number> {
  const sweep: Sweep = sweepOf(BOWL);
  const place = new SweepFolder(folder.emptyFolder());
  const journal = new Journal(place.journal, sweep.name, "test");
  const rules = await journal.change((state) => ensureStudy(sweep, seed, state));
  using sampler = samplerOf(rules, journal);
  let best = Number.POSITIVE_INFINITY;
  for (let number = 0; number < trials; number++) {
    const proposal = await sampler.propose(number);
    const claims = { folder: place, rules, most: trials };
    const step = await journal.change((state) => nextStep(claims, () => proposal, state));
    if (step.kind !== "trial") throw new Error(step.kind);
    using _ = step.trial.lock;
    const value = bowl(proposal);
    best = Math.min(best, value);
    const results = new TrialResults(journal, number, step.trial.token);
    await results.end({ state: "complete", value, reason: null });
  }
  expect(readWithOptuna(journal.path, sweep.name).best).toBeCloseTo(best, 9);
  return best;
}

const optuna =
  (sampler: OptunaSampler) =>
  (rules: SweepRules, { path: journal }: Journal) =>
    optunaSampler(rules, { python: OPTUNA_PYTHON!, sampler, journal, study: "bowl" });

describe.skipIf(OPTUNA_PYTHON === null)("a sweep and the real Optuna", () => {
  test("with its values, TPE and CMA-ES, find a better place than random values at the same number of trials", async () => {
    using folder = temporaryFolder("optuna");
    const budget = { trials: 60 };
    for (const seed of [1, 2]) {
      const random = await bestOf(folder, { ...budget, seed, samplerOf: randomSampler });
      const tpe = await bestOf(folder, { ...budget, seed, samplerOf: optuna("tpe") });
      const cmaes = await bestOf(folder, { ...budget, seed, samplerOf: optuna("cmaes") });
      expect(tpe).toBeLessThan(random);
      expect(cmaes).toBeLessThan(random);
    }
  }, 120_000);

  test("the command asks it for values, and it reads the trials with their parameters", async () => {
    using project = new SweepProject({
      method: "bayes",
      run_cap: 3,
      parameters: { x: { distribution: "uniform", min: 0, max: 9 }, hold: { value: 0 } },
    });
    const { code, stderr } = await project.run();
    expect([code, stderr]).toEqual([0, stderr]);
    const study = readWithOptuna(project.journal, "s");
    expect(study).toMatchObject({ direction: 1, metric: ["loss"] });
    expect(study.trials.map(({ state }) => state)).toEqual(["COMPLETE", "COMPLETE", "COMPLETE"]);
    const ours = project.trials();
    expect(study.trials.map(({ value }) => value)).toEqual(ours.map(({ value }) => value));
    for (const [i, { params, intermediate }] of study.trials.entries()) {
      const { parameters } = ours[i]!.attributes as { parameters: Record<string, unknown> };
      expect(params).toEqual({ x: parameters.x });
      expect(Object.keys(intermediate)).toEqual(["1"]);
    }
  });

  test("its dashboard opens the journal and shows every trial", async () => {
    using project = new SweepProject({ parameters: { x: { values: [1, 2, 3] }, hold: { values: [0] } } });
    await project.run();
    const port = freePort();
    const server = Bun.spawn(
      [dashboardCommand(), project.journal, "--host", "127.0.0.1", "--port", String(port)],
      {
        stdout: "ignore",
        stderr: "ignore",
      },
    );
    try {
      const get = (path: string) => fetch(`http://127.0.0.1:${port}/api/studies${path}`);
      let isUp = false;
      const ask = async () => {
        while (!isUp) {
          isUp = await get("").then(
            ({ ok }) => ok,
            () => false,
          );
          if (!isUp) await Bun.sleep(50);
        }
      };
      await Promise.race([ask(), until(() => isUp, server)]);
      const studies = (await (await get("")).json()) as { study_summaries: { study_name: string }[] };
      expect(studies.study_summaries.map(({ study_name }) => study_name)).toEqual(["s"]);
      const study = (await (await get("/0?after=0")).json()) as {
        trials: { state: string; values: number[]; params: { name: string }[] }[];
      };
      expect(study.trials.map(({ state, values }) => [state, ...values])).toEqual([
        ["Complete", 4],
        ["Complete", 1],
        ["Complete", 0],
      ]);
      expect(study.trials[0]!.params.map(({ name }) => name).sort()).toEqual(["hold", "x"]);
    } finally {
      server.kill();
      await server.exited;
    }
  });
});

test("without Optuna, method bayes is refused with what to install, and what works without", async () => {
  using project = new SweepProject({ method: "bayes", run_cap: 2 });
  project.folder.write("empty/none", "");
  const env = { PATH: project.folder.join("empty"), OPTUNA_PYTHON: "" };
  const command = Bun.spawn([process.execPath, "core/commands/sweep.ts", project.folder.join("sweep.yaml")], {
    env: { ...process.env, ...env },
    stderr: "pipe",
    stdout: "ignore",
  });
  const stderr = await new Response(command.stderr).text();
  expect(await command.exited).toBe(2);
  expect(stderr).toContain("pip install optuna");
  expect(stderr).toContain("--sampler random");
});

function freePort(): number {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { port } = server;
  server.stop(true);
  return port!;
}
