/** Tests uploads against those of W&B's own client. */

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { syncRun } from "../../../../plugins/wandb/upload/sync-run.ts";
import { testProject } from "../../../support/project.ts";
import { python, WANDB_CLI, wandb } from "../../../support/wandb-python-client.ts";
import { FAST, START, sampleFolder, sampleRows, writeSample } from "../../../support/wandb-sample-run.ts";
import { type StandIn, startStandIn } from "../../../support/wandb-server/server.ts";
import { parseExtended, type StoredRun } from "../../../support/wandb-server/store.ts";

const LIMIT = 180_000;

/** One for W&B's client, one for ours. */
let theirs: StandIn;
let ours: StandIn;
beforeEach(async () => {
  [theirs, ours] = await Promise.all([startStandIn(), startStandIn()]);
});
afterEach(async () => {
  await Promise.all([theirs.stop(), ours.stop()]);
});

/** What has to be the same, whoever uploads a log. W&B's part of the config is compared by what it means. */
function content(run: StoredRun) {
  const { _wandb, ...config } = run.config;
  const { m = [], e = {} } = _wandb!.value as { m?: Metric[]; e?: Record<string, unknown> };
  const { _wandb: _ours, ...configFile } = parse(run.text("config.yaml")!);
  const { displayName, notes, tags, groupName, jobType } = run.fields;
  return {
    history: run.history,
    events: run.events.map(({ _runtime, ...event }) => ({
      ...event,
      _runtime: (_runtime as number).toFixed(3),
    })),
    summary: run.summary,
    config,
    environment: Object.values(e),
    metrics: meaningOf(m, run.history),
    fields: { displayName, notes, tags, groupName, jobType },
    files: [...run.files.keys()].sort(),
    configFile,
    summaryFile: parseExtended(run.text("wandb-summary.json")!),
    metadataFile: JSON.parse(run.text("wandb-metadata.json")!),
    console: run.text("output.log"),
    media: [...run.files].filter(([name]) => name.startsWith("media/")).sort(byText),
    exitCodes: run.exitCodes,
  };
}

/**
 * By field numbers: 1 name, 2 pattern, 5 the step metric's place in the list, 6 options (2: hidden), 7
 * summary, 8 goal.
 */
interface Metric {
  "1"?: string;
  "2"?: string;
  "5"?: number;
  "6": number[];
  "7": number[];
  "8"?: number;
}

/**
 * What every number of the run is drawn against, and its summary and goal. wandb 0.30 sends a definition for
 * every name that a pattern covers and leaves out the patterns, 0.31 sends the patterns alone; both mean the
 * same.
 */
function meaningOf(list: readonly Metric[], history: readonly Record<string, unknown>[]) {
  const numbers = history.flatMap((row) => Object.keys(row).filter((key) => typeof row[key] === "number"));
  return [...new Set(numbers)].sort().map((name) => {
    const exact = list.find((metric) => metric["1"] === name);
    const metric = exact ?? list.find((one) => one["2"] && name.startsWith(one["2"].slice(0, -1)));
    const stepMetric = list[(metric?.["5"] ?? 0) - 1]?.["1"] ?? null;
    const isHidden = metric?.["6"].includes(2) ?? false;
    return { name, stepMetric, isHidden, summary: metric?.["7"] ?? [], goal: metric?.["8"] ?? 0 };
  });
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

/**
 * By name, the versions of each in the order in which they came: the client uploads artifacts side by side.
 */
function artifacts({ store }: StandIn) {
  return store.artifacts
    .map(({ name, type, digest, aliases, state, files }) => ({
      name,
      type,
      digest,
      aliases,
      state,
      files: [...files],
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

async function syncOurs(folder: string): Promise<void> {
  const env = { WANDB_BASE_URL: ours.url, WANDB_API_KEY: ours.apiKey };
  expect(await syncRun(folder, { env, print() {}, pace: FAST })).toBe("uploaded");
}

describe.skipIf(WANDB_CLI === null)("W&B's Python client", () => {
  test(
    "wandb sync uploads of our log what we upload of it",
    async () => {
      const folder = sampleFolder();
      const log = writeSample(folder, { offline: true, exitCode: 3, console: ["hello", "a\rb"] });
      const copy = `${folder} copy`;
      cpSync(folder, copy, { recursive: true });

      const printed = await wandb(["sync", join(log, "..")], theirs.url, theirs.apiKey);
      expect(printed).not.toMatch(/error/i);
      expect(existsSync(`${log}.synced`)).toBe(true); // its exit status says nothing
      await syncOurs(copy);

      expect(content(ours.store.run)).toEqual(content(theirs.store.run));
      expect(artifacts(ours)).toEqual(artifacts(theirs));
      expect(theirs.store.run.history).toEqual(sampleRows(1, 10));
      expect([theirs.store.violations, ours.store.violations]).toEqual([[], []]);
    },
    LIMIT,
  );

  test(
    "wandb sync --include-online uploads a resumed run's logs as one run, as we do",
    async () => {
      const folder = sampleFolder();
      const first = writeSample(folder, { steps: [1, 6], exitCode: null });
      const second = writeSample(folder, { steps: [7, 12], startTime: START + 100, resumed: true });
      const copy = `${folder} copy`;
      cpSync(folder, copy, { recursive: true });

      await wandb(
        ["sync", "--include-online", join(first, ".."), join(second, "..")],
        theirs.url,
        theirs.apiKey,
      );
      expect([first, second].map((log) => existsSync(`${log}.synced`))).toEqual([true, true]);
      await syncOurs(copy);
      expect(ours.store.run.history).toEqual(sampleRows(1, 12));
      expect(theirs.store.run.history).toEqual(ours.store.run.history);
      expect(theirs.store.run.summary).toEqual(ours.store.run.summary);
    },
    LIMIT,
  );

  test(
    "wandb sync uploads of a real training what the plugin uploads, pictures and checkpoints included",
    async () => {
      const plugins =
        "{ checkpoint: true, system_metrics: true, architecture: true, wandb: { mode: offline, watch: { log_freq: 2 }, log_predictions: 2, log_checkpoints: best, log_console: true } }";
      const project = testProject({ plugins });
      const result = await project.train(["config.yaml"]);
      expect(result.code).toBe(0);
      const [folder] = project.runFolders() as [string];
      const copy = `${folder} copy`;
      cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
      const printed = await wandb(["sync", join(folder, "wandb")], theirs.url, theirs.apiKey);
      expect(printed).not.toMatch(/error/i);
      await syncOurs(copy);

      expect(content(ours.store.run)).toEqual(content(theirs.store.run));
      expect(artifacts(ours)).toEqual(artifacts(theirs));
      expect(theirs.store.artifacts.length).toBeGreaterThan(1);
      expect([...theirs.store.run.files.keys()].some((name) => name.endsWith(".png"))).toBe(true);
      expect([theirs.store.violations, ours.store.violations]).toEqual([[], []]);
      project.remove();
    },
    LIMIT,
  );

  test(
    "wandb sync passes over what we have uploaded",
    async () => {
      const folder = sampleFolder();
      const log = writeSample(folder, { offline: true });
      const env = { WANDB_BASE_URL: ours.url, WANDB_API_KEY: ours.apiKey };
      await syncRun(folder, { env, print() {}, pace: FAST });
      await wandb(["sync", join(log, "..")], theirs.url, theirs.apiKey);
      expect(theirs.store.runs.size).toBe(0);
    },
    LIMIT,
  );

  test(
    "bun run sync uploads a log of the Python client as wandb sync does",
    async () => {
      const folder = sampleFolder();
      cpSync(await pythonRun("offline"), join(folder, "wandb"), { recursive: true, verbatimSymlinks: true });
      const copy = `${folder} copy`;
      cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
      await wandb(["sync", join(folder, "wandb")], theirs.url, theirs.apiKey);
      await syncOurs(copy);
      const { environment: _a, metadataFile: _b, ...rest } = content(theirs.store.run);
      expect(content(ours.store.run)).toMatchObject(rest);
      expect(artifacts(ours)).toEqual(artifacts(theirs));
      expect(ours.store.violations).toEqual([]);
    },
    LIMIT,
  );

  test(
    "a run that is online speaks to the stand-in server without a violation",
    async () => {
      await pythonRun("online");
      expect(theirs.store.run.history).toHaveLength(3);
      expect(theirs.store.run.exitCodes).toEqual([0]);
      expect(theirs.store.artifacts.map(({ state }) => state)).toEqual(["COMMITTED"]);
      expect(theirs.store.violations).toEqual([]);
    },
    LIMIT,
  );
});

/** A small run of the Python client; the `wandb/` folder that it wrote. */
async function pythonRun(mode: "online" | "offline"): Promise<string> {
  const folder = sampleFolder();
  const printed = await python(
    `
import os
os.makedirs(${JSON.stringify(folder)})
os.environ["WANDB_DATA_DIR"] = ${JSON.stringify(folder)}  # the staged files have to outlive the client
import wandb
run = wandb.init(project="p1", id="py123456", name="demo", config={"lr": 0.1, "nested": {"a": 1}}, tags=["x"],
                 notes="n", mode="${mode}", dir=${JSON.stringify(folder)}, settings=wandb.Settings(console="off"))
run.define_metric("epoch")
run.define_metric("val/f1", step_metric="epoch", summary="max")
for i in range(3):
    run.log({"epoch": i, "val/f1": 0.1 * i, "nan": float("nan"),
             "h": {"_type": "histogram", "values": [1, 2], "bins": [0, 0.5, 1]}})
run.summary["best"] = 0.5
path = os.path.join(${JSON.stringify(folder)}, "arch.txt")
open(path, "w").write("hello")
artifact = wandb.Artifact("arch", "model_architecture")
artifact.add_file(path)
run.log_artifact(artifact)
run.finish()
print("ended", run.id)
`,
    theirs.url,
    theirs.apiKey,
  );
  expect(printed).toContain("ended py123456");
  return join(folder, "wandb");
}
