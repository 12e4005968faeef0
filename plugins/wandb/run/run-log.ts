/**
 * Puts a run into W&B's records: what it is, its rows, its summary, how it ended. Nothing else writes into
 * its log.
 */

import type { MessageInitShape } from "@bufbuild/protobuf";
import type { EarlierLogs, EarlierRow } from "../log/earlier-logs.ts";
import type { LogWriter, RecordContent } from "../log/log-writer.ts";
import { definitionOf, initialDefinitions } from "../log/metric-axes.ts";
import {
  type ArtifactRecordSchema,
  type EnvironmentRecordSchema,
  FilesItem_FileType,
  FilesItem_PolicyType,
  OutputRawRecord_OutputType,
} from "../log/records_pb.ts";
import { SteadyClock } from "../log/steady-clock.ts";
import { timestamp } from "../log/timestamp.ts";
import { item, valueJson } from "../log/value-json.ts";
import { randomId } from "./random-id.ts";
import type { Settings } from "./settings.ts";

/** What the beginning of a log states. */
export interface RunDescription {
  readonly settings: Settings;
  /** Values by top-level key; a value may be an object. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly environment: MessageInitShape<typeof EnvironmentRecordSchema>;
  /** True if histograms of gradients will be logged. */
  readonly watches: boolean;
  /** The step of the first row that a resumed run will log. */
  readonly firstStep: number;
}

/** The oldest wandb that can read the records, as W&B's own client states it. */
const MIN_CONSUMER = "0.70.0";

export class RunLog {
  readonly #writer: LogWriter;
  readonly #startedAt: number;
  readonly #clock: SteadyClock;
  readonly #earlier: EarlierLogs;
  /** The names of the metrics that are defined already. */
  readonly #defined = new Set<string>();
  /** The latest values as JSON, by name. */
  readonly #summary: Map<string, string>;
  #isOpen = true;

  /**
   * @param startedAt When this process began the run or resumed it, in ms since 1970.
   * @param earlier What earlier processes logged; the summary and the run time go on from there.
   * @param clock Tells the time of all records.
   */
  constructor(writer: LogWriter, startedAt: number, earlier: EarlierLogs, clock = new SteadyClock()) {
    this.#writer = writer;
    this.#startedAt = startedAt;
    this.#clock = clock;
    this.#earlier = earlier;
    this.#summary = new Map(earlier.summary);
  }

  /** False once `end` was called: then every further call does nothing. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** How long the run has been running, all of its processes together, in seconds. */
  runtime(): number {
    return Math.max(0, (this.#clock.now() - this.#startedAt) / 1000) + this.#earlier.runtime;
  }

  /** The summary as one JSON object: the content of `wandb-summary.json`. */
  summaryJson(): string {
    const values = [...this.#summary].map(([name, json]) => `${JSON.stringify(name)}:${json}`);
    return `{${[...values, `"_wandb":{"runtime":${Math.floor(this.runtime())}}`].join(",")}}`;
  }

  /** Writes header, run, environment and metric definitions. Call it before anything else. */
  begin({ settings, config, environment, watches, firstStep }: RunDescription): void {
    const { isResumed } = settings;
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
        startingStep: BigInt(isResumed ? firstStep : 0),
        runtime: Math.floor(this.#earlier.runtime),
        resumed: isResumed,
        git: environment.git && { remoteUrl: environment.git.remoteUrl, commit: environment.git.commit },
        telemetry,
      },
    };
    // Without a mailbox slot, `wandb sync` up to 0.28 waits for an answer to this record and never ends.
    this.#writer.append(run, randomId(12));
    this.environment(environment);
    this.#writer.append({ case: "telemetry", value: telemetry });
    for (const definition of initialDefinitions()) this.#writer.append({ case: "metric", value: definition });
    if (this.#summary.size > 0) {
      const update = [...this.#summary].map(([name, json]) => ({ nestedKey: [name], valueJson: json }));
      this.#writer.append({ case: "summary", value: { update } });
    }
  }

  /**
   * Writes an environment record. W&B merges those of one writer id, so a later one can add what was not
   * known before.
   */
  environment(environment: RunDescription["environment"]): void {
    this.#append({ case: "environment", value: environment });
  }

  /** Writes a row that the run shares with the one that it branched off from. */
  sharedRow({ row }: EarlierRow): void {
    for (const { key, nestedKey } of row.item) this.#define(nestedKey[0] ?? key);
    this.#append({ case: "history", value: row });
  }

  /** Writes the row of a step and updates the summary with its numbers. */
  row(step: number, values: ReadonlyMap<string, unknown>): void {
    for (const name of values.keys()) this.#define(name);
    const own = { _step: step, _runtime: this.runtime(), _timestamp: this.#clock.now() / 1000 };
    const numbers = [...values].filter(([, value]) => typeof value === "number");
    this.summary({ ...Object.fromEntries(numbers), ...own });
    const items = [...values].map(([name, value]) => item(name, value));
    this.#append({
      case: "history",
      value: { item: [...items, ...entries(own)], step: { num: BigInt(step) } },
    });
  }

  /** Sets values of the summary, and in it how long the run has been running. */
  summary(values: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(values)) this.#summary.set(name, valueJson(value));
    const runtime = { nestedKey: ["_wandb", "runtime"], valueJson: String(Math.floor(this.runtime())) };
    this.#append({ case: "summary", value: { update: [...entries(values), runtime] } });
  }

  /**
   * Writes a sample of the machine's load.
   *
   * @param readings Values under W&B's names.
   * @param at ms since 1970.
   */
  stats(readings: Readonly<Record<string, number>>, at: number): void {
    const items = Object.entries(readings).map(([key, value]) => ({ key, valueJson: valueJson(value) }));
    this.#append({ case: "stats", value: { timestamp: timestamp(at), item: items } });
  }

  /** Writes a line of the console. */
  output(line: string, stream: "stdout" | "stderr"): void {
    const { STDOUT, STDERR } = OutputRawRecord_OutputType;
    this.#append({
      case: "outputRaw",
      value: {
        outputType: stream === "stdout" ? STDOUT : STDERR,
        timestamp: timestamp(this.#clock.now()),
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

  /** Writes the last records and closes the log. @returns False if the disk did not take all of it. */
  end(exitCode: number): boolean {
    this.summary({});
    this.#append({ case: "exit", value: { exitCode, runtime: Math.floor(this.runtime()) } });
    this.#isOpen = false;
    return this.#writer.close();
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
