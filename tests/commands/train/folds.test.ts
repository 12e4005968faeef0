/** Tests trainings in folds: every labelled sheet is validated once, then one training has all of them. */

import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { readCheckpoint } from "../../../core/checkpoint/detector-state.ts";
import { keepFoldsState } from "../../../core/commands/folds-state.ts";
import type { FineTuning } from "../../../core/evaluation/fine-tuning.ts";
import { acquireFolderLock } from "../../../core/files/folder-lock.ts";
import { takeControl } from "../../../core/runs/control-request.ts";
import { type TestProject, testProject } from "../../support/project.ts";
import { endOf, runCommand } from "../../support/run-command.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { until } from "../../support/until.ts";

const project = testProject({ epochs: 1, workbooks: 6 });
afterAll(() => project.remove());

const json = <T>(...path: string[]): T => JSON.parse(readFileSync(join(...path), "utf8")) as T;
const lines = (...path: string[]) =>
  readFileSync(join(...path), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { file_name: string; sheet_name: string; tables: unknown[] });

interface State {
  readonly folds: number;
  readonly trainings: readonly { readonly run: string; readonly isDone: boolean }[];
}

/** The folders of k-fold validations, the oldest first. */
const studies = () => readdirSync(project.runs).filter((name) => name.includes("folds"));

test("--folds trains once per fold and once on all, and keeps figures and held-out predictions", async () => {
  const started = await project.train(["config.yaml"]);
  expect(started.code).toBe(0);
  const init = join(project.runFolders()[0]!, "checkpoints", "last.pt");
  const args = [`--model.init=${init}`, "--model.init_shape=true", "--evaluation.score_threshold=auto"];
  // The fold of the configuration does not count.
  const result = await project.train(["config.yaml", "--folds", "3", "--data.fold=2,5", ...args]);
  expect(result.stderr).toBe("");
  expect(result.code).toBe(0);
  const study = join(project.runs, studies()[0]!);
  const state = json<State>(study, "folds.json");
  expect(state.trainings.map(({ isDone }) => isDone)).toEqual([true, true, true, true]);

  // Each labelled sheet once.
  const labelled = lines(project.folder, "data/tiny/annotations/annotations.jsonl").map(
    ({ file_name, sheet_name }) => `${file_name}/${sheet_name}`,
  );
  const last = join(project.runs, state.trainings[3]!.run);
  const held = lines(last, "fold-predictions.jsonl").map(
    ({ file_name, sheet_name }) => `${file_name}/${sheet_name}`,
  );
  expect(held.toSorted()).toEqual(labelled.toSorted());

  const figures = json<FineTuning>(last, "fine-tuning.json");
  expect(figures).toMatchObject({ folds: 3, split: "folds", measured: labelled.length });
  expect(figures.before).not.toBeNull();
  const [low, high] = figures.after.interval_eob_2;
  expect(low).toBeLessThanOrEqual(figures.after.f1_eob_2);
  expect(high).toBeGreaterThanOrEqual(figures.after.f1_eob_2);
  expect(result.stdout).toContain("before  F1");
  expect(result.stdout).toContain(`predict "runs/${basename(last)}" <workbooks>`);

  // The last training has every sheet, and a threshold that the folds chose.
  const { config } = readCheckpoint(join(last, "checkpoints", "last.pt")).extra as {
    config: { data: { fold: null; train_ratio: number }; evaluation: { score_threshold: number } };
  };
  expect(config.data).toMatchObject({ fold: null, train_ratio: 1 });
  expect(config.evaluation.score_threshold).toBeNumber();
  expect(readFileSync(join(last, "output.log"), "utf8")).toContain(
    `${labelled.length} training, 0 validation`,
  );
});

test("every fold begins with the run that was the latest before the folds, not with the fold before it", async () => {
  const before = project.runFolders();
  const begun = await project.train(["config.yaml", "--experiment.name=beginning"]);
  expect(begun.code).toBe(0);
  const init = join(project.runFolders().find((each) => !before.includes(each))!, "checkpoints", "best.pt");
  const { code, stdout } = await project.train(["config.yaml", "--folds", "2", "--model.init=latest"]);
  expect(code).toBe(0);
  const weights = stdout.split("\n").filter((line) => line.startsWith("weights: "));
  expect(weights).toEqual(Array(3).fill(`weights: ${init}`));
});

test("folds that a signal ended go on where they were, with what --resume names", async () => {
  const before = studies();
  const running = project.start(["config.yaml", "--folds", "2", "--training.max_epochs=100000"]);
  const stateOf = () => {
    const name = studies().find((each) => !before.includes(each));
    return name === undefined ? null : join(project.runs, name);
  };
  await until(() => {
    const folder = stateOf();
    if (folder === null || !existsSync(join(folder, "folds.json"))) return false;
    const { run } = json<State>(folder, "folds.json").trainings[0]!;
    return run !== null && existsSync(join(project.runs, run, "checkpoints", "last.pt"));
  }, running);
  running.kill("SIGINT");
  expect(await running.exited).toBe(130);
  const folder = stateOf()!;
  const output = await new Response(running.stdout).text();
  expect(output).toContain(`train --resume "runs/${basename(folder)}"`);
  const state = json<State>(folder, "folds.json");
  expect(state.trainings[0]!.isDone).toBe(false);

  const refused = await project.train(["--resume", folder, "--training.lr=1"]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("Cannot change settings between the folds");

  const again = project.start(["--resume", folder]);
  await until(
    () =>
      readFileSync(join(project.runs, state.trainings[0]!.run, "output.log"), "utf8").includes("resuming"),
    again,
  );
  again.kill("SIGINT");
  expect(await again.exited).toBe(130);
  expect(json<State>(folder, "folds.json").trainings[0]!.run).toBe(state.trainings[0]!.run);
});

test("stop with the folder of folds ends the training under way, and no other begins until --resume", async () => {
  const before = studies();
  const running = project.start(["config.yaml", "--folds", "2", "--training.max_epochs=100000"]);
  const folderOf = () => join(project.runs, studies().find((each) => !before.includes(each)) ?? "");
  await until(() => {
    if (!existsSync(join(folderOf(), "folds.json"))) return false;
    const { run } = json<State>(folderOf(), "folds.json").trainings[0]!;
    return run !== null && existsSync(join(project.runs, run, "checkpoints", "last.pt"));
  }, running);
  const stopped = await runCommand("core/commands/stop.ts", [folderOf(), "--runs", project.runs]);
  expect([stopped.code, stopped.stderr]).toEqual([0, ""]);
  const { code, stdout } = await endOf(running);
  expect(code).toBe(0);
  expect(stdout).toContain("stopped early: control file");
  expect(stdout).toContain(`train --resume "runs/${basename(folderOf())}"`);
  expect(stdout).not.toContain("fold 2 of 2");
  expect(json<State>(folderOf(), "folds.json").trainings[0]!.isDone).toBe(false);
});

/** Asks for a stop, or for a checkpoint, at a moment of the first training. */
const ASKING = `
import { readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
export default {
  name: "asking",
  setup(run) {
    const runs = dirname(run.folder);
    const folds = readdirSync(runs).find((name) => name.includes(" folds"));
    const ask = (name, action = "stop") =>
      writeFileSync(join(runs, name, "control.json"), JSON.stringify({ requests: [action] }));
    if (!basename(run.folder).includes("fold 1 of 2")) return {};
    return {
      onGradStep({ step }) {
        if (step === 1 && process.env.ASKED === "in the last epoch") ask(basename(run.folder));
        if (step === 1 && process.env.ASKED === "between two trainings") ask(folds);
        if (step === 1 && process.env.ASKED === "a checkpoint of the next") ask(folds, "checkpoint");
      },
      onRunEnd() {
        if (process.env.ASKED === "at the end") ask(basename(run.folder));
      },
    };
  },
};
`;

function askingProject(): TestProject & Disposable {
  const plugins = "{ checkpoint: true, progress: true, ./asking.ts: true }";
  const asking = testProject({ epochs: 1, workbooks: 6, plugins });
  asking.write("asking.ts", ASKING);
  return { ...asking, [Symbol.dispose]: () => asking.remove() };
}

test("what is asked between two trainings reaches the next one", async () => {
  using asking = askingProject();
  const { stdout } = await asking.train(["config.yaml", "--folds", "2"], {
    ASKED: "a checkpoint of the next",
  });
  const [, first, second] = stdout.split(/^fold \d of 2$/m);
  expect(first).not.toContain("last.pt is saved now");
  expect(second).toContain("last.pt is saved now, requested by control file");
});

test("a stop that is asked for in the last epoch of a fold, or between two, lets no other begin", async () => {
  for (const asked of ["in the last epoch", "at the end", "between two trainings"]) {
    using asking = askingProject();
    const result = await asking.train(["config.yaml", "--folds", "2"], { ASKED: asked });
    expect([asked, result.code, result.stderr]).toEqual([asked, 0, ""]);
    expect(result.stdout).toContain("finished after");
    expect(result.stdout).toContain("to go on with all folds: ");
    const folder = asking.runFolders().find((each) => each.includes(" folds"))!;
    const { trainings } = json<State>(folder, "folds.json");
    expect([asked, trainings.map(({ isDone }) => isDone)]).toEqual([asked, [true, false, false]]);
    expect(existsSync(join(folder, "control.json"))).toBe(false);
  }
});

test("stop with the folder of folds reaches the next training while none is under way", async () => {
  using folder = temporaryFolder("idle-folds");
  const study = folder.join("study");
  mkdirSync(study);
  mkdirSync(folder.join("run"));
  const trainings = [{ run: "run", isDone: false }];
  keepFoldsState(study, { folds: 1, trainings });
  using _lock = acquireFolderLock(study); // its run, which was interrupted, is not held yet
  const { code, stderr } = await runCommand("core/commands/stop.ts", [study, "--runs", folder.path]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(takeControl(study)).toEqual(["stop"]);
});

test("--folds refuses more folds than there are workbooks, before anything is trained", async () => {
  const before = readdirSync(project.runs);
  const result = await project.train(["config.yaml", "--folds", "7"]);
  expect(result.code).toBe(2);
  expect(result.stderr).toContain("at least 7 labelled workbooks");
  expect(readdirSync(project.runs)).toEqual(before);
});

test("trainings whose weights are measured in the end are refused if nothing saves them", async () => {
  const before = readdirSync(project.runs);
  for (const option of [["--folds", "2"], ["--evaluation.before_and_after=true"]]) {
    const result = await project.train(["config.yaml", ...option, "--plugins.checkpoint=false"]);
    expect([option, result.code]).toEqual([option, 2]);
    expect(result.stderr).toContain("fix       --plugins.checkpoint=true");
  }
  expect(readdirSync(project.runs)).toEqual(before);
});

test("a folder in which the state of the folds cannot be kept is named", () => {
  const file = join(project.folder, "config.yaml");
  const keep = () => keepFoldsState(file, { folds: 2, trainings: [] });
  expect(keep).toThrow(`${join(file, "folds.json")}  Cannot keep this file`);
});
