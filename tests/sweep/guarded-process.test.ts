/** Tests the process between an agent and its trial. */

import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { acquireFolderLock } from "../../core/files/folder-lock.ts";
import { startGuarded } from "../../core/sweep/guarded-process.ts";
import { Journal, type JournalLine } from "../../core/sweep/journal.ts";
import { OPERATION } from "../../core/sweep/journal-state.ts";
import { SweepFolder, TRIAL_FILES } from "../../core/sweep/sweep-folder.ts";
import { trialVariables } from "../../core/sweep/trial-environment.ts";
import { isAlive } from "../support/alive-process.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

test("a guard waits for the guard of an agent that is gone, and then runs the trial", async () => {
  using folder = temporaryFolder("guard");
  const locked = folder.join("process");
  mkdirSync(locked);
  const earlier = acquireFolderLock(locked, "run this trial");
  const lines: string[] = [];
  const trial = startGuarded([process.execPath, "-e", "console.log('runs')"], {
    lock: locked,
    output: folder.join("output.log"),
    env: process.env,
    onLine: (line) => lines.push(line),
    onErrorLine: () => {},
  });
  // Its start takes some time; nothing runs as long as the folder is held.
  let hasEnded = false;
  void trial.exited.then(() => {
    hasEnded = true;
  });
  await Bun.sleep(500);
  expect({ lines, hasEnded }).toEqual({ lines: [], hasEnded: false });
  earlier.release();
  await until(() => lines.length > 0);
  expect(await trial.exited).toBe(0);
  expect(lines).toEqual(["runs"]);
});

test.skipIf(process.platform !== "linux")(
  "a guard whose trial another agent has claimed meanwhile ends nobody's processes, and runs nothing",
  async () => {
    using folder = temporaryFolder("superseded");
    const paths = new SweepFolder(folder.path);
    const lock = join(paths.trial(0), TRIAL_FILES.process);
    mkdirSync(lock, { recursive: true });
    const begun: JournalLine[] = [
      { op_code: OPERATION.createStudy, study_name: "s", directions: [1] },
      { op_code: OPERATION.createTrial, study_id: 0, state: 0, user_attrs: { agent: "new" } },
    ];
    await new Journal(paths.journal, "s", "test").change(() => ({ lines: begun, result: null }));
    const attempt = (token: string) => trialVariables({ folder: folder.path, sweep: "s", number: 0, token });
    // The guard of the new agent, which has not locked the trial yet.
    const newer = Bun.spawn(["sleep", "1000"], { env: { ...process.env, ...attempt("new") } });
    try {
      const lines: string[] = [];
      const older = startGuarded([process.execPath, "-e", "console.log('runs')"], {
        lock,
        output: folder.join("output.log"),
        env: { ...process.env, ...attempt("old") },
        onLine: (line) => lines.push(line),
        onErrorLine: (line) => lines.push(line),
      });
      expect(await older.exited).toBe(143);
      expect([lines, isAlive(newer.pid)]).toEqual([[], true]);
    } finally {
      newer.kill("SIGKILL");
    }
  },
);
