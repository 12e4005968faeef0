/** What a rank other than 0 does: it computes what rank 0 sends, until rank 0 ends the training. */

import type { ExitCode } from "../base/problem.ts";
import { sharedFloats } from "../base/shared-floats.ts";
import { sendError } from "../base/thread-error.ts";
import { countParameters } from "../model/architecture.ts";
import { layOutParameters } from "../model/parameters.ts";
import type { SliceArrays, UpdateOptions } from "../optim/update-slice.ts";
import type { RankGroup } from "../ranks/rank-group.ts";
import type { ChainEngine } from "./engine/gradient-engine.ts";
import type { FromRank, ToRank } from "./engine/rank-messages.ts";
import { SliceExchange } from "./engine/slice-exchange.ts";
import { openRankPool } from "./open-engine.ts";

type Work = Exclude<ToRank, { kind: "end" }>;

/**
 * Serves rank 0. It needs neither configuration nor data of its own.
 *
 * @returns The exit code of rank 0.
 * @throws {LostRankError} If a rank is lost.
 */
export async function serveRank(group: RankGroup, warn: (text: string) => void): Promise<ExitCode> {
  const { messages } = group;
  const worker = new RankWorker(group, warn);
  let work = Promise.resolve();
  for (;;) {
    // The next message is awaited while work goes on: the end may come in its midst.
    const message = (await messages.receive(0)) as ToRank;
    if (message.kind === "end") {
      if (!message.isAbrupt) await worker.close();
      group.leave(message);
      return message.code;
    }
    work = work
      .then(() => worker.answer(message))
      .catch((error) => messages.send(0, { kind: "failed", error: sendError(error) } satisfies FromRank))
      .catch(() => {}); // a lost rank: `receive` says it
  }
}

/** What a rank computes with. */
interface Opened {
  readonly engine: ChainEngine;
  readonly exchange: SliceExchange;
  readonly weights: Float32Array;
  /** This rank's slice of the gradient and of the moments. */
  readonly slice: Omit<SliceArrays, "average">;
}

/** The engine of a rank, its copy of the weights and its slice of the rest. */
class RankWorker {
  readonly #group: RankGroup;
  readonly #warn: (text: string) => void;
  #opened: Opened | null = null;

  constructor(group: RankGroup, warn: (text: string) => void) {
    this.#group = group;
    this.#warn = warn;
  }

  async answer(message: Work): Promise<void> {
    if (message.kind === "open") return this.#open(message);
    const opened = this.#opened!;
    if (message.kind === "learn") return this.#learn(opened);
    if (message.kind === "update") return this.#update(opened, message.options);
    const { engine, weights } = opened;
    if (message.hasWeights) {
      await this.#group.messages.broadcastNumbers(weights);
      engine.setParameters(weights);
    }
    if (message.kind === "gradient") return this.#sum(opened, message);
    const { sheets, withLoss } = message;
    await this.#send({ kind: "detections", detections: await engine.detect(sheets, { withLoss }) });
  }

  async close(): Promise<void> {
    await this.#opened?.engine.dispose();
  }

  async #open({ device, options }: Extract<Work, { kind: "open" }>): Promise<void> {
    const { messages } = this.#group;
    const engine = await openRankPool(device, { ...options, warn: this.#warn }, this.#group);
    const { offsets, flat: weights } = layOutParameters(
      options.detector,
      sharedFloats(countParameters(options.detector)),
    );
    const exchange = new SliceExchange(this.#group, engine, offsets, weights.length, {
      tell: (rank, count) =>
        rank === 0 ? this.#send({ kind: "ready", count }) : messages.notify(rank, count),
      hear: (rank) => messages.noticeFrom(rank),
    });
    const { from, to } = exchange.own;
    const slice = {
      parameters: weights.subarray(from, to),
      gradient: sharedFloats(to - from),
      expAvg: sharedFloats(to - from),
      expAvgSq: sharedFloats(to - from),
    };
    this.#opened = { engine, exchange, weights, slice };
    await this.#send({ kind: "opened", device: engine.device });
  }

  async #learn({ slice }: Opened): Promise<void> {
    await this.#group.messages.receiveNumbers(0, slice.expAvg);
    await this.#group.messages.receiveNumbers(0, slice.expAvgSq);
  }

  async #sum(
    { exchange, slice: { gradient } }: Opened,
    share: Extract<Work, { kind: "gradient" }>,
  ): Promise<void> {
    const { losses, squares } = await exchange.sum(share, gradient);
    await this.#send({ kind: "slice", losses, squares });
    await this.#group.messages.sendNumbers(0, gradient);
  }

  async #update({ engine, exchange, weights, slice }: Opened, options: UpdateOptions): Promise<void> {
    await engine.onSlice({ kind: "update", slice: { ...slice, average: null }, options }, exchange.offsets);
    await Promise.all([exchange.sendWeights(weights), exchange.receiveWeights(weights)]);
    engine.setParameters(weights);
  }

  #send(message: FromRank): Promise<void> {
    return this.#group.messages.send(0, message);
  }
}
