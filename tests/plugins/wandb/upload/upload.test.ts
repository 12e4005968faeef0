/** Tests uploads from a worker while the run goes on. */

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { ApiKey } from "../../../../plugins/wandb/access/api-key.ts";
import {
  startUpload,
  type UploadOptions,
  type UploadSettings,
} from "../../../../plugins/wandb/upload/start-upload.ts";
import {
  FAST,
  SampleLog,
  START,
  sampleFolder,
  sampleRows,
  writeSample,
} from "../../../support/wandb-sample-run.ts";
import { type StandIn, startStandIn } from "../../../support/wandb-server/server.ts";

let server: StandIn;
let folder: string;
beforeEach(async () => {
  server = await startStandIn();
  folder = sampleFolder();
});
afterEach(() => server.stop());

function start(logPath: string, more: Partial<UploadOptions> = {}) {
  const printed: string[] = [];
  const settings = {
    baseUrl: server.url,
    apiKey: new ApiKey(server.apiKey),
    entity: null,
    project: "",
    resume: null,
  };
  const print = (text: string) => printed.push(text);
  const upload = startUpload({ settings, runFolder: folder, logPath, print, pace: FAST, ...more });
  return { upload, printed };
}

describe("startUpload()", () => {
  test("uploads a growing log from a worker and marks it as synced", async () => {
    const log = new SampleLog(folder);
    const { upload, printed } = start(log.path);
    for (let step = 1; step <= 10; step++) log.step(step);
    log.end(0);
    const outcome = await upload.finish(0);
    expect(outcome.complete).toBe(true);
    expect(printed).toEqual([`W&B: ${outcome.url}`]);
    expect(server.store.run.history).toEqual(sampleRows(1, 10));
    expect(existsSync(`${log.path}.synced`)).toBe(true);
  });

  test("keeps the key to the Authorization header", async () => {
    const log = writeSample(folder);
    const { upload, printed } = start(log);
    await upload.finish(0);
    const encoded = Buffer.from(`api:${server.apiKey}`).toString("base64");
    for (const secret of [server.apiKey, encoded]) {
      expect(server.store.search(secret, ["authorization"])).toEqual([]);
      expect(printed.join()).not.toContain(secret);
      expect(readFileSync(`${log}.upload.json`, "utf8")).not.toContain(secret);
    }
    const puts = server.store.requests.filter(({ operation }) => operation === "PUT");
    expect(puts.length).toBeGreaterThan(3);
    expect(puts.filter(({ headers }) => "authorization" in headers)).toEqual([]);
  });

  test.each([
    [true, "the run's log is complete; upload it"],
    [false, "upload what the log has"],
  ])(
    "ends when the server is down, and prints the command for later; the log is whole: %p",
    async (isWhole, what) => {
      await server.down();
      const log = writeSample(folder);
      const pace = { ...FAST, patience: 1_500, firstContact: 1_000 };
      const { upload, printed } = start(log, { pace });
      const outcome = await upload.finish(0, isWhole);
      expect(outcome.complete).toBe(false);
      // No answer in time, where the machine stood still in the first attempt.
      expect(printed[0]).toMatch(/^W&B: .*(connection refused|no answer in time); trying again/);
      expect(printed.at(-1)).toBe(`W&B: ${what} later with: bun run sync "${folder}"`);
      expect(existsSync(`${log}.synced`)).toBe(false);
    },
  );

  test("continues a resumed run where the first process's log ends, and first fills in what is missing", async () => {
    // The first process was killed at step 6, before anything was uploaded.
    writeSample(folder, { steps: [1, 6], exitCode: null });
    const second = writeSample(folder, { steps: [7, 12], startTime: START + 100 });
    const { upload } = start(second);
    expect((await upload.finish(0)).complete).toBe(true);
    expect(server.store.run.history).toEqual(sampleRows(1, 12));
    expect(server.store.run.exitCodes).toEqual([0]);
    expect(server.store.violations).toEqual([]);
  });

  test("appends to a run that another machine wrote the beginning of", async () => {
    const elsewhere = sampleFolder();
    const first = start(writeSample(elsewhere, { steps: [1, 6], exitCode: 1 }), { runFolder: elsewhere });
    await first.upload.finish(1);
    const { upload } = start(writeSample(folder, { steps: [7, 12], startTime: START + 100, resumed: true }));
    expect((await upload.finish(0)).complete).toBe(true);
    expect(server.store.run.history).toEqual(sampleRows(1, 12));
    expect(server.store.run.events).toHaveLength(12);
    expect(server.store.run.exitCodes).toEqual([1, 0]);
    expect(server.store.violations).toEqual([]);
  });

  test("with WANDB_RESUME=allow, the steps of a second run go on behind those of the first", async () => {
    const elsewhere = sampleFolder();
    await start(writeSample(elsewhere, { steps: [1, 6] }), { runFolder: elsewhere }).upload.finish(0);
    const settings = {
      baseUrl: server.url,
      apiKey: new ApiKey(server.apiKey),
      entity: null,
      project: "",
      resume: "allow" as const,
    };
    const log = writeSample(folder, { startTime: START + 500, steps: [1, 4], exitCode: 0 });
    expect((await start(log, { settings }).upload.finish(0)).complete).toBe(true);
    const { history, events, summary } = server.store.run;
    expect(history.map(({ _step }) => _step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(history.map((row) => row.global_step)).toEqual(
      sampleRows(1, 6)
        .concat(sampleRows(1, 4))
        .map((row) => row.global_step),
    );
    const runtimes = history.map(({ _runtime }) => _runtime as number);
    expect(runtimes).toEqual(runtimes.toSorted((a, b) => a - b));
    expect(summary._step).toBe(10);
    expect(events).toHaveLength(10);
    // A later upload without a memory of the first finds the same place again.
    rmSync(`${log}.synced`);
    rmSync(`${log}.upload.json`);
    expect((await start(log, { settings }).upload.finish(0)).complete).toBe(true);
    expect(server.store.run.history).toEqual(history);
    expect(server.store.run.summary._step).toBe(10);
    expect(server.store.violations).toEqual([]);
  });

  test("WANDB_RESUME decides about a run of the same id that the server has", async () => {
    const outcome = async (resume: UploadSettings["resume"], fill = true) => {
      server.store.runs.clear();
      if (fill) {
        const elsewhere = sampleFolder();
        await start(writeSample(elsewhere, { steps: [1, 3] }), { runFolder: elsewhere }).upload.finish(0);
      }
      folder = sampleFolder();
      const log = writeSample(folder, { steps: [4, 6] });
      const settings = {
        baseUrl: server.url,
        apiKey: new ApiKey(server.apiKey),
        entity: null,
        project: "",
        resume,
      };
      const { complete, reason } = await start(log, { settings }).upload.finish(0);
      return complete ? server.store.run.history.length : reason;
    };
    expect(await outcome("allow")).toBe(6);
    expect(await outcome("must")).toBe(6);
    expect(await outcome("never")).toContain(
      "the server has a run abcd1234 already, and WANDB_RESUME is never",
    );
    expect(await outcome(null)).toContain("WANDB_RESUME=allow to go on with that run");
    expect(await outcome("must", false)).toContain("the server has no run abcd1234 to go on with");
    expect(await outcome("never", false)).toBe(3);
  });

  test("sends the console only where the log has it, in the lines of a terminal", async () => {
    const log = writeSample(folder, { console: ["hello", "10%\r50%\r100% done"] });
    await start(log).upload.finish(0);
    expect(server.store.run.text("output.log")).toBe("hello\n100% done\n");
    const streamed = server.store.run.lines["output.log"]!;
    expect(streamed).toEqual(["1970-01-01T00:00:00.000000 hello", "1970-01-01T00:00:00.000000 100% done"]);
  });
});
