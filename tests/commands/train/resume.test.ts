/** Tests that an interrupted and resumed training equals an uninterrupted one, and refused resumes. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { testProject } from "../../support/project.ts";
import { STOPPER } from "../../support/stopper.ts";
import { until } from "../../support/until.ts";
import { finalWeights } from "../../support/weights.ts";

const PLUGINS = "{ checkpoint: { save_every_n_epochs: 1 }, ./stopper.ts: true }";
const project = testProject({ epochs: 3, workbooks: 12, plugins: PLUGINS });
const rowsFile = (name: string) => join(project.folder, `${name}.jsonl`);
const readRows = (name: string) => readFileSync(rowsFile(name), "utf8");
let steps: number;
let expected: { rows: string; weights: string };

beforeAll(async () => {
  project.write("stopper.ts", STOPPER);
  const result = await project.train(["config.yaml"], { ROWS: rowsFile("whole") });
  expect(result.code).toBe(0);
  const rows = readRows("whole");
  steps = rows.trim().split("\n").length;
  expected = { rows, weights: finalWeights(project.runFolders()[0]!) };
}, 120_000);
afterAll(() => project.remove());

test("a run interrupted after any gradient step and resumed equals the uninterrupted one, bit for bit", async () => {
  for (let stopAt = 1; stopAt < steps; stopAt += 2) {
    const name = `stopped-${stopAt}`;
    const interrupted = await project.train(["config.yaml"], {
      ROWS: rowsFile(name),
      STOP_AT: String(stopAt),
    });
    expect(interrupted.code).toBe(130);
    const folder = project.runFolders().at(-1)!;
    const resumed = await project.train(["--resume", folder], { ROWS: rowsFile(name) });
    expect(resumed.stderr).toBe("");
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toContain(`resuming at step ${stopAt} of ${steps}`);
    expect(readRows(name)).toBe(expected.rows);
    expect(finalWeights(folder)).toBe(expected.weights);
    rmSync(folder, { recursive: true });
  }
}, 120_000);

test("SIGTERM stops a run like Ctrl-C: saved, exit code 130", async () => {
  const env = { ROWS: rowsFile("term"), STOP_AT: "2", STOP_SIGNAL: "SIGTERM" };
  const result = await project.train(["config.yaml"], env);
  expect(result.code).toBe(130);
  expect(result.stdout).toContain("to go on: bun run train --resume");
  const folder = project.runFolders().at(-1)!;
  expect(existsSync(join(folder, "checkpoints", "last.pt"))).toBe(true);
  rmSync(folder, { recursive: true });
}, 120_000);

test("a signal that arrives twice at once, as bun run and npx pass it on, saves; a later second one ends at once", async () => {
  const env = { ROWS: rowsFile("signals"), STOP_AT: "2" };
  const handedOn = await project.train(["config.yaml"], { ...env, STOP_MOMENTS: "0 5 10" });
  expect(handedOn.code).toBe(130);
  expect(handedOn.stdout).toContain("to go on: bun run train --resume");
  rmSync(project.runFolders().at(-1)!, { recursive: true });
  const insisted = await project.train(["config.yaml"], { ...env, STOP_MOMENTS: "0 700" });
  expect(insisted.code).toBe(130);
  expect(insisted.stdout).toContain("once more to stop at once");
  expect(insisted.stdout).not.toContain("to go on");
  rmSync(project.runFolders().at(-1)!, { recursive: true });
}, 120_000);

test("--resume latest continues the run written last; raised max_epochs recompute the schedule, which it reports", async () => {
  const result = await project.train(["--resume", "latest", "--training.max_epochs=4"], {
    ROWS: rowsFile("longer"),
  });
  expect(result.code).toBe(0);
  expect(result.stdout).toContain("max_epochs 3 → 4: the learning-rate schedule is recomputed");
  expect(readRows("longer").trim().split("\n")).toHaveLength(steps / 3);
}, 120_000);

test("--resume with a file continues from it, and says that later checkpoints are replaced", async () => {
  const folder = project.runFolders().at(-1)!;
  const file = join(folder, "checkpoints", "checkpoint_epoch_2.pt");
  const result = await project.train(["--resume", file], { ROWS: rowsFile("again") });
  expect([result.code, result.stderr]).toEqual([0, ""]);
  expect(result.stdout).toContain(
    "note: going on from checkpoint_epoch_2.pt; what the run saved after it is replaced",
  );
  // the run was raised to four epochs
  expect(readRows("again").trim().split("\n")).toHaveLength(2 * (steps / 3));
}, 120_000);

test("--resume with another network is refused with the keys that differ", async () => {
  const args = ["--resume", "latest", "--model.detr.hidden_dim=32", "--model.backbone.stem_stride=4"];
  const result = await project.train(args, { ROWS: rowsFile("refused") });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain("model.detr.hidden_dim");
  expect(result.stderr).toContain("model.backbone.stem_stride");
  expect(existsSync(rowsFile("refused"))).toBe(false);
}, 120_000);

test("--resume of a finished run says what to raise; fewer epochs than are done are refused and change nothing", async () => {
  const folder = project.runFolders().at(-1)!;
  const config = readFileSync(join(folder, "configs", "config.yaml"), "utf8");
  const args = ["--resume", join(folder, "checkpoints")]; // the folder of its checkpoints means the run, too
  const done = await project.train([...args, "--experiment.seed=9"], { ROWS: rowsFile("done") });
  expect(done.code).toBe(0);
  expect(done.stdout).toContain(
    "nothing is left to train after 4 epochs; to train on: --training.max_epochs=",
  );
  const fewer = await project.train([...args, "--training.max_epochs=2"], { ROWS: rowsFile("done") });
  expect(fewer.code).toBe(2);
  expect(fewer.stderr).toContain("training.max_epochs of 4 at least");
  expect(existsSync(rowsFile("done"))).toBe(false);
  expect(readFileSync(join(folder, "configs", "config.yaml"), "utf8")).toBe(config);
}, 120_000);

test("--resume without a run, or of one without its configuration, says what to do", async () => {
  const empty = await project.train(["--resume="]);
  expect(empty.code).toBe(2);
  expect(empty.stderr).toContain(
    "--resume=<run>: Go on with a run: its folder, a checkpoint file in it, or latest",
  );
  const folder = project.runFolders().at(-1)!;
  renameSync(join(folder, "configs"), join(folder, "away"));
  const result = await project.train(["--resume", folder]);
  renameSync(join(folder, "away"), join(folder, "configs"));
  expect(result.code).toBe(2);
  expect(result.stderr).toContain("put the run's configuration back");
}, 120_000);

test("a run folder in which a process trains is refused to a second one", async () => {
  const folder = project.runFolders().at(-1)!;
  const first = project.start(["--resume", folder, "--training.max_epochs=400"], { ROWS: rowsFile("first") });
  const locked = () => readdirSync(folder).some((name) => name.startsWith(".lock-"));
  await until(locked, first);
  const second = await project.train(["--resume", folder], { ROWS: rowsFile("second") });
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(String(first.pid));
  first.kill("SIGKILL"); // leaves its lock behind, which holds nobody up
  await first.exited;
  const third = await project.train(["--resume", folder, "--training.max_epochs=5"], {
    ROWS: rowsFile("third"),
  });
  expect(third.code).toBe(0);
}, 120_000);

test("--resume with a folder without any checkpoint says how to start it again", async () => {
  const folder = project.runFolders().at(-1)!;
  renameSync(join(folder, "checkpoints"), join(folder, "moved"));
  const result = await project.train(["--resume", folder]);
  expect(result.code).toBe(2);
  expect(result.stderr).toContain("start it again from its configuration");
});
