/** Tests that a run online sends what its log has, and nothing private. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { SheetPrediction } from "../../../../core/plugin.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { checkFakeRuns, FakeRun } from "../../../support/wandb-fake-run.ts";
import { logFolders, rowsOf } from "../../../support/wandb-read-log.ts";
import { API_KEY, type StandIn, startStandIn } from "../../../support/wandb-server/server.ts";

checkFakeRuns();

const MARKER = "s3cretMarker";

/**
 * A run that meets the marker wherever private things are: names of files and sheets, messages, the console.
 */
async function privateRun(
  baseUrl: string,
  mode: "online" | "offline",
  log_predictions: number,
): Promise<FakeRun> {
  const run = await new FakeRun({ options: { mode, base_url: baseUrl, log_predictions } }).setUp();
  await run.start();
  run.print(`reading ${MARKER}.xlsx`);
  await run.step(1, 1);
  const sheet: SheetPrediction = {
    dataset: "synthetic",
    fileName: `${MARKER}.xlsx`,
    sheetName: MARKER,
    height: 20,
    width: 8,
    truth: [{ top: 1, left: 1, bottom: 5, right: 4 }],
    predicted: [{ range: { top: 1, left: 1, bottom: 6, right: 4 }, score: 0.8 }],
    fills: async () => new Uint8Array(160).fill(1),
    marks: async () => new Uint16Array(160),
  };
  await run.fire("onValidationEnd", { step: 2, epoch: 1, metrics: { f1: 1 }, sheets: [sheet, sheet] });
  await run.step(2, 1, { "val/f1": 1 });
  const file = join(run.folder, "model_arch.txt");
  writeFileSync(file, "detector\n");
  const artifact = { name: "a", type: "model_architecture", files: [file], aliases: [] };
  await run.fire("onArtifact", { step: 2, epoch: 1, ...artifact });
  await run.end({ status: "failed", error: new Error(`cannot read ${MARKER}.xlsx`), step: 2, epoch: 1 });
  return run;
}

/** Files below a folder that hold the text, in their names or bytes. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => {
    const path = join(folder, name);
    return name.includes(text) || (statSync(path).isFile() && readFileSync(path).includes(text));
  });
}

let server: StandIn;
const before = process.env.WANDB_API_KEY;
beforeAll(async () => {
  server = await startStandIn();
  process.env.WANDB_API_KEY = API_KEY;
});
afterAll(async () => {
  if (before === undefined) delete process.env.WANDB_API_KEY;
  else process.env.WANDB_API_KEY = before;
  await server.stop();
});

describe("an online run", () => {
  let run: FakeRun;
  beforeAll(async () => {
    run = await privateRun(server.url, "online", 2);
  });

  test("arrives on the server as its log has it", () => {
    expect(basename(logFolders(run.folder)[0]!)).toStartWith("run-");
    const sent = server.store.run.history;
    expect(sent.map(({ _step }) => _step)).toEqual([1, 2]);
    expect(sent).toEqual(rowsOf(run.folder));
    expect(run.printed.join("\n")).toContain(server.url);
  });

  test("sends nothing private, and keeps nothing private below wandb/", () => {
    expect(server.store.requests.length).toBeGreaterThan(3);
    expect(server.store.search(MARKER)).toEqual([]);
    expect(filesWith(join(run.folder, "wandb"), MARKER)).toEqual([]);
    // the search finds what is there
    expect(filesWith(join(run.folder, "wandb"), "detector")).not.toEqual([]);
  });

  test("shows the API key in no file, no line and no request but the Authorization header", () => {
    const encoded = Buffer.from(`api:${API_KEY}`).toString("base64");
    for (const secret of [API_KEY, encoded]) {
      expect(filesWith(run.folder, secret)).toEqual([]);
      expect(run.printed.join("\n")).not.toContain(secret);
      expect(server.store.search(secret, ["authorization"])).toEqual([]);
      expect(process.argv.join(" ")).not.toContain(secret);
    }
    expect(JSON.stringify(run.hooks.saveState!())).not.toContain(API_KEY);
  });
});

test("an offline run keeps nothing private below wandb/ and asks no server", async () => {
  const asked = server.store.requests.length;
  const run = await privateRun(server.url, "offline", 0);
  expect(server.store.requests.length).toBe(asked);
  expect(filesWith(join(run.folder, "wandb"), MARKER)).toEqual([]);
  expect(filesWith(run.folder, API_KEY)).toEqual([]);
});

test.each([
  ["", ""],
  [" ", "\n"],
])(
  "a key among the program's arguments is hidden in the metadata, with %j before and %j behind it in the variable",
  async (before, behind) => {
    const script = `
    import { FakeRun } from ${JSON.stringify(join(import.meta.dir, "../../../support/wandb-fake-run.ts"))};
    const run = await new FakeRun({ folder: process.argv[1], options: { mode: "online", base_url: "${server.url}" } }).setUp();
    process.argv.push("--note=" + process.env.WANDB_API_KEY.trim());
    await run.start(); await run.end();`;
    using temporary = temporaryFolder("wandb-key");
    const folder = temporary.path;
    const env = { ...process.env, WANDB_API_KEY: before + API_KEY + behind };
    const child = Bun.spawn([process.execPath, "-e", script, folder], {
      env,
      stdout: "pipe",
      stderr: "pipe",
    });
    const printed = (await new Response(child.stdout).text()) + (await new Response(child.stderr).text());
    expect(await child.exited).toBe(0);
    expect(printed).not.toContain(API_KEY);
    expect(filesWith(folder, "[W&B API key]").length).toBeGreaterThan(0);
    expect(filesWith(folder, API_KEY)).toEqual([]);
  },
);
