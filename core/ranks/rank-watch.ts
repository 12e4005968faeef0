/** The watch over the other ranks, as a process sees it: who is lost, and whether a signal reached one. */

import type { FromWatch, RankName, ToWatch, WatchAddress } from "./watch-messages.ts";

/** What a process does about the news. */
export interface WatchNews {
  /** A rank is lost; called once. */
  lost(why: string): void;
  /** A signal has asked another rank to stop. */
  stop(): void;
}

/**
 * Life cycle: `lead` on rank 0, whose `address` the others need for `follow`. `askToStop` passes a signal on
 * to rank 0. `close` comes before the process ends as it should; without it, its end counts as a loss.
 */
export class RankWatch {
  /** Where the others find rank 0; of no use on the others. */
  readonly address: WatchAddress;
  readonly #worker: Worker;

  /** @param addresses Names and addresses of this machine, the likeliest first. */
  static async lead(
    self: RankName,
    size: number,
    addresses: readonly string[],
    news: WatchNews,
  ): Promise<RankWatch> {
    const token = crypto.randomUUID();
    const { worker, begun } = start({ kind: "lead", self, size, token }, news);
    return new RankWatch(worker, { addresses, port: await begun, token });
  }

  /** @throws {Error} If rank 0 cannot be reached. */
  static async follow(self: RankName, address: WatchAddress, news: WatchNews): Promise<RankWatch> {
    const { worker, begun } = start({ kind: "follow", self, address }, news);
    await begun;
    return new RankWatch(worker, address);
  }

  private constructor(worker: Worker, address: WatchAddress) {
    this.#worker = worker;
    this.address = address;
  }

  askToStop(): void {
    this.#worker.postMessage({ kind: "stop" } satisfies ToWatch);
  }

  /** @param code The exit code of this process. If it does not end by itself soon, the watch ends it. */
  close(code: number): void {
    this.#worker.postMessage({ kind: "close", code } satisfies ToWatch);
  }

  /** MPI has ended in this process. */
  finish(): void {
    this.#worker.postMessage({ kind: "finish" } satisfies ToWatch);
  }
}

/** @returns The thread; `begun` is the port of rank 0, or 0 for a rank that has connected. */
function start(first: ToWatch, news: WatchNews): { worker: Worker; begun: Promise<number> } {
  const worker = new Worker(new URL("./watch-thread.ts", import.meta.url));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let hasBegun = false;
  worker.onmessage = ({ data }: MessageEvent<FromWatch>) => {
    if (data.kind === "stop") return news.stop();
    if (data.kind === "lost") return hasBegun ? news.lost(data.why) : reject(new Error(data.why));
    hasBegun = true;
    resolve(data.kind === "listening" ? data.port : 0);
  };
  worker.postMessage(first);
  return { worker, begun: promise };
}
