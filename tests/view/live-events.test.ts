/** Tests when the folders of runs are looked at: while somebody listens, and once at a time. */

import { expect, test } from "bun:test";
import { setImmediate } from "node:timers/promises";
import { acquireFolderLock } from "../../core/files/folder-lock.ts";
import type { MetricColumns } from "../../core/runs/metric-columns.ts";
import type { OpenRun } from "../../core/runs/open-run.ts";
import { RunList } from "../../core/runs/run-list.ts";
import { RunSet } from "../../core/runs/run-set.ts";
import { LiveEvents } from "../../core/view/live-events.ts";
import { OpenRuns } from "../../core/view/open-runs.ts";
import { HeldTimers } from "../support/held-timers.ts";
import { writeRecordedRun } from "../support/recorded-run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

/** Between two looks, ms. */
const LOOK_MS = 500;

test("a page that comes back during a look does not have the folders looked at twice as often", async () => {
  using folder = temporaryFolder("live-events");
  const run = writeRecordedRun(folder.join("one"), { record: { status: "running" } });
  using _ = acquireFolderLock(run);
  const reading = Promise.withResolvers<MetricColumns>();
  let isReading = false;
  class SlowRuns extends OpenRuns {
    override get(path: string, id: string): OpenRun {
      const metrics = () => {
        isReading = true;
        return reading.promise;
      };
      return Object.assign(Object.create(super.get(path, id)), { metrics }) as OpenRun;
    }
  }
  using timers = new HeldTimers(LOOK_MS);
  using events = new LiveEvents(new RunList(new RunSet([folder.path])), new SlowRuns());
  const page = events.connect().body!;
  // one of the first looks is at all folders, and finds the run
  while (!isReading) {
    await until(() => timers.count === 1 || isReading);
    timers.pass();
    await setImmediate();
  }
  expect(timers.count).toBe(0);
  await page.cancel();
  const again = events.connect().body!;
  expect(timers.count).toBe(1);
  reading.resolve({ rows: 1 } as MetricColumns);
  for (let turn = 0; turn < 20; turn++) await setImmediate();
  expect(timers.count).toBe(1);
  await again.cancel();
  expect(timers.count).toBe(0);
});
