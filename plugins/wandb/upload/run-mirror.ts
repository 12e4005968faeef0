/** A run as its local log tells it: records go in, in order, and what a server has to be told comes out. */

import { toJson } from "@bufbuild/protobuf";
import { stringify as stringifyYaml } from "yaml";
import {
  EnvironmentRecordSchema,
  type Record as LogRecord,
  MetricOptionsSchema,
  MetricSummarySchema,
  type RunRecord,
} from "../log/records_pb.ts";
import { seconds } from "../log/timestamp.ts";
import { type ConsoleLine, ConsoleLines, streamedLine } from "./console-lines.ts";
import { stringifyExtendedJson } from "./extended-json.ts";
import { encodeTelemetry, setFields } from "./field-numbers.ts";
import { MAX_LINE_BYTES, type Stream } from "./file-stream.ts";
import { type KeyTree, lineOf, merge, remove, update } from "./key-tree.ts";
import { MetricDefinitions } from "./metric-definitions.ts";
import type { LoggedArtifact } from "./upload-artifact.ts";

/** What folding records brings forth, besides changing what the mirror shows. */
export interface MirrorEvents {
  line(stream: Stream, line: string): void;
  /** A run file, by its path under the `files/` of the log at hand. */
  file(path: string): void;
  artifact(artifact: LoggedArtifact): void;
  warn(text: string): void;
}

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
  /** Seconds of the run before the log at hand. */
  #earlier = 0;
  #exitCode: number | null = null;
  #configVersion = 0;
  #summaryVersion = 0;

  constructor(events: MirrorEvents) {
    this.#events = events;
  }

  /** The latest run record; null before the first. */
  get run(): RunRecord | null {
    return this.#run;
  }

  /** The exit code of the log at hand; null while it has no exit record. */
  get exitCode(): number | null {
    return this.#exitCode;
  }

  /** The training script, from the environment; null before it is known. */
  get program(): string | null {
    const { program } = [...this.#environment.values()].at(-1) ?? {};
    return typeof program === "string" ? program : null;
  }

  /** Grows whenever the config, the metric definitions or the environment change. */
  get configVersion(): number {
    return this.#configVersion;
  }

  get summaryVersion(): number {
    return this.#summaryVersion;
  }

  /** Begins with what a server holds of a run that other processes wrote. */
  seedSummary(summary: Readonly<Record<string, unknown>>): void {
    merge(this.#summary, summary);
  }

  /** A further log of the same run begins: its records go on where the last one ended. */
  beginLog(): void {
    this.#endConsole();
    this.#exitCode = null;
    this.#startTime = 0;
  }

  fold(record: LogRecord): void {
    const { case: kind, value } = record.recordType;
    switch (kind) {
      case "run":
        this.#foldRun(value);
        break;
      case "config":
        update(this.#config, value.update);
        remove(this.#config, value.remove);
        this.#configVersion++;
        break;
      case "summary":
        update(this.#summary, value.update);
        // W&B's client takes null for "no longer there".
        remove(this.#summary, [
          ...value.remove,
          ...value.update.filter(({ valueJson }) => valueJson === "null"),
        ]);
        this.#summaryVersion++;
        break;
      case "history":
        this.#line("history", lineOf(value.item));
        break;
      case "stats": {
        const at = seconds(value.timestamp);
        const axes = { _wandb: true, _timestamp: at, _runtime: at - this.#startTime + this.#earlier };
        const items = value.item.map(({ key, valueJson }) => ({
          key: `system.${key}`,
          nestedKey: [],
          valueJson,
        }));
        this.#line("events", `${JSON.stringify(axes).slice(0, -1)},${lineOf(items).slice(1)}`);
        break;
      }
      case "outputRaw": {
        const at =
          (value.timestamp?.seconds ?? 0n) * 1_000_000n + BigInt(((value.timestamp?.nanos ?? 0) / 1000) | 0);
        const stream = value.outputType === 1 ? "stdout" : "stderr";
        for (const line of this.#console.add(value.line, stream, at)) this.#outputLine(line);
        break;
      }
      case "metric":
        this.#metrics.define({
          name: value.name,
          globName: value.globName,
          stepMetric: value.stepMetric,
          options: setFields(MetricOptionsSchema, value.options),
          summary: setFields(MetricSummarySchema, value.summary),
          goal: value.goal,
        });
        this.#configVersion++;
        break;
      case "environment": {
        const id = value.writerId || "environment";
        const json = toJson(EnvironmentRecordSchema, value) as Record<string, unknown>;
        this.#environment.set(id, { ...this.#environment.get(id), ...json });
        this.#configVersion++;
        break;
      }
      case "telemetry":
        Object.assign(this.#telemetry, encodeTelemetry(value));
        this.#configVersion++;
        break;
      case "files":
        for (const { path } of value.files) this.#events.file(path);
        break;
      case "artifact":
        this.#events.artifact({
          name: value.name,
          type: value.type,
          description: value.description,
          digest: value.digest,
          metadata: value.metadata,
          aliases: value.aliases,
          clientId: value.clientId,
          sequenceClientId: value.sequenceClientId,
          entries: (value.manifest?.contents ?? []).map(({ path, digest, size, localPath }) => ({
            path,
            digest,
            size: Number(size),
            localPath,
          })),
        });
        break;
      case "exit":
        this.#endConsole();
        this.#exitCode = value.exitCode;
        break;
    }
  }

  /** The config as the server takes it: every top-level value wrapped, W&B's own part under `_wandb`. */
  configJson(): string {
    return stringifyExtendedJson(this.#wrappedConfig());
  }

  /** The summary in one line. */
  summaryJson(): string {
    return stringifyExtendedJson(this.#summary);
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

  /** `_wandb` holds what W&B's own pages read: telemetry (`t` marks a run as existing), metrics, environment. */
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
