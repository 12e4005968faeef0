/** Tests trainings over several ranks of MPI: the bits of a single process, signals, lost ranks, refusals. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "../support/alive-process.ts";
import { mpiLaunchers, startRanks } from "../support/mpi-launchers.ts";
import { testProject } from "../support/project.ts";
import { type Command, endOf } from "../support/run-command.ts";
import { until } from "../support/until.ts";
import { finalWeights } from "../support/weights.ts";

const PLUGINS = "{ ./ranks.ts: true, checkpoint: { save_every_n_epochs: 1 } }";
const project = testProject({ epochs: 2, workbooks: 16, plugins: PLUGINS });
const STEP = ["config.yaml", "--training.gradient_accumulation_steps=8"];
const launchers = mpiLaunchers("trainings over ranks");
let expected: string;

/** Steers a step. At the hook that HOLD names it leaves a file and holds the run until the test says go. */
const PLUGIN = `
import { existsSync, writeFileSync } from "node:fs";
const { HOLD, REACHED, GO } = process.env;
async function hold(hook) {
  if (hook !== HOLD) return;
  writeFileSync(REACHED, "");
  while (!existsSync(GO)) await Bun.sleep(5);
}
export default {
  name: "ranks",
  setup: () => ({
    async onBeforeUpdate({ step }) {
      await hold("update");
      return step === 2 ? { lr: 2e-3 } : {};
    },
    onGradStep: () => hold("step"),
    async onRunEnd() {
      // Before the checkpoint is saved, as a large network or a slow disk would take its time.
      await Bun.sleep(Number(process.env.SAVING ?? 0));
      await hold("end");
    },
  }),
};`;

beforeAll(async () => {
  project.write("ranks.ts", PLUGIN);
  const single = await project.train(STEP);
  expect([single.code, single.stderr]).toEqual([0, ""]);
  expected = finalWeights(project.runFolders().at(-1)!);
}, 120_000);
afterAll(() => project.remove());

for (const [name, launcher] of launchers) {
  for (const ranks of name === "MPICH" ? [2, 8] : [2, 4]) {
    test(`${ranks} ranks of ${name} give the bits of a single process, and one run folder`, async () => {
      const before = project.runFolders().length;
      const result = await endOf(startRanks(launcher, ranks, project, STEP));
      expect([result.code, result.stderr]).toEqual([0, ""]);
      expect(result.stdout).toContain(`ranks: ${ranks}, over `);
      expect(project.runFolders()).toHaveLength(before + 1);
      expect(finalWeights(project.runFolders().at(-1)!)).toBe(expected);
    }, 120_000);
  }

  test(`a signal to any rank of ${name} saves, and a single process goes on to the same bits`, async () => {
    const { command, pids, go } = await held(launcher, `${name}-signal`);
    process.kill(pids[1]!, "SIGUSR1");
    const log = join(project.runFolders().at(-1)!, "output.log");
    await until(() => readFileSync(log, "utf8").includes("stopping after the step"), command);
    go();
    expect((await endOf(command)).code).toBe(130);
    const folder = project.runFolders().at(-1)!;
    const resumed = await project.train(["--resume", folder]);
    expect(resumed.code).toBe(0);
    expect(finalWeights(folder)).toBe(expected);
  }, 120_000);

  test(`a rank of ${name} that hangs ends the run on all ranks; another number of ranks resumes it`, async () => {
    const { command, pids, go } = await held(launcher, `${name}-hang`);
    process.kill(pids[1]!, "SIGSTOP");
    go();
    const result = await endOf(command);
    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain(`rank 1 on`);
    expect(result.stderr).toContain(`(process ${pids[1]}) is lost: no sign of life`);
    await until(() => pids.every((pid) => !isAlive(pid)));
    const folder = project.runFolders().at(-1)!;
    expect(existsSync(join(folder, "checkpoints", "last.pt"))).toBe(true);
    const resumed = await endOf(startRanks(launcher, 4, project, ["--resume", folder]));
    expect([resumed.code, resumed.stderr]).toEqual([0, ""]);
    expect(finalWeights(folder)).toBe(expected);
  }, 120_000);

  test(`the ranks of ${name} that live let rank 0 save when another one hangs`, async () => {
    const { command, pids, go } = await held(launcher, `${name}-three`, 3, { SAVING: "500" });
    process.kill(pids[2]!, "SIGSTOP");
    go();
    const result = await endOf(command);
    expect(result.stderr).toContain(`(process ${pids[2]}) is lost: no sign of life`);
    await until(() => pids.every((pid) => !isAlive(pid)));
    const folder = project.runFolders().at(-1)!;
    expect(existsSync(join(folder, "checkpoints", "last.pt"))).toBe(true);
  }, 120_000);

  test(`a rank of ${name} that hangs in an update: rank 0 completes the step alone, and saves it`, async () => {
    const { command, pids, go } = await held(launcher, `${name}-update`, 2, { HOLD: "update" });
    process.kill(pids[1]!, "SIGSTOP");
    go();
    const result = await endOf(command);
    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain(`(process ${pids[1]}) is lost: no sign of life`);
    const folder = project.runFolders().at(-1)!;
    const resumed = await project.train(["--resume", folder]);
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toContain("resuming at step 1 of");
    expect(finalWeights(folder)).toBe(expected);
  }, 120_000);

  test(`a rank of ${name} that hangs at the very end does not keep the others; all is saved`, async () => {
    const { command, pids, go } = await held(launcher, `${name}-end`, 2, { HOLD: "end" });
    process.kill(pids[1]!, "SIGSTOP");
    go();
    const result = await endOf(command);
    expect(result.code).not.toBe(0);
    expect(result.stderr).toMatch(
      new RegExp(`MPI does not end: rank 1 on .* \\(process ${pids[1]}\\) hangs`),
    );
    await until(() => pids.every((pid) => !isAlive(pid)));
    expect(finalWeights(project.runFolders().at(-1)!)).toBe(expected);
  }, 120_000);

  test(`a killed rank of ${name} ends the run on all ranks`, async () => {
    const { command, pids, go } = await held(launcher, `${name}-kill`);
    process.kill(pids[1]!, "SIGKILL");
    go();
    expect((await endOf(command)).code).not.toBe(0);
    await until(() => pids.every((pid) => !isAlive(pid)));
  }, 120_000);

  test(`ranks of ${name} with different command lines are refused by name, with exit code 2`, async () => {
    const before = project.runFolders();
    const script = project.write(
      "differ.sh",
      `exec "$@" --training.lr=0.\${PMI_RANK:-$OMPI_COMM_WORLD_RANK}1\n`,
    );
    const result = await endOf(startRanks(launcher, 2, project, STEP, {}, ["sh", script]));
    expect(result.code).not.toBe(0);
    expect(result.stderr).toMatch(/rank 1 on \S+ \(process \d+\) {2}The ranks differ in the command line/);
    expect(project.runFolders()).toEqual(before);
  }, 120_000);
}

/** A training that stands still until `go`, in its first step unless HOLD names another hook. */
async function held(
  launcher: readonly string[],
  name: string,
  ranks = 2,
  env: Readonly<Record<string, string>> = {},
): Promise<{ command: Command; pids: number[]; go: () => void }> {
  const reached = join(project.folder, `${name}-reached`);
  const goFile = join(project.folder, `${name}-go`);
  const command = startRanks(launcher, ranks, project, STEP, {
    HOLD: "step",
    ...env,
    REACHED: reached,
    GO: goFile,
  });
  await until(() => existsSync(reached), command);
  const pids = Array.from({ length: ranks }, (_, rank) => rank).map((rank) => processOf(rank, reached));
  return { command, pids, go: () => project.write(`${name}-go`, "") };
}

/** The process of a rank, by its environment. */
function processOf(rank: number, reached: string): number {
  for (const entry of new Bun.Glob("[0-9]*").scanSync({ cwd: "/proc", onlyFiles: false })) {
    try {
      const variables = readFileSync(`/proc/${entry}/environ`, "utf8").split("\0");
      const isRank = variables.some(
        (one) => one === `PMI_RANK=${rank}` || one === `OMPI_COMM_WORLD_RANK=${rank}`,
      );
      if (isRank && variables.includes(`REACHED=${reached}`)) return Number(entry);
    } catch {} // another user's, or one that has ended
  }
  throw new Error(`no process of rank ${rank}`);
}
