/** Tests ranks in a Slurm job: some are killed at random moments, and the job starts again. */

import { afterAll, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { testProject } from "../support/project.ts";
import { skipped } from "../support/skipped.ts";
import { Slurm, whyNoSlurm } from "../support/slurm.ts";
import { until } from "../support/until.ts";
import { finalWeights } from "../support/weights.ts";

/** RANK_KILLS=20 for the run that docs/distributed-training.md reports. */
const KILLS = Number(process.env.RANK_KILLS ?? 3);
/** A kill comes after 1 to so many steps of an attempt, and up to so many milliseconds. */
const MOST_STEPS = 8;
const MOST_PAUSE_MS = 300;
/** An attempt goes on for at most so many steps more, however late a busy machine kills it. */
const MORE_STEPS = 16;
/** There are two steps in an epoch, so that the training outlasts the kills. */
const EPOCHS = (KILLS * (MOST_STEPS + MORE_STEPS)) / 2 + 1;
const RANKS = 2;

const project = testProject({
  epochs: EPOCHS,
  workbooks: 16,
  plugins: "{ checkpoint: { save_every_n_epochs: 1 }, ./steps.ts: true }",
});
afterAll(() => project.remove());

/** Adds a line to a file with each step, and stands still once it has as many as the file `-limit` says. */
const PLUGIN = `
import { appendFileSync, existsSync, readFileSync } from "node:fs";
const { STEPS } = process.env;
const isFull = () =>
  existsSync(STEPS + "-limit") &&
  readFileSync(STEPS, "utf8").length >= Number(readFileSync(STEPS + "-limit", "utf8")) * "step\\n".length;
export default {
  name: "steps",
  setup: () => ({
    async onGradStep() {
      if (!STEPS) return;
      appendFileSync(STEPS, "step\\n");
      while (isFull()) await Bun.sleep(5);
    },
  }),
};`;

const reason = whyNoSlurm() ?? (Bun.which("mpirun.mpich") === null ? "no mpirun.mpich" : null);
if (reason !== null) skipped("ranks under Slurm", reason);

test.skipIf(reason !== null)(
  `a Slurm job of two ranks, killed ${KILLS} times and requeued, ends as one that was never killed`,
  async () => {
    project.write("steps.ts", PLUGIN);
    const args = ["config.yaml", "--training.gradient_accumulation_steps=8"];
    expect((await project.train(args)).code).toBe(0);
    const expected = finalWeights(project.runFolders().at(-1)!);

    await using slurm = await Slurm.start({ cpus: RANKS });
    const steps = join(project.folder, "steps");
    const log = join(project.folder, "job.log");
    const script = project.write("job.sbatch", jobScript(args, steps));
    const options = [`--ntasks=${RANKS}`, "--requeue", "--open-mode=append", `--output=${log}`];
    /** The number of steps after which the next kill comes. */
    const nextKill = () => {
      const wanted = linesIn(steps) + 1 + Math.floor(Math.random() * MOST_STEPS);
      project.write("steps-limit", String(wanted + MORE_STEPS));
      return wanted;
    };
    let wanted = nextKill();
    const job = await slurm.submit([...options, script], { cwd: project.folder });
    let from = 0;
    const startAgain = async () => {
      from = readFileSync(log, "utf8").length;
      await slurm.run(["scontrol", "requeue", job]);
      await slurm.startRequeued(job);
    };
    // Now and then Slurm's own PMI does not reach a job that starts again: the job fails before it trains.
    const isUnreached = () =>
      existsSync(log) && readFileSync(log, "utf8").slice(from).includes("failed to send temp kvs");
    const gone: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const isTraining = () => processesOf(steps).length === RANKS && linesIn(steps) >= wanted;
      await until(() => isTraining() || isUnreached());
      while (isUnreached()) {
        await slurm.ended(job);
        await startAgain();
        await until(() => isTraining() || isUnreached());
      }
      await Bun.sleep(Math.random() * MOST_PAUSE_MS);
      const pids = processesOf(steps);
      const victim = pids[Math.floor(Math.random() * pids.length)]!;
      process.kill(victim, "SIGKILL");
      const killed = performance.now();
      await until(() => processesOf(steps).length === 0);
      gone.push(performance.now() - killed);
      const [ended] = await slurm.ended(job);
      expect(ended!.state).toBe("FAILED");
      if (kill < KILLS - 1) wanted = nextKill();
      else rmSync(`${steps}-limit`);
      await startAgain();
    }
    let [ended] = await slurm.ended(job);
    while (isUnreached()) {
      await startAgain();
      [ended] = await slurm.ended(job);
    }
    expect([ended!.state, ended!.state === "COMPLETED" ? "" : readFileSync(log, "utf8")]).toEqual([
      "COMPLETED",
      "",
    ]);
    expect(finalWeights(newest("job-runs"))).toBe(expected);
    if (process.env.RANK_KILLS !== undefined) {
      const sorted = gone.map((ms) => Math.round(ms)).sort((a, b) => a - b);
      console.log(`all ranks gone after ${sorted.join(", ")} ms`);
    }
  },
  1_800_000,
);

/** It resumes the run of this job that has a checkpoint, or else begins. */
function jobScript(args: readonly string[], steps: string): string {
  const train = `${process.execPath} ${join(PROJECT_ROOT, "core/commands/train.ts")}`;
  return `#!/bin/bash
export STEPS=${steps} WANDB_MODE= WANDB_API_KEY=
what="${args.join(" ")}"
ls job-runs/*/checkpoints/last.pt > /dev/null 2>&1 && what="--resume latest"
exec srun --mpi=pmi2 --kill-on-bad-exit=1 ${train} $what --runs job-runs
`;
}

function newest(runs: string): string {
  const found = [
    ...new Bun.Glob("*/checkpoints/last.pt").scanSync({ cwd: join(project.folder, runs) }),
  ].sort();
  return join(project.folder, runs, found.at(-1)!.split("/")[0]!);
}

/** The ranks of the job, by their environment; neither the job script nor srun. */
function processesOf(steps: string): number[] {
  const pids: number[] = [];
  for (const entry of new Bun.Glob("[0-9]*").scanSync({ cwd: "/proc", onlyFiles: false })) {
    try {
      const variables = readFileSync(`/proc/${entry}/environ`, "utf8").split("\0");
      const isRank =
        variables.includes(`STEPS=${steps}`) && variables.some((one) => one.startsWith("PMI_RANK="));
      if (isRank) pids.push(Number(entry));
    } catch {} // another user's, or one that has ended
  }
  return pids;
}

function linesIn(path: string): number {
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
}
