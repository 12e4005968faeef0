/** Tests that exactly the processes of earlier attempts at a trial are ended. */

import { expect, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { endLeftProcesses } from "../../core/sweep/left-processes.ts";
import { trialVariables } from "../../core/sweep/trial-environment.ts";
import { isAlive } from "../support/alive-process.ts";
import { skipped } from "../support/skipped.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const HAS_PROC = process.platform === "linux";
if (!HAS_PROC) skipped("processes that trials leave behind", "only Linux has /proc");

test.skipIf(!HAS_PROC)("an earlier attempt ends with all that it started; other trials go on", async () => {
  using folder = temporaryFolder("left");
  using elsewhere = temporaryFolder("left-other");
  const link = `${elsewhere.path}/link`;
  symlinkSync(folder.path, link);
  const trial = { folder: folder.path, sweep: "s", number: 3, token: "now" };
  const start = (changed: Partial<typeof trial>) =>
    Bun.spawn(["sh", "-c", "sleep 1000 & wait"], {
      env: { ...process.env, ...trialVariables({ ...trial, ...changed }) },
      stdout: "ignore",
    });
  const earlier = [start({ token: "before" }), start({ token: "before", folder: link })];
  const changes = [
    {},
    { token: "x", number: 4 },
    { token: "x", sweep: "t" },
    { token: "x", folder: elsewhere.path },
  ];
  const others = changes.map(start);
  try {
    await endLeftProcesses(trial, (token) => token !== trial.token);
    expect(earlier.map(({ pid }) => isAlive(pid))).toEqual([false, false]);
    expect(others.map(({ pid }) => isAlive(pid))).toEqual([true, true, true, true]);
  } finally {
    for (const changed of changes) await endLeftProcesses({ ...trial, ...changed }, () => true);
  }
});
