/**
 * Uploads one run from its logs, of which the last may still be growing. The logs are the truth: row n of
 * the run is line n on the server. Whatever was sent, lost, or sent without an answer, the server's line
 * counts tell where to go on, so no row is lost or doubled.
 */

import { readRecords } from "../log/log-reader.ts";
import { connectRun, describeRun, type RunConnection } from "./connect-run.ts";
import { FileStream } from "./file-stream.ts";
import { HttpClient } from "./http-client.ts";
import { PACE, type Pace } from "./pace.ts";
import { Pause } from "./pause.ts";
import { RunMirror } from "./run-mirror.ts";
import { ServerApi } from "./server-api.ts";
import { ServerError } from "./server-error.ts";
import { UploadLane } from "./upload-lane.ts";
import { markSynced, writeUploadState } from "./upload-state.ts";

export interface UploadTask {
  /** The address of the server, without a slash at its end. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** The entity for a log that names none. Null: the default of the key. */
  readonly entity: string | null;
  /** The project for a log that names none. Null: `uncategorized`. */
  readonly project: string | null;
  /**
   * What to do about a run of this id on the server: go on with it (`allow`), demand it (`must`) or refuse
   * it (`never`). Null: go on with it if its rows are those of the logs, otherwise refuse.
   */
  readonly resume: "allow" | "must" | "never" | null;
  /** The logs of the run, all of one run id, the oldest first. */
  readonly logs: readonly string[];
  /** True: the last log is still being written, until `finish`. */
  readonly live: boolean;
  /** True: lines of the logs that the server already holds are sent again. */
  readonly rewrite?: boolean;
  readonly pace?: Partial<Pace>;
  /** Takes lines for the user. */
  print(text: string): void;
}

export interface UploadOutcome {
  /** True if everything is on the server. */
  readonly complete: boolean;
  /** The address of the run's page; null if it is not known. */
  readonly url: string | null;
  /** What is missing, and why; null if the upload is complete. */
  readonly reason: string | null;
}

/** If so many bytes of lines wait in memory, the log is not read further until they are sent. */
const QUEUE_BYTES = 4 * 2 ** 20;
/** What ends a reader early. */
const NOTHING = { end: 0, unfinishedBytes: 0, damage: null };

/**
 * The life cycle: `run`, called once, does everything. While it runs, `finish` may tell that the live log is
 * complete. Once `run` has resolved, nothing is left open.
 */
export class Uploader {
  readonly #task: UploadTask;
  readonly #pace: Pace;
  readonly #client: HttpClient;
  readonly #lane: UploadLane;
  readonly #mirror: RunMirror;
  #connection: RunConnection | null = null;
  #stream: FileStream | null = null;
  /** Where reading goes on: the number of the log and the byte in it. */
  #at = { log: 0, offset: 0 };
  /** What cannot be read, by log. */
  readonly #damage = new Map<string, string>();
  #finishing: { exitCode: number } | null = null;
  readonly #pause = new Pause();
  #sentConfig = 0;
  #sentSummary = 0;
  #configAt = Number.NEGATIVE_INFINITY;
  #stopSeen = false;

  constructor(task: UploadTask) {
    this.#task = task;
    this.#pace = { ...PACE, ...task.pace };
    const client = (trouble: boolean) =>
      new HttpClient({
        baseUrl: task.baseUrl,
        apiKey: task.apiKey,
        backoff: this.#pace.backoff,
        // There is a client for rows and one for files. It is enough if one of them reports trouble.
        onTrouble: trouble ? (reason) => task.print(`${reason}; trying again, nothing is lost`) : undefined,
        onRecovery: trouble ? () => task.print(`${task.baseUrl} answers again`) : undefined,
      });
    this.#client = client(true);
    this.#lane = new UploadLane(new ServerApi(client(false), this.#pace));
    this.#mirror = new RunMirror({
      line: (stream, line) => this.#stream?.add(stream, line),
      file: (path) => this.#lane.file(path, this.#log),
      artifact: (artifact) => this.#lane.artifact(artifact, this.#log),
      warn: task.print,
    });
    if (!task.live) this.#endWithin();
  }

  /** Uploads until everything is on the server or the upload has to give up. Never rejects. */
  async run(): Promise<UploadOutcome> {
    try {
      const api = new ServerApi(this.#client, this.#pace);
      this.#connection = await connectRun(this.#task, api, () => this.#rest());
      if (!this.#connection) return this.#outcome("the log holds no run");
      const connection = this.#connection;
      this.#task.print(connection.url);
      this.#lane.open(connection);
      const { path, state } = connection;
      const held = this.#task.rewrite ? state.first : connection.held;
      if (connection.earlierSummary) this.#mirror.seedSummary(connection.earlierSummary);
      if (state.shift) this.#mirror.shiftRows(state.shift);
      this.#stream = new FileStream(this.#client, path, state.first, held, this.#pace.streamAnswer);
      await this.#follow(this.#stream);
      return await this.#complete(this.#stream);
    } catch (error) {
      this.#lane.abort();
      const reason = this.#reasonOf(error);
      const isFinal = !(error instanceof ServerError) || error.kind === "refused";
      if (isFinal && this.#task.live && !this.#finishing) {
        this.#task.print(`${reason}. The run's log goes on in its folder`);
      }
      return this.#outcome(reason);
    }
  }

  #reasonOf(error: unknown): string {
    if (error instanceof ServerError) return error.message;
    const { code, path, message } = error as NodeJS.ErrnoException;
    if (code === undefined) return `a defect in the uploader: ${error}`;
    return `${path ?? this.#log} cannot be read: ${message}`; // the rows behind it would get wrong numbers
  }

  /**
   * Tells that the live log is complete: the rest is uploaded, and given up if nothing succeeds for a while.
   */
  finish(exitCode: number): void {
    this.#finishing = { exitCode };
    this.#endWithin();
    this.#pause.cutShort();
  }

  get #log(): string {
    return this.#task.logs[this.#at.log]!;
  }

  get #inLastLog(): boolean {
    return this.#at.log === this.#task.logs.length - 1;
  }

  #endWithin(): void {
    const { patience, firstContact } = this.#pace;
    this.#client.endWithin(patience, firstContact);
    this.#lane.endWithin(patience, firstContact);
  }

  /** Reads the logs and sends their lines until the end of the last one. */
  async #follow(stream: FileStream): Promise<void> {
    let sentAt = Number.NEGATIVE_INFINITY;
    for (;;) {
      // Asked before reading, so that everything that was written by then is read.
      const last = this.#finishing !== null;
      const drained = this.#read(stream);
      const ended = drained && (!this.#task.live || last || this.#mirror.exitCode !== null);
      await this.#sendConfig(ended);
      const now = performance.now();
      const due = !drained || stream.queuedBytes >= QUEUE_BYTES || now >= sentAt + this.#pace.stream;
      if ((stream.hasNews && due && !ended) || now >= sentAt + this.#pace.heartbeat) {
        sentAt = now;
        if (await stream.send()) this.#stopPressed();
      }
      if (ended) return;
      if (drained) await this.#rest();
    }
  }

  /** Reads on until the queue is full or the logs end. @returns True at the end. */
  #read(stream: FileStream): boolean {
    for (;;) {
      const records = readRecords(this.#log, this.#at.offset);
      let next = records.next();
      for (; !next.done; next = records.next()) {
        this.#mirror.fold(next.value.record);
        this.#at.offset = next.value.end;
        if (stream.queuedBytes >= QUEUE_BYTES) {
          records.return(NOTHING);
          return false;
        }
      }
      // In a growing log, what looks like damage may be half of a write: the last look decides.
      const { end, damage } = next.value;
      this.#at.offset = end;
      if (damage) this.#damage.set(this.#log, `${this.#log} is damaged after byte ${end} (${damage})`);
      else this.#damage.delete(this.#log);
      if (this.#mirror.summaryVersion !== this.#sentSummary) {
        this.#sentSummary = this.#mirror.summaryVersion;
        stream.setSummary(() => this.#mirror.summaryJson());
      }
      this.#lane.flush();
      if (this.#inLastLog) return true;
      this.#at = { log: this.#at.log + 1, offset: 0 };
      this.#mirror.beginLog();
    }
  }

  /**
   * Sends config, metric definitions, environment and the run's description if they changed.
   *
   * @param now False: not yet, if the last time was a moment ago.
   */
  async #sendConfig(now: boolean): Promise<void> {
    const version = this.#mirror.configVersion;
    const waited = performance.now() - this.#configAt >= this.#pace.config;
    if (version === this.#sentConfig || !(now || waited)) return;
    const connection = this.#connection!;
    const run = this.#inLastLog ? this.#mirror.run : null;
    await connection.update(run ? describeRun(run, this.#mirror.program) : null, this.#mirror.configJson());
    this.#sentConfig = version;
    this.#configAt = performance.now();
  }

  /** Waits for the files, sends the last lines and that the run is complete, and marks the logs. */
  async #complete(stream: FileStream): Promise<UploadOutcome> {
    const files = this.#lane.finish(this.#mirror.ownFiles());
    // A checkpoint may take minutes. Without heartbeats the server would think that the run crashed.
    while (!(await settlesWithin(files, this.#pace.heartbeat))) await stream.send();
    const { uploaded, failed, lost } = await files;
    for (const name of uploaded) stream.announce(name);
    for (const line of lost) this.#task.print(`${line}; it cannot be uploaded any more`);
    stream.setSummary(() => this.#mirror.summaryJson());
    // A log without an exit record belongs to a process that was killed.
    await stream.finish(this.#mirror.exitCode ?? this.#finishing?.exitCode ?? 1);
    const { state, logPath } = this.#connection!;
    writeUploadState(logPath, state);
    const missing = [...this.#damage.values(), ...failed];
    if (missing.length > 0) return this.#outcome(missing.join("; "));
    if (!this.#task.logs.every(markSynced)) {
      this.#task.print(
        "everything is uploaded, but the log cannot be marked so: its folder cannot be written to",
      );
    }
    return this.#outcome(null);
  }

  #stopPressed(): void {
    if (this.#stopSeen) return;
    this.#stopSeen = true;
    this.#task.print("Stop was pressed on the run's page; to stop the training, press Ctrl-C here");
  }

  #outcome(reason: string | null): UploadOutcome {
    return { complete: reason === null, url: this.#connection?.url ?? null, reason };
  }

  /** Waits before the log is looked at again; not once the run is over. */
  async #rest(): Promise<void> {
    if (!this.#finishing) await this.#pause.wait(this.#pace.poll);
  }
}

async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, ms, false);
  const inTime = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
