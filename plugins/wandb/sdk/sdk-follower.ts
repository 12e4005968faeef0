/**
 * Follows a growing log and hands its rows to the SDK. It also sends the heartbeats that the SDK does not
 * send.
 */

import { readRecords } from "../log/log-reader.ts";
import type { HistoryRecord } from "../log/records_pb.ts";
import { connectRun, type RunConnection } from "../upload/connect-run.ts";
import { FileStream } from "../upload/file-stream.ts";
import { HttpClient } from "../upload/http-client.ts";
import { treeOf } from "../upload/key-tree.ts";
import { PACE, type Pace } from "../upload/pace.ts";
import { Pause } from "../upload/pause.ts";
import { NO_SHIFT, type RowShift, shifted } from "../upload/row-shift.ts";
import { RunMirror } from "../upload/run-mirror.ts";
import { ServerApi } from "../upload/server-api.ts";
import type { UploadOutcome, UploadTask } from "../upload/uploader.ts";
import { FencedSdk } from "./fenced-sdk.ts";

/**
 * The life cycle is that of an `Uploader`: `run`, called once, does everything, and `finish` tells that the
 * log is complete.
 */
export class SdkFollower {
  readonly #task: UploadTask;
  readonly #pace: Pace;
  readonly #client: HttpClient;
  readonly #mirror = new RunMirror();
  #offset = 0;
  #rows: HistoryRecord[] = [];
  #finishing: { exitCode: number } | null = null;
  readonly #pause = new Pause();

  constructor(task: UploadTask) {
    this.#task = task;
    this.#pace = { ...PACE, ...task.pace };
    const { baseUrl, apiKey, print } = task;
    const onTrouble = (reason: string) => print(`${reason}; trying again, nothing is lost`);
    this.#client = new HttpClient({ baseUrl, apiKey, backoff: this.#pace.backoff, onTrouble });
  }

  /** Never rejects. `complete` means that the SDK reported no trouble, not that everything arrived. */
  async run(): Promise<UploadOutcome> {
    let url: string | null = null;
    try {
      // The run is created directly: the SDK cannot go on with a run, and does not say why it cannot create
      // one.
      const api = new ServerApi(this.#client, this.#pace);
      const connection = await connectRun(this.#task, api, () => this.#rest());
      if (!connection) throw new Error("the log holds no run");
      url = connection.url;
      this.#task.print(url);
      this.#read();
      const sdk = await this.#open(connection);
      await this.#follow(sdk, connection);
      const exitCode = this.#mirror.exitCode ?? this.#finishing?.exitCode ?? 1;
      const printed = await sdk.finish(exitCode, this.#pace.sdkFinish);
      return { complete: printed.length === 0, url, reason: printed[0] ?? null };
    } catch (error) {
      return { complete: false, url, reason: (error as Error).message };
    }
  }

  finish(exitCode: number): void {
    this.#finishing = { exitCode };
    this.#client.endWithin(this.#pace.patience, this.#pace.firstContact);
    this.#pause.cutShort();
  }

  #open(connection: RunConnection): Promise<FencedSdk> {
    const { bucket, runId, state } = connection;
    const options = {
      baseUrl: this.#task.baseUrl,
      apiKey: this.#task.apiKey,
      entity: bucket.entity,
      project: bucket.project,
      runId,
      displayName: bucket.displayName,
      config: JSON.parse(this.#mirror.configJson()),
      firstLine: state.first.history + rowsIn(this.#task.logs.slice(0, -1)),
    };
    return FencedSdk.open(options, this.#pace.sdkInit);
  }

  async #follow(sdk: FencedSdk, connection: RunConnection): Promise<void> {
    const shift = connection.state.shift ?? NO_SHIFT;
    const none = { history: 0, events: 0, output: 0 };
    const stream = new FileStream(this.#client, connection.path, none, none, this.#pace.streamAnswer);
    let beat = performance.now();
    for (;;) {
      const last = this.#finishing !== null;
      this.#read();
      for (const row of this.#rows.splice(0)) {
        sdk.log(rowOf(row, shift), Number(row.step?.num ?? 0n) + shift.step);
      }
      if (last || this.#mirror.exitCode !== null) return;
      if (performance.now() - beat >= this.#pace.heartbeat) {
        beat = performance.now();
        await stream.send();
      }
      await this.#rest();
    }
  }

  #read(): void {
    for (const { record, end } of readRecords(this.#task.logs.at(-1)!, this.#offset)) {
      this.#offset = end;
      if (record.recordType.case === "history") this.#rows.push(record.recordType.value);
      else this.#mirror.fold(record);
    }
  }

  /** Waits before the log is looked at again; not once the run is over. */
  async #rest(): Promise<void> {
    if (!this.#finishing) await this.#pause.wait(this.#pace.poll);
  }
}

/**
 * A row as an object. Numbers that are not finite become W&B's strings: the SDK would turn them into null.
 */
function rowOf({ item }: HistoryRecord, shift: RowShift): Record<string, unknown> {
  return plain(shifted(treeOf(item), shift)) as Record<string, unknown>;
}

function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

function rowsIn(logs: readonly string[]): number {
  let count = 0;
  for (const log of logs) {
    for (const { record } of readRecords(log)) if (record.recordType.case === "history") count++;
  }
  return count;
}
