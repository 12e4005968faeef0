/**
 * Sends the lines of a run to the server's file_stream. Every line has a fixed number in its file: sending a
 * line again is harmless, and lines that the server already holds are not sent.
 */

import type { HttpClient } from "./http-client.ts";

/** The names of the streamed files: rows, samples of the machine's load, console output. */
const STREAMS = {
  history: "wandb-history.jsonl",
  events: "wandb-events.jsonl",
  output: "output.log",
} as const;
export type Stream = keyof typeof STREAMS;
/** A number of lines for each streamed file. */
export type LineCounts = Readonly<Record<Stream, number>>;

const SUMMARY = "wandb-summary.json";
/** How many bytes of lines one request may hold. The server's limit is 10 MiB. */
const MAX_REQUEST_BYTES = 8 * 2 ** 20;
/** W&B's limit for the line of a row, in bytes. */
export const MAX_LINE_BYTES = 10_383_360;

interface Queue {
  /** The number of the first line of `lines`. */
  offset: number;
  lines: string[];
  /** The number that the next added line gets. */
  next: number;
}

/**
 * The life cycle: `add`, `setSummary` and `announce` queue what is to be sent, in any order; `send` sends
 * what fits into one request, as often as it is called; `finish` sends the rest. There is nothing to
 * release.
 */
export class FileStream {
  readonly #client: HttpClient;
  readonly #path: string;
  readonly #timeLimit: number;
  readonly #held: LineCounts;
  readonly #queues: Record<Stream, Queue>;
  #summary: { readonly json: () => string } | null = null;
  #uploaded: string[] = [];
  #queuedBytes = 0;

  /**
   * @param path `/files/{entity}/{project}/{run}/file_stream`.
   * @param first The number of the first line that will be added, for each file.
   * @param held How many lines the server holds of each file. Lines with a lower number are not sent.
   * @param timeLimit For one answer, in ms.
   */
  constructor(client: HttpClient, path: string, first: LineCounts, held: LineCounts, timeLimit: number) {
    this.#client = client;
    this.#timeLimit = timeLimit;
    this.#path = path;
    this.#held = held;
    const queue = (stream: Stream): Queue => ({
      offset: Math.max(first[stream], held[stream]),
      lines: [],
      next: first[stream],
    });
    this.#queues = { history: queue("history"), events: queue("events"), output: queue("output") };
  }

  /** The bytes of all lines that wait to be sent. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** True if there is anything to send. */
  get hasNews(): boolean {
    return this.#queuedBytes > 0 || this.#summary !== null || this.#uploaded.length > 0;
  }

  /** Gives a line the next number of its file and queues it, unless the server holds it. */
  add(stream: Stream, line: string): void {
    const queue = this.#queues[stream];
    if (queue.next++ < this.#held[stream]) return;
    queue.lines.push(line);
    this.#queuedBytes += Buffer.byteLength(line);
  }

  /** @param json Gives the whole summary as JSON. It is called when the next request is made. */
  setSummary(json: () => string): void {
    this.#summary = { json };
  }

  /** Tells the server, with the next request, that a run file was uploaded. */
  announce(name: string): void {
    this.#uploaded.push(name);
  }

  /**
   * Sends one request with as many lines as fit. With nothing to send, it is a heartbeat.
   *
   * @param end Given: the request that carries the last line also says that the run is complete.
   * @returns True if somebody pressed Stop on the run's page.
   * @throws {ServerError} If the server does not accept it; everything stays queued.
   */
  async send(end?: { exitCode: number }): Promise<boolean> {
    const taken = this.#takeLines();
    const summary = this.#summary;
    const uploaded = [...this.#uploaded];
    const files: Record<string, { offset: number; content: string[] }> = {};
    for (const [stream, count] of taken) {
      const { offset, lines } = this.#queues[stream];
      files[STREAMS[stream]] = { offset, content: lines.slice(0, count) };
    }
    if (summary !== null) files[SUMMARY] = { offset: 0, content: [summary.json()] };
    const body = {
      ...(Object.keys(files).length > 0 && { files }),
      ...(uploaded.length > 0 && { uploaded }),
      ...(end && this.#isAll(taken) && { complete: true, exitcode: end.exitCode }),
    };
    const answer = await this.#client.post(this.#path, body, { timeLimit: this.#timeLimit });

    this.#removeLines(taken);
    if (this.#summary === summary) this.#summary = null;
    this.#uploaded.splice(0, uploaded.length);
    return (answer as { stopped?: boolean } | null)?.stopped === true;
  }

  /** Sends everything that is queued. The last request says that the run is complete. */
  async finish(exitCode: number): Promise<void> {
    let last: boolean;
    do {
      const before = this.#queuedBytes;
      await this.send({ exitCode });
      last = this.#queuedBytes === 0;
      if (!last && this.#queuedBytes === before) throw new Error("The upload's queue does not get shorter");
    } while (!last);
  }

  /** How many lines of each stream fit into one request; streams without any are left out. */
  #takeLines(): Map<Stream, number> {
    const taken = new Map<Stream, number>();
    let room = MAX_REQUEST_BYTES;
    for (const [stream, { lines }] of Object.entries(this.#queues) as [Stream, Queue][]) {
      let count = 0;
      for (; count < lines.length; count++) {
        const size = Buffer.byteLength(lines[count]!);
        // The first line of all is taken whatever its size, or it would hold up the others for ever.
        if ((room <= 0 || size > room) && taken.size + count > 0) break;
        room -= size;
      }
      if (count > 0) taken.set(stream, count);
    }
    return taken;
  }

  /** Removes lines that the server has accepted. */
  #removeLines(taken: ReadonlyMap<Stream, number>): void {
    for (const [stream, count] of taken) {
      const queue = this.#queues[stream];
      for (const line of queue.lines.splice(0, count)) this.#queuedBytes -= Buffer.byteLength(line);
      queue.offset += count;
    }
  }

  #isAll(taken: ReadonlyMap<Stream, number>): boolean {
    const queues = Object.entries(this.#queues) as [Stream, Queue][];
    return queues.every(([stream, { lines }]) => (taken.get(stream) ?? 0) === lines.length);
  }
}
