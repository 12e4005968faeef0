/**
 * The thread that watches whether the other ranks live: each rank holds a connection to rank 0 and sends a
 * sign of life on it every second. It is a thread of its own, so that a process that computes still gives
 * signs of life, and one that is stopped does not.
 */

import { writeSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { isRecord } from "../base/plain-object.ts";
import { endProcess } from "./end-process.ts";
import {
  type FromWatch,
  type RankName,
  rankWords,
  type ToWatch,
  type WatchAddress,
  type WatchLine,
} from "./watch-messages.ts";

declare const self: Worker;

/** Time between two signs of life, in ms. */
const BEAT_MS = 1000;

/** A rank that gives no sign of life for longer is lost, in ms: everything has to be over within 10 s. */
const SILENCE_MS = 6000;

/** How long rank 0 waits for the connection of a rank, and a rank for that of rank 0, in ms. */
const CONNECT_MS = 30_000;

/**
 * MPI ends once all ranks call it, and a rank that hangs never does. A process that waits for so long, in ms,
 * is ended.
 */
const FINALIZE_MS = 6000;

/** A process that has heard of a loss and is not gone by then is ended, in ms. Rank 0 may still be saving. */
const LAST_WORDS_MS = 3000;

serve(self);

function serve(owner: Worker): void {
  const tell = (message: FromWatch) => owner.postMessage(message);
  let watch: Lead | Follow | null = null;
  let limit: Timer | null = null;
  owner.onmessage = ({ data }: MessageEvent<ToWatch>) => {
    if (data.kind === "lead") watch = new Lead(data.self, data.size, data.token, tell);
    else if (data.kind === "follow") watch = new Follow(data.self, data.address, tell);
    else if (data.kind === "stop") watch?.stop();
    else if (data.kind === "close") limit = close(watch, data.code);
    else if (limit !== null) clearTimeout(limit);
  };
}

/** @param code What the process would exit with; one that has to be ended so exits with 1 instead of 0. */
/** @returns What ends the process if MPI does not end. */
function close(watch: Lead | Follow | null, code: number): Timer {
  watch?.close();
  return setTimeout(() => {
    const who = watch?.whoRemains() ?? "another rank";
    // The main thread waits for MPI, so nothing but a write of this thread reaches the console.
    writeSync(
      2,
      `MPI does not end: ${who} hangs. This process has done its part, and ends after waiting for ` +
        `${FINALIZE_MS / 1000} s.\n`,
    );
    endProcess(code || 1);
  }, FINALIZE_MS);
}

/** No line of a rank is longer, in characters. */
const LONGEST_LINE = 10_000;

/** A line as a rank writes it; null for anything else: scanners of ports speak HTTP and the like. */
function parsedLine(text: string): WatchLine | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? (value as unknown as WatchLine) : null;
  } catch {
    return null;
  }
}

/** A connection with its lines and the time of the last sign of life. Who speaks otherwise is dropped. */
class Line {
  seenAt = performance.now();
  readonly #socket: Socket;
  #rest = "";

  constructor(socket: Socket, hear: (line: WatchLine) => void, ended: (reason: string) => void) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding("utf8");
    let reason = "its process has ended";
    socket.on("error", (error) => {
      reason = `its connection broke: ${error.message}`;
    });
    socket.on("close", () => ended(reason));
    socket.on("data", (text: string) => {
      this.seenAt = performance.now();
      const lines = (this.#rest + text).split("\n");
      this.#rest = lines.pop()!;
      for (const line of lines.map(parsedLine)) {
        if (line === null) return this.drop();
        hear(line);
      }
      if (this.#rest.length > LONGEST_LINE) this.drop();
    });
  }

  say(line: WatchLine): void {
    if (this.#socket.writable) this.#socket.write(`${JSON.stringify(line)}\n`);
  }

  end(): void {
    this.#socket.end();
  }

  drop(): void {
    this.#socket.destroy();
  }
}

/** Calls `beat` every second. After a pause of this whole process nobody counts as silent. */
function everySecond(beat: (wasPaused: boolean) => void): Timer {
  let at = performance.now();
  return setInterval(() => {
    const now = performance.now();
    const wasPaused = now - at > SILENCE_MS / 2;
    at = now;
    beat(wasPaused);
  }, BEAT_MS);
}

/** The watch of rank 0: it hears from all ranks, and tells all of them what happens to one. */
class Lead {
  readonly #tell: (message: FromWatch) => void;
  readonly #known = new Map<number, { readonly line: Line; readonly from: RankName }>();
  readonly #gone = new Set<number>();
  readonly #timer: Timer;
  #isOver = false;

  constructor(own: RankName, size: number, token: string, tell: (message: FromWatch) => void) {
    this.#tell = tell;
    const server = createServer((socket) => this.#welcome(socket, token));
    server.on("error", (error) => this.#lose(own.rank, `${rankWords(own)} cannot listen: ${error.message}`));
    server.listen(0, () => tell({ kind: "listening", port: (server.address() as { port: number }).port }));
    const startedAt = performance.now();
    this.#timer = everySecond((wasPaused) => {
      const now = performance.now();
      for (const { line, from } of this.#known.values()) {
        line.say({ kind: "alive" });
        if (wasPaused) line.seenAt = now;
        if (now - line.seenAt > SILENCE_MS) this.#lose(from.rank, silent(from));
      }
      if (now - startedAt < CONNECT_MS) return;
      for (let rank = 1; rank < size; rank++) {
        if (this.#known.has(rank) || this.#gone.has(rank)) continue;
        this.#lose(rank, `rank ${rank} has not connected to ${rankWords(own)} within ${CONNECT_MS / 1000} s`);
      }
    });
  }

  stop(): void {
    this.#tell({ kind: "stop" });
  }

  close(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
    for (const { line } of this.#known.values()) {
      line.say({ kind: "bye" });
      line.end();
    }
  }

  /** The ranks that have not said that they end. */
  whoRemains(): string {
    return [...this.#known.values()].map(({ from }) => rankWords(from)).join(", ") || "another rank";
  }

  #welcome(socket: Socket, token: string): void {
    let from: RankName | null = null;
    const hear = (heard: WatchLine) => {
      if (heard.kind === "hello" && heard.token === token) {
        from = heard.from;
        this.#known.set(from.rank, { line, from });
        line.say({ kind: "alive" });
      } else if (from === null) {
        line.drop(); // a stranger
      } else if (heard.kind === "stop") {
        this.#tell({ kind: "stop" });
      } else if (heard.kind === "bye") {
        this.#forget(from.rank);
      }
    };
    const line = new Line(socket, hear, (reason) => {
      if (from !== null) this.#lose(from.rank, `${rankWords(from)} is lost: ${reason}`);
    });
  }

  #forget(rank: number): void {
    this.#gone.add(rank);
    this.#known.delete(rank);
  }

  #lose(rank: number, why: string): void {
    if (this.#isOver || this.#gone.has(rank)) return;
    this.#isOver = true;
    this.#forget(rank);
    for (const { line } of this.#known.values()) line.say({ kind: "lost", why });
    this.#tell({ kind: "lost", why });
  }
}

/** The watch of any other rank: it knows rank 0 alone. */
class Follow {
  readonly #tell: (message: FromWatch) => void;
  #line: Line | null = null;
  #timer: Timer | null = null;
  #isOver = false;

  constructor(own: RankName, address: WatchAddress, tell: (message: FromWatch) => void) {
    this.#tell = tell;
    void this.#connect(own, address);
  }

  stop(): void {
    this.#line?.say({ kind: "stop" });
  }

  close(): void {
    this.#isOver = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#line?.say({ kind: "bye" });
    this.#line?.end();
  }

  whoRemains(): string {
    return "another rank";
  }

  async #connect(own: RankName, { addresses, port, token }: WatchAddress): Promise<void> {
    const failures: string[] = [];
    for (const address of addresses) {
      const socket = await connected(address, port).catch((error: Error) => {
        failures.push(`${address}: ${error.message}`);
        return null;
      });
      if (socket === null) continue;
      const line = new Line(
        socket,
        (heard) => this.#hear(heard),
        (reason) => this.#lose(`rank 0 is lost: ${reason}`),
      );
      this.#line = line;
      line.say({ kind: "hello", token, from: own });
      this.#timer = everySecond((wasPaused) => {
        line.say({ kind: "alive" });
        if (wasPaused) line.seenAt = performance.now();
        if (performance.now() - line.seenAt > SILENCE_MS) this.#lose(silentWords("rank 0"));
      });
      this.#tell({ kind: "connected" });
      return;
    }
    this.#lose(`${rankWords(own)} cannot reach rank 0 on port ${port}: ${failures.join("; ")}`);
  }

  #hear(heard: WatchLine): void {
    if (heard.kind === "lost") this.#lose(heard.why);
    else if (heard.kind === "bye") this.#isOver = true;
  }

  #lose(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#tell({ kind: "lost", why });
    setTimeout(() => process.kill(process.pid, "SIGKILL"), LAST_WORDS_MS);
  }
}

function silent(from: RankName): string {
  return silentWords(rankWords(from));
}

function silentWords(who: string): string {
  return `${who} is lost: no sign of life for ${SILENCE_MS / 1000} s`;
}

/** Addresses that lead nowhere are given up after a share of the time. */
function connected(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error("no answer"));
    }, CONNECT_MS / 6);
    socket.once("connect", () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}
