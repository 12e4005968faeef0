/** Tests the helpers that wait for conditions and hold timers and files. */

import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { HeldFile } from "./held-file.ts";
import { HeldTimers } from "./held-timers.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { until } from "./until.ts";

test("until() waits for the condition, and no longer for a process that has ended without it", async () => {
  let looks = 0;
  await until(() => ++looks === 4);
  expect(looks).toBe(4);
  const child = Bun.spawn([process.execPath, "-e", "process.exit(3)"]);
  await expect(until(() => false, child)).rejects.toThrow(`process ${child.pid} ended (3) before that`);
});

test("HeldTimers hold timers of their delay until they pass, and no others", async () => {
  const rung: string[] = [];
  using timers = new HeldTimers(7);
  setTimeout(() => rung.push("held"), 7);
  clearTimeout(setTimeout(() => rung.push("cleared"), 7));
  await new Promise((done) => setTimeout(done, 8));
  expect([timers.count, rung]).toEqual([1, []]);
  timers.pass();
  expect([timers.count, rung]).toEqual([0, ["held"]]);
});

test.skipIf(process.platform === "win32")("HeldFile holds its reader until the block ends", async () => {
  using folder = temporaryFolder("held-file");
  const done = folder.join("done");
  let reader: Bun.Subprocess;
  {
    using held = new HeldFile(folder.join("held"));
    reader = Bun.spawn(["sh", "-c", 'cat "$0"; : > "$1"', held.path, done]);
    await held.reached(reader);
    expect(existsSync(done)).toBe(false);
  }
  expect(await reader.exited).toBe(0);
  expect(existsSync(done)).toBe(true);
});
