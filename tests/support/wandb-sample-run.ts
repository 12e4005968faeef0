/** Runs to upload: folders with the logs that the plugin would write, small and with one of everything. */

import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LogWriter, type RecordContent } from "../../plugins/wandb/log/log-writer.ts";
import type { Pace } from "../../plugins/wandb/upload/pace.ts";
import { sharedFolder } from "./temporary-folder.ts";

/** A time that no test lasts, ms. */
const ENDLESS = 600_000;

/**
 * Everything as often as a test has time for; and nothing is given up, because a busy machine is slow and not
 * down.
 */
export const FAST: Pace = {
  poll: 5,
  stream: 20,
  heartbeat: 200,
  config: 10,
  patience: ENDLESS,
  firstContact: ENDLESS,
  notice: ENDLESS,
  graphqlAnswer: ENDLESS,
  streamAnswer: ENDLESS,
  fileAnswer: ENDLESS,
  sdkInit: ENDLESS,
  sdkFinish: ENDLESS,
  backoff: { minWait: 5, maxWait: 40 },
};

export const RUN_ID = "abcd1234";
export const START = 1_700_000_000;

export interface SampleOptions {
  /** The first and the last step that the log holds. */
  readonly steps?: readonly [number, number];
  readonly exitCode?: number | null;
  readonly offline?: boolean;
  /** Seconds since 1970. */
  readonly startTime?: number;
  readonly console?: readonly string[];
  readonly project?: string;
  readonly entity?: string;
  /** The process goes on with a run. */
  readonly resumed?: boolean;
  /** The step at which the log begins, as its run record states it. */
  readonly startingStep?: number;
}

/**
 * A run's folder, not there yet and without a log.
 *
 * @param parent Where it is to lie; by default in a folder of its own that is removed after the test. Tests
 * that run at
 *   the same time have to say.
 */
export function sampleFolder(parent = sharedFolder("upload").path): string {
  return join(parent, "sample 2026-11-23 12:00");
}

/** A whole log in a folder; the path of the log. */
export function writeSample(runFolder: string, options: SampleOptions = {}): string {
  const [first, last] = options.steps ?? [1, 10];
  const sample = new SampleLog(runFolder, { startingStep: options.resumed ? first : 0, ...options });
  for (let step = first; step <= last; step++) sample.step(step);
  sample.end(options.exitCode === undefined ? 0 : options.exitCode);
  return sample.path;
}

/** A log that can grow while it is uploaded. */
export class SampleLog {
  readonly path: string;
  readonly #writer: LogWriter;
  readonly #start: number;

  constructor(
    runFolder: string,
    { offline, startTime = START, console = [], ...options }: SampleOptions = {},
  ) {
    const stamp = new Date(startTime * 1000)
      .toISOString()
      .replace(/[-:]/g, "")
      .replace("T", "_")
      .slice(0, 15);
    const folder = join(runFolder, "wandb", `${offline ? "offline-" : ""}run-${stamp}-${RUN_ID}`);
    this.path = join(folder, `run-${RUN_ID}.wandb`);
    this.#start = startTime;
    mkdirSync(join(folder, "files", "media", "images"), { recursive: true });
    mkdirSync(join(folder, "artifacts"), { recursive: true });
    writeFileSync(join(folder, "files", "media", "images", "sheet_1.png"), PNG);
    writeFileSync(join(folder, "artifacts", "model_arch.txt"), "detector\n");

    this.#writer = LogWriter.create(this.path);
    this.add({ case: "header", value: { versionInfo: { producer: "test", minConsumer: "0.70.0" } } });
    this.add({
      case: "run",
      value: {
        runId: RUN_ID,
        project: options.project ?? "tables",
        entity: options.entity ?? "",
        displayName: "sample",
        tags: ["a", "b"],
        notes: "a note",
        resumed: options.resumed ?? false,
        startingStep: BigInt(options.startingStep ?? 0),
        startTime: { seconds: BigInt(startTime), nanos: 500_000_000 },
        config: {
          update: [
            { key: "training", valueJson: '{"lr":0.0001,"epochs":3}' },
            { key: "data/train_size", valueJson: "12" },
          ],
        },
      },
    });
    this.add({ case: "telemetry", value: { cliVersion: "0.31.0", feature: { metric: true, finish: true } } });
    this.add({
      case: "environment",
      value: { os: "Linux", program: "core/commands/train.ts", cpuCount: 2, writerId: "w".repeat(32) },
    });
    const defined = { defined: true, stepSync: true };
    this.add({ case: "metric", value: { name: "epoch", options: { defined: true } } });
    this.add({ case: "metric", value: { globName: "train/*", stepMetric: "epoch", options: defined } });
    this.add({ case: "metric", value: { name: "train/loss", stepMetric: "epoch", options: defined } });
    this.add({ case: "files", value: { files: [{ path: "media/images/sheet_1.png", type: 2 }] } });
    this.#artifact(join(folder, "artifacts", "model_arch.txt"));
    for (const line of console) this.add({ case: "outputRaw", value: { line: `${line}\n`, outputType: 1 } });
  }

  add(content: RecordContent): void {
    this.#writer.append(content);
  }

  /** A gradient step with its summary, and a system sample. */
  step(step: number): void {
    const item = Object.entries(sampleRow(step)).map(([key, value]) => ({
      nestedKey: [key],
      valueJson: JSON.stringify(value),
    }));
    this.add({ case: "summary", value: { update: item } });
    this.add({ case: "history", value: { item, step: { num: BigInt(step) } } });
    const timestamp = { seconds: BigInt(START + step), nanos: 0 };
    this.add({ case: "stats", value: { timestamp, item: [{ key: "cpu", valueJson: String(step / 2) }] } });
  }

  /** Ends the log; null: as a process that is killed leaves it. */
  end(exitCode: number | null): void {
    if (exitCode !== null) {
      this.add({ case: "config", value: { update: [{ key: "late", valueJson: "true" }] } });
      this.add({ case: "exit", value: { exitCode, runtime: 10 } });
    }
    this.#writer.close();
  }

  #artifact(path: string): void {
    const digest = createHash("md5").update("detector\n").digest("base64");
    const manifest = `wandb-artifact-manifest-v1\nmodel_arch.txt:${digest}\n`;
    this.add({
      case: "artifact",
      value: {
        runId: RUN_ID,
        type: "model_architecture",
        name: "sample_architecture",
        digest: createHash("md5").update(manifest).digest("hex"),
        aliases: ["latest"],
        finalize: true,
        clientId: `c${this.#start}`.padEnd(128, "c"),
        sequenceClientId: "s".repeat(128),
        manifest: {
          version: 1,
          storagePolicy: "wandb-storage-policy-v1",
          storagePolicyConfig: [{ key: "storageLayout", valueJson: '"V2"' }],
          contents: [{ path: "model_arch.txt", digest, size: 9n, localPath: path }],
        },
      },
    });
  }
}

/** The row of a step, as it has to arrive. */
function sampleRow(step: number): Record<string, unknown> {
  return {
    _step: step,
    _runtime: step * 0.5,
    _timestamp: START + step + 0.25,
    epoch: Math.ceil(step / 5),
    global_step: step,
    "train/loss": 1 / step,
    "val/f1": step === 3 ? "NaN" : step / 100,
    "gradients/a.weight": { _type: "histogram", values: [1, step], bins: [0, 0.5, 1] },
  };
}

export function sampleRows(first: number, last: number): Record<string, unknown>[] {
  return Array.from({ length: last - first + 1 }, (_, i) => sampleRow(first + i));
}

/** Not a picture, but what is uploaded are bytes. */
const PNG = Uint8Array.from({ length: 300 }, (_, i) => i % 256);
