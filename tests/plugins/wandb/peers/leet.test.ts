/** Tests that W&B's own terminal viewer reads every kind of log that the plugin writes. */

import { afterAll, beforeAll, describe, test } from "bun:test";
import { statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { svgToPng } from "../../../../core/base/svg-png.ts";
import { checkFakeRuns, FakeRun } from "../../../support/wandb-fake-run.ts";
import { HAS_LEET, Leet } from "../../../support/wandb-leet.ts";
import { logFolders, logPath, rowsOf } from "../../../support/wandb-read-log.ts";
import { API_KEY, startStandIn } from "../../../support/wandb-server/server.ts";

checkFakeRuns();

const LIMIT = 120_000;

/** What the viewer says of the charts of a run's log: one per name that has numbers, NaN among them. */
function charts(folder: string): string {
  const names = rowsOf(folder).flatMap((row) =>
    Object.entries(row).flatMap(([name, value]) => (isNumber(value) ? [name] : [])),
  );
  return ` of ${new Set(names.filter((name) => !name.startsWith("_"))).size}]`;
}

/** JSON has no NaN: the log has it as a text. */
function isNumber(value: unknown): boolean {
  return typeof value === "number" || value === "NaN";
}

const keyBefore = process.env.WANDB_API_KEY;

beforeAll(() => {
  process.env.WANDB_API_KEY = API_KEY;
});
afterAll(() => {
  if (keyBefore === undefined) delete process.env.WANDB_API_KEY;
  else process.env.WANDB_API_KEY = keyBefore;
});

/** A run with everything that a log can hold. */
async function fullRun(options: ConstructorParameters<typeof FakeRun>[0] = {}): Promise<FakeRun> {
  const run = await new FakeRun({
    ...options,
    options: { watch: { log_freq: 1 }, log_console: true, ...options.options },
    experiment: { tags: ["a"], notes: "why" },
  }).setUp();
  await run.start();
  run.print("hello");
  await run.epoch(1, new Map([["layers.0.weight", Float32Array.of(1, 2, 3)]]));
  const png = await svgToPng('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>');
  const image = { name: "plots/one", png, caption: "c" };
  await run.step(4, 2, { "mine.value": Number.NaN, "mine.other": 4 }, new Map(), [image]);
  return run;
}

describe.skipIf(!HAS_LEET)("wandb leet", () => {
  test(
    "shows a finished run: its charts, its configuration and that it has finished",
    async () => {
      const run = await fullRun();
      await run.end({ step: 4 });
      await using leet = new Leet(["run", logPath(logFolders(run.folder)[0]!)]);
      await leet.shows("State: Finished");
      await leet.shows("ID: abc12345");
      await leet.shows("val/f1");
      await leet.shows(charts(run.folder));
    },
    LIMIT,
  );

  test(
    "shows a run whose process was killed in the middle of a record",
    async () => {
      const run = await fullRun();
      const log = logPath(logFolders(run.folder)[0]!);
      truncateSync(log, statSync(log).size - 7);
      await using leet = new Leet(["run", log]);
      await leet.shows("State: Running");
      await leet.shows("val/f1");
    },
    LIMIT,
  );

  test(
    "follows a run that is under way to its end",
    async () => {
      const run = await fullRun();
      await using leet = new Leet(["run", logPath(logFolders(run.folder)[0]!)]);
      await leet.shows("State: Running");
      await run.step(5, 2, { "late/metric": 1 });
      await leet.shows("late/metric");
      await run.end({ step: 5 });
      await leet.shows("State: Finished");
    },
    LIMIT,
  );

  test(
    "opens the folder of a run that was resumed, with both of its logs",
    async () => {
      const id = "first123";
      const first = await fullRun({ id, startedAt: Date.now() - 60_000 });
      const state = first.hooks.saveState!();
      await first.step(5, 2);
      const resumed = { step: 4, epoch: 1, bestValF1: null };
      const second = await new FakeRun({ folder: first.folder, state, id, resumed }).setUp();
      await second.start({ step: 4, epoch: 1 });
      for (const step of [5, 6, 7]) await second.step(step, 2);
      await second.end({ step: 7 });
      await using leet = new Leet([join(first.folder, "wandb")]);
      await leet.shows("Runs [2 items]");
      for (const folder of logFolders(first.folder)) {
        await using one = new Leet(["run", logPath(folder)]);
        await one.shows(`ID: ${id}`);
        await one.shows("global_step");
      }
    },
    LIMIT,
  );

  test(
    "shows the log of a run that was online",
    async () => {
      const server = await startStandIn();
      try {
        const run = await fullRun({ options: { mode: "online", base_url: server.url } });
        await run.end({ step: 4 });
        await using leet = new Leet(["run", logPath(logFolders(run.folder)[0]!)]);
        await leet.shows("State: Finished");
        await leet.shows(charts(run.folder));
      } finally {
        await server.stop();
      }
    },
    LIMIT,
  );

  test(
    "lists every record of a log",
    async () => {
      const run = await fullRun();
      await run.end({ step: 4 });
      await using leet = new Leet(["inspect", logPath(logFolders(run.folder)[0]!)]);
      await leet.shows("record 1: header");
      for (const kind of ["run  abc12345", "telemetry", "history  step 1", "summary", "exit"]) {
        await leet.shows(kind);
      }
    },
    LIMIT,
  );
});
