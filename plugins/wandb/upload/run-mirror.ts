/** A run as its local log tells it: records go in, in order; out comes what a server has to know. */

import { toJson } from "@bufbuild/protobuf";
import { stringify as stringifyYaml } from "yaml";
import {
  type ArtifactRecord,
  type ConfigRecord,
  type EnvironmentRecord,
  EnvironmentRecordSchema,
  type Record as LogRecord,
  MetricOptionsSchema,
  type MetricRecord,
  MetricSummarySchema,
  type OutputRawRecord,
  OutputRawRecord_OutputType,
  type RunRecord,
  type StatsRecord,
  type SummaryRecord,
  type TelemetryRecord,
} from "../log/records_pb.ts";
import { seconds } from "../log/timestamp.ts";
import { type ConsoleLine, ConsoleLines, streamedLine } from "./console-lines.ts";
import { stringifyExtendedJson } from "./extended-json.ts";
import { encodeTelemetry, setFields } from "./field-numbers.ts";
import { MAX_LINE_BYTES, type Stream } from "./file-stream.ts";
import { type KeyTree, lineOf, merge, remove, treeOf, update } from "./key-tree.ts";
import { MetricDefinitions } from "./metric-definitions.ts";
import { NO_SHIFT, type RowShift, shifted } from "./row-shift.ts";
import type { LoggedArtifact } from "./upload-artifact.ts";

/** What a record leads to, besides a change of what the mirror shows. */
export interface MirrorEvents {
  /** A line for one of the streamed files. */
  line(stream: Stream, line: string): void;
  /** A run file, by its path below the `files/` of the current log. */
  file(path: string): void;
  artifact(artifact: LoggedArtifact): void;
  /** Takes a line for the user. */
  warn(text: string): void;
}

/**
 * The state of a run, built up from the records of its logs.
 *
 * The life cycle: `seedSummary` and `shiftRows` first, if other processes wrote the run before; then `fold`
 * for every record of the first log; for each further log `beginLog`, then `fold` for its records. Rows,
 * samples, console lines, files and artifacts leave through the events at once and are not kept. Config,
 * summary, metric definitions and environment grow with every record; their versions tell when there is
 * something new, and `configJson` and `summaryJson` give their current form. After the last record,
 * `ownFiles` makes the files that W&B shows of every run. There is nothing to release.
 */
export class RunMirror {
  readonly #events: MirrorEvents;
  readonly #config: KeyTree = new Map();
  readonly #summary: KeyTree = new Map();
  readonly #telemetry: Record<string, unknown> = {};
  readonly #environment = new Map<string, Record<string, unknown>>();
  readonly #metrics = new MetricDefinitions();
  #console = new ConsoleLines();
  #outputText: string[] = [];
  #run: RunRecord | null = null;
  #startTime = 0;
  /** Seconds for which the run had been running before the current log. */
  #earlier = 0;
  #exitCode: number | null = null;
  #shift: RowShift = NO_SHIFT;
  #configVersion = 0;
  #summaryVersion = 0;

  /** @param events Left out: only the state of the run matters. */
  constructor(events: MirrorEvents = { line() {}, file() {}, artifact() {}, warn() {} }) {
    this.#events = events;
  }

  /** The latest run record; null before the first. */
  get run(): RunRecord | null {
    return this.#run;
  }

  /** The exit code of the current log; null while it has no exit record. */
  get exitCode(): number | null {
    return this.#exitCode;
  }

  /** The training script, from the environment; null before it is known. */
  get program(): string | null {
    const { program } = [...this.#environment.values()].at(-1) ?? {};
    return typeof program === "string" ? program : null;
  }

  /** Grows whenever config, metric definitions, telemetry or environment change. */
  get configVersion(): number {
    return this.#configVersion;
  }

  /** Grows whenever the summary changes. */
  get summaryVersion(): number {
    return this.#summaryVersion;
  }

  /** Begins with the summary that the server holds of a run that other processes wrote. */
  seedSummary(summary: Readonly<Record<string, unknown>>): void {
    merge(this.#summary, summary);
  }

  /** From now on, rows, samples and the summary are moved behind those of another run under the same id. */
  shiftRows(shift: RowShift): void {
    // The server's own values already stand where the shift leads.
    const seed = shifted(this.#summary, { step: -shift.step, runtime: -shift.runtime });
    for (const [label, value] of seed) this.#summary.set(label, value);
    this.#shift = shift;
  }

  /** Call before the first record of each further log of the same run. */
  beginLog(): void {
    this.#endConsole();
    this.#exitCode = null;
    this.#startTime = 0;
  }

  /** Takes the next record of the log; kinds that are not sent to a server change nothing. */
  fold(record: LogRecord): void {
    const { case: kind, value } = record.recordType;
    switch (kind) {
      case "run":
        this.#foldRun(value);
        break;
      case "config":
        this.#foldConfig(value);
        break;
      case "summary":
        this.#foldSummary(value);
        break;
      case "history":
        this.#line("history", stringifyExtendedJson(shifted(treeOf(value.item), this.#shift)));
        break;
      case "stats":
        this.#foldSample(value);
        break;
      case "outputRaw":
        this.#foldOutput(value);
        break;
      case "metric":
        this.#foldMetric(value);
        break;
      case "environment":
        this.#foldEnvironment(value);
        break;
      case "telemetry":
        this.#foldTelemetry(value);
        break;
      case "files":
        for (const { path } of value.files) this.#events.file(path);
        break;
      case "artifact":
        this.#events.artifact(loggedArtifact(value));
        break;
      case "exit":
        this.#endConsole();
        this.#exitCode = value.exitCode;
    }
  }

  /** The config as the server takes it: every top-level value wrapped, W&B's own part under `_wandb`. */
  configJson(): string {
    return stringifyExtendedJson(this.#wrappedConfig());
  }

  /** The summary in one line. */
  summaryJson(): string {
    return stringifyExtendedJson(shifted(this.#summary, this.#shift));
  }

  /** The files that W&B shows of every run, made from the log. */
  ownFiles(): { name: string; content: Uint8Array<ArrayBuffer> }[] {
    const sorted = new Map([...this.#wrappedConfig()].sort(([a], [b]) => (a < b ? -1 : 1)));
    const files = [
      { name: "config.yaml", text: stringifyYaml(sorted, { indent: 4, lineWidth: 0 }) },
      { name: "wandb-summary.json", text: this.summaryJson() },
    ];
    const environment = [...this.#environment.values()].at(-1);
    if (environment) {
      files.push({ name: "wandb-metadata.json", text: `${JSON.stringify(environment, null, 2)}\n` });
    }
    if (this.#outputText.length > 0) {
      files.push({ name: "output.log", text: this.#outputText.map((line) => `${line}\n`).join("") });
    }
    return files.map(({ name, text }) => ({ name, content: new TextEncoder().encode(text) }));
  }

  #foldRun(run: RunRecord): void {
    this.#run = run;
    this.#startTime = seconds(run.startTime);
    this.#earlier = run.runtime;
    if (run.config) update(this.#config, run.config.update);
    if (run.summary) update(this.#summary, run.summary.update);
    if (run.telemetry) Object.assign(this.#telemetry, encodeTelemetry(run.telemetry));
    this.#configVersion++;
  }

  #foldConfig({ update: changed, remove: removed }: ConfigRecord): void {
    update(this.#config, changed);
    remove(this.#config, removed);
    this.#configVersion++;
  }

  #foldSummary({ update: changed, remove: removed }: SummaryRecord): void {
    update(this.#summary, changed);
    // W&B's client takes null for "no longer there".
    remove(this.#summary, [...removed, ...changed.filter(({ valueJson }) => valueJson === "null")]);
    this.#summaryVersion++;
  }

  /** A sample of the machine's load, with the axes that the server expects in front. */
  #foldSample({ timestamp, item }: StatsRecord): void {
    const at = seconds(timestamp);
    const axes = {
      _wandb: true,
      _timestamp: at,
      _runtime: at - this.#startTime + this.#earlier + this.#shift.runtime,
    };
    const items = item.map(({ key, valueJson }) => ({ key: `system.${key}`, nestedKey: [], valueJson }));
    this.#line("events", `${JSON.stringify(axes).slice(0, -1)},${lineOf(items).slice(1)}`);
  }

  #foldOutput({ line, outputType, timestamp }: OutputRawRecord): void {
    const at = (timestamp?.seconds ?? 0n) * 1_000_000n + BigInt(((timestamp?.nanos ?? 0) / 1000) | 0);
    const stream = outputType === OutputRawRecord_OutputType.STDOUT ? "stdout" : "stderr";
    for (const finished of this.#console.add(line, stream, at)) this.#outputLine(finished);
  }

  #foldMetric({ name, globName, stepMetric, options, summary, goal }: MetricRecord): void {
    this.#metrics.define({
      name,
      globName,
      stepMetric,
      options: setFields(MetricOptionsSchema, options),
      summary: setFields(MetricSummarySchema, summary),
      goal,
    });
    this.#configVersion++;
  }

  /** Records of one writer complete each other. */
  #foldEnvironment(record: EnvironmentRecord): void {
    const id = record.writerId || "environment";
    const json = toJson(EnvironmentRecordSchema, record) as Record<string, unknown>;
    this.#environment.set(id, { ...this.#environment.get(id), ...json });
    this.#configVersion++;
  }

  #foldTelemetry(record: TelemetryRecord): void {
    Object.assign(this.#telemetry, encodeTelemetry(record));
    this.#configVersion++;
  }

  /**
   * `_wandb` holds what W&B's own pages read: telemetry (`t` marks a run as existing), metrics, environment.
   */
  #wrappedConfig(): Map<string, unknown> {
    const wrapped = new Map<string, unknown>();
    const own: Record<string, unknown> = { t: this.#telemetry, m: this.#metrics.encode() };
    for (const [key, value] of this.#config) {
      if (key === "_wandb") Object.assign(own, value instanceof Map ? Object.fromEntries(value) : {});
      else wrapped.set(key, { value });
    }
    if (this.#environment.size > 0) own.e = this.#environment;
    return wrapped.set("_wandb", { value: own });
  }

  #line(stream: Stream, line: string): void {
    const bytes = Buffer.byteLength(line);
    if (bytes <= MAX_LINE_BYTES) this.#events.line(stream, line);
    else
      this.#events.warn(
        `a row of ${bytes} bytes is over W&B's limit of ${MAX_LINE_BYTES}; it stays in the log`,
      );
  }

  #outputLine(line: ConsoleLine): void {
    this.#outputText.push(line.text);
    this.#line("output", streamedLine(line));
  }

  #endConsole(): void {
    for (const line of this.#console.end()) this.#outputLine(line);
  }
}

function loggedArtifact(record: ArtifactRecord): LoggedArtifact {
  const { name, type, description, digest, metadata, aliases, clientId, sequenceClientId } = record;
  const contents = record.manifest?.contents ?? [];
  const entries = contents.map(({ path, digest, size, localPath }) => ({
    path,
    digest,
    size: Number(size),
    localPath,
  }));
  return { name, type, description, digest, metadata, aliases, clientId, sequenceClientId, entries };
}
