/** A run in W&B's records: what it is, its rows, its summary, how it ended. The one writer of its log. */

import type { MessageInitShape } from "@bufbuild/protobuf";
import type { EarlierLogs } from "../log/earlier-logs.ts";
import type { LogWriter, RecordContent } from "../log/log-writer.ts";
import { definitionOf, initialDefinitions } from "../log/metric-axes.ts";
import {
  type ArtifactRecordSchema,
  type EnvironmentRecordSchema,
  FilesItem_FileType,
  FilesItem_PolicyType,
  OutputRawRecord_OutputType,
} from "../log/records_pb.ts";
import { timestamp } from "../log/timestamp.ts";
import { item, valueJson } from "../log/value-json.ts";
import { randomId } from "./random-id.ts";
import type { Settings } from "./settings.ts";

/** What stands at the beginning of a log. */
export interface RunDescription {
  readonly settings: Settings;
  /** By top-level key; nested objects are one value. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly environment: MessageInitShape<typeof EnvironmentRecordSchema>;
  /** Whether histograms will be logged. */
  readonly watches: boolean;
}

/** Oldest wandb that reads the records, as its own client writes it. */
const MIN_CONSUMER = "0.70.0";

export class RunLog {
  readonly #writer: LogWriter;
  readonly #startedAt: number;
  readonly #earlier: EarlierLogs;
  /** Metrics that have their definition. */
  readonly #defined = new Set<string>();
  /** JSON texts by name. */
  readonly #summary: Map<string, string>;
  #isOpen = true;

  /** @param startedAt When this process began with the run, ms since 1970. */
  constructor(writer: LogWriter, startedAt: number, earlier: EarlierLogs) {
    this.#writer = writer;
    this.#startedAt = startedAt;
    this.#earlier = earlier;
    this.#summary = new Map(earlier.summary);
  }

  /** False once the exit record is written: nothing may follow it. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Seconds that the run has been running, all of its processes together. */
  runtime(now = Date.now()): number {
    return Math.max(0, (now - this.#startedAt) / 1000) + this.#earlier.runtime;
  }

  /** The summary as one JSON object, the content of `wandb-summary.json`. */
  summaryJson(): string {
    const values = [...this.#summary].map(([name, json]) => `${JSON.stringify(name)}:${json}`);
    return `{${[...values, `"_wandb":{"runtime":${Math.floor(this.runtime())}}`].join(",")}}`;
  }

  /** Header, run, environment, metric definitions: before anything else. */
  begin({ settings, config, environment, watches }: RunDescription): void {
    const isResumed = this.#earlier.count > 0;
    const versionInfo = { producer: "tablesense2", minConsumer: MIN_CONSUMER };
    const telemetry = {
      feature: {
        finish: true,
        metric: true,
        setInitId: true,
        setInitConfig: true,
        setInitName: true,
        setInitTags: settings.tags.length > 0,
        offline: settings.mode === "offline",
        resumed: isResumed,
        watch: watches,
      },
      platform: `${process.platform}-${process.arch === "x64" ? "x86_64" : process.arch}`,
    };
    this.#writer.append({ case: "header", value: { versionInfo } });
    const run: RecordContent = {
      case: "run",
      value: {
        runId: settings.runId,
        entity: settings.entity ?? "",
        project: settings.project,
        config: { update: [...entries(config), item("_wandb", {})] },
        runGroup: settings.group,
        jobType: settings.jobType,
        displayName: settings.displayName,
        notes: settings.notes,
        tags: [...settings.tags],
        sweepId: settings.sweepId,
        host: environment.host ?? "",
        startTime: timestamp(this.#startedAt),
        startingStep: BigInt(isResumed ? this.#earlier.lastStep + 1 : 0),
        runtime: Math.floor(this.#earlier.runtime),
        resumed: isResumed,
        git: environment.git && { remoteUrl: environment.git.remoteUrl, commit: environment.git.commit },
        telemetry,
      },
    };
    // Without a slot the sync of clients up to 0.28 waits for ever for an answer to this record.
    this.#writer.append(run, randomId(12));
    this.environment(environment);
    this.#writer.append({ case: "telemetry", value: telemetry });
    for (const definition of initialDefinitions()) this.#writer.append({ case: "metric", value: definition });
    if (this.#summary.size > 0) {
      const update = [...this.#summary].map(([name, json]) => ({ nestedKey: [name], valueJson: json }));
      this.#writer.append({ case: "summary", value: { update } });
    }
  }

  /** Records with the same writer id are merged, so that what takes time to find out can follow. */
  environment(environment: RunDescription["environment"]): void {
    this.#append({ case: "environment", value: environment });
  }

  /**
   * Writes the row of a step, and the summary with its numbers.
   *
   * @param loggedAt When its values were logged, ms since 1970.
   */
  row(step: number, values: ReadonlyMap<string, unknown>, loggedAt: number): void {
    for (const name of values.keys()) this.#define(name);
    const own = { _step: step, _runtime: this.runtime(), _timestamp: loggedAt / 1000 };
    const numbers = [...values].filter(([, value]) => typeof value === "number");
    this.summary({ ...Object.fromEntries(numbers), ...own });
    const items = [...values].map(([name, value]) => item(name, value));
    this.#append({
      case: "history",
      value: { item: [...items, ...entries(own)], step: { num: BigInt(step) } },
    });
  }

  /** Sets values of the summary, and how long the run has been running. */
  summary(values: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(values)) this.#summary.set(name, valueJson(value));
    const runtime = { nestedKey: ["_wandb", "runtime"], valueJson: String(Math.floor(this.runtime())) };
    this.#append({ case: "summary", value: { update: [...entries(values), runtime] } });
  }

  /** System readings, under W&B's names. */
  stats(readings: Readonly<Record<string, number>>, at: number): void {
    const items = Object.entries(readings).map(([key, value]) => ({ key, valueJson: valueJson(value) }));
    this.#append({ case: "stats", value: { timestamp: timestamp(at), item: items } });
  }

  /** A line of the console. */
  output(line: string, stream: "stdout" | "stderr"): void {
    const { STDOUT, STDERR } = OutputRawRecord_OutputType;
    this.#append({
      case: "outputRaw",
      value: {
        outputType: stream === "stdout" ? STDOUT : STDERR,
        timestamp: timestamp(Date.now()),
        line: `${line.toWellFormed()}\n`,
      },
    });
  }

  /** Announces a media file, by its path below `files/`. */
  media(path: string): void {
    const file = { path, policy: FilesItem_PolicyType.NOW, type: FilesItem_FileType.MEDIA };
    this.#append({ case: "files", value: { files: [file] } });
  }

  artifact(artifact: MessageInitShape<typeof ArtifactRecordSchema>): void {
    this.#append({ case: "artifact", value: artifact });
  }

  /** The last record; closes the log. */
  end(exitCode: number): void {
    this.summary({});
    this.#append({ case: "exit", value: { exitCode, runtime: Math.floor(this.runtime()) } });
    this.#isOpen = false;
    this.#writer.close();
  }

  #define(name: string): void {
    if (this.#defined.has(name)) return;
    this.#defined.add(name);
    const definition = definitionOf(name);
    if (definition) this.#append({ case: "metric", value: definition });
  }

  #append(content: RecordContent): void {
    if (this.#isOpen) this.#writer.append(content);
  }
}

function entries(values: Readonly<Record<string, unknown>>) {
  return Object.entries(values).map(([name, value]) => item(name, value));
}
