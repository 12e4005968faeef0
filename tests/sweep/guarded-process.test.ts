/** Tests the process between an agent and its trial. */

import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { acquireFolderLock } from "../../core/files/folder-lock.ts";
import { startGuarded } from "../../core/sweep/guarded-process.ts";
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
