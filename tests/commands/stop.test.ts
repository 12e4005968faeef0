/** Tests `bun run stop`: a training in another process ends after its epoch, or saves a checkpoint. */

import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { acquireFolderLock } from "../../core/files/folder-lock.ts";
import { takeControl } from "../../core/runs/control-request.ts";
import { testProject } from "../support/project.ts";
import { writeRecordedRun } from "../support/recorded-run.ts";
import { endOf, runCommand } from "../support/run-command.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

const plugins = "{ checkpoint: true, history: true, progress: true, ./slow.ts: true }";
const project = testProject({ epochs: 1000, workbooks: 12, plugins });
afterAll(() => project.remove());

/** Waits in the second step until the test lets it go on. */
const SLOW = `
import { existsSync } from "node:fs";
export default {
  name: "slow",
  setup: () => ({
    async onGradStep({ step }) {
      while (step === 2 && !existsSync("go-on")) await Bun.sleep(5);
    },
  }),
};
`;

/** Asks for a stop in the first step, as `bun run stop` does. */
const ASKING = `
import { writeFileSync } from "node:fs";
export default {
  name: "asking",
  setup: (run) => ({
    onGradStep({ step }) {
      if (step === 1) writeFileSync(run.folder + "/control.json", '{"requests":["stop"]}');
    },
  }),
};
`;
const stop = (...args: string[]) => runCommand("core/commands/stop.ts", [...args, "--runs", project.runs]);

test("stop ends a training after its epoch, --checkpoint saves one on the way, and a resume trains on", async () => {
  project.write("slow.ts", SLOW);
  const training = project.start(["config.yaml"]);
  const hasBegun = () => project.runFolders().some((folder) => existsSync(join(folder, "metrics.jsonl")));
  await until(hasBegun, training);
  const folder = project.runFolders()[0]!;
  const saved = await stop("latest", "--checkpoint");
  expect(saved).toMatchObject({ code: 0, stderr: "" });
  expect(saved.stdout).toContain(`last.pt is renewed after the gradient step that is under way: ${folder}`);
  const stopped = await stop(folder);
  expect(stopped.stdout).toContain("the training ends after the epoch that is under way");
  project.write("go-on", "");

  const { code, stdout } = await endOf(training);
  expect(code).toBe(0);
  expect(stdout).toContain("last.pt is saved now, requested by control file");
  expect(stdout).toContain("stop after this epoch, requested by control file: a stop was asked for");
  expect(stdout).toContain("stopped early: control file: a stop was asked for");
  expect(stdout).toContain("to go on: bun run train --resume");
  expect(existsSync(join(folder, "control.json"))).toBe(false);
  const record = JSON.parse(readFileSync(join(folder, "run.json"), "utf8")) as Record<string, unknown>;
  expect(record).toMatchObject({
    status: "stopped",
    epoch: 1,
    reason: expect.stringContaining("control file"),
  });

  // What was asked of a process that has ended does not stop the next one.
  writeFileSync(join(folder, "control.json"), '{"requests":["stop"]}');
  const on = await project.train(["--resume", folder, "--training.max_epochs=2"]);
  expect(on.code).toBe(0);
  expect(on.stdout).toContain("\nfinished after ");
}, 120_000);

test("a stop that is asked for in the last epoch does not end the longer run that is resumed from there", async () => {
  const asking = testProject({
    epochs: 1,
    plugins: "{ checkpoint: true, progress: true, ./asking.ts: true }",
  });
  using _ = { [Symbol.dispose]: () => asking.remove() };
  asking.write("asking.ts", ASKING);
  const ended = await asking.train(["config.yaml"]);
  expect(ended.stdout).toContain("stop after this epoch, requested by control file");
  expect(ended.stdout).toContain("\nfinished after ");
  const longer = await asking.train(["--resume", "latest", "--training.max_epochs=2"]);
  expect(longer.code).toBe(0);
  expect(longer.stdout).toContain("epoch 2/2");
  expect(longer.stdout).toContain("\nfinished after ");
}, 120_000);

test("stop latest takes the training that began last, whatever the runs are called", async () => {
  using runs = temporaryFolder("two-trainings");
  const [old, young] = ["zeta 2026-01-02 03:04", "alpha 2026-01-02 03:05"].map((name) => {
    mkdirSync(runs.join(name, "checkpoints"), { recursive: true });
    return runs.join(name);
  });
  using _old = acquireFolderLock(old!);
  using _young = acquireFolderLock(young!);
  const { code } = await runCommand("core/commands/stop.ts", ["latest", "--runs", runs.path]);
  expect(code).toBe(0);
  expect([old, young].map((path) => takeControl(path!))).toEqual([[], ["stop"]]);
});

test("stop refuses what does not train, with a usable message", async () => {
  using folder = temporaryFolder("stop");
  const idle = await stop(folder.path);
  expect(idle.code).toBe(1);
  expect(idle.stderr).toContain("got       a folder in which no process works");
  for (const name of ["latest", "nothing", folder.write("a-file", "")]) {
    const unknown = await stop(name);
    expect([name, unknown.code]).toEqual([name, 2]);
    expect(unknown.stderr).toContain("Cannot tell which training to end");
  }
});

test("stop latest means the newest of the runs that train, whatever their names", async () => {
  using folder = temporaryFolder("stop-latest");
  using locks = new DisposableStack();
  const days = { zebra: 1, alpha: 3, middle: 2, idle: 4 };
  for (const [name, day] of Object.entries(days)) {
    const starts = [{ at: `2026-11-0${day}T10:00:00.000Z`, step: 0 }];
    const path = writeRecordedRun(folder.join(name), { record: { status: "running", starts } });
    if (name !== "idle") locks.use(acquireFolderLock(path));
  }
  const { code, stdout } = await runCommand("core/commands/stop.ts", ["latest", "--runs", folder.path]);
  expect([code, stdout]).toEqual([0, expect.stringContaining(folder.join("alpha"))]);
  const asked = Object.keys(days).filter((name) => existsSync(folder.join(name, "control.json")));
  expect(asked).toEqual(["alpha"]);
});

test("takeControl() takes each request once, and drops what is none", () => {
  using folder = temporaryFolder("control");
  using _lock = acquireFolderLock(folder.path);
  for (const [text, expected] of [
    ['{"requests":["stop","checkpoint","stop","reboot",7]}', ["checkpoint", "stop"]],
    ['{"requests":"stop"}', []],
    ["{", []],
    ["", []],
  ] as const) {
    folder.write("control.json", text);
    expect(takeControl(folder.path)).toEqual([...expected]);
    expect(takeControl(folder.path)).toEqual([]);
    expect(existsSync(folder.join("control.json"))).toBe(false);
  }
});
