/** What a rank other than 0 does: it computes what rank 0 sends, until rank 0 ends the training. */

import type { ExitCode } from "../base/problem.ts";
import { sendError } from "../base/thread-error.ts";
import { countParameters } from "../model/architecture.ts";
import type { RankGroup } from "../ranks/rank-group.ts";
import type { ChainEngine } from "./engine/gradient-engine.ts";
import { maxLanes } from "./engine/lanes.ts";
import type { FromRank, ToRank } from "./engine/rank-messages.ts";
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

/** The engine of a rank and its copy of the weights. */
class RankWorker {
  readonly #group: RankGroup;
  readonly #warn: (text: string) => void;
  #opened: { readonly engine: ChainEngine; readonly weights: Float32Array } | null = null;

  constructor(group: RankGroup, warn: (text: string) => void) {
    this.#group = group;
    this.#warn = warn;
  }

  async answer(message: Work): Promise<void> {
    if (message.kind === "open") return this.#open(message);
    const { engine, weights } = this.#opened!;
    if (message.hasWeights) {
      await this.#group.messages.broadcastNumbers(weights);
      engine.setParameters(weights);
    }
    if (message.kind === "gradient") return this.#sendSums(message, engine, maxLanes(weights.length));
    const { sheets, withLoss } = message;
    await this.#send({ kind: "detections", detections: await engine.detect(sheets, { withLoss }) });
  }

  async close(): Promise<void> {
    await this.#opened?.engine.dispose();
  }

  async #open({ device, options }: Extract<Work, { kind: "open" }>): Promise<void> {
    const engine = await openRankPool(device, { ...options, warn: this.#warn }, this.#group);
    this.#opened = { engine, weights: new Float32Array(countParameters(options.detector)) };
    await this.#send({ kind: "opened", device: engine.device });
  }

  /** Sends the sums of as many chains at a time as the engine has places for. */
  async #sendSums(
    { step, chains }: Extract<Work, { kind: "gradient" }>,
    engine: ChainEngine,
    places: number,
  ): Promise<void> {
    for (let at = 0; at < chains.length; at += places) {
      const some = chains.slice(at, at + places);
      const { losses, sums } = await engine.chainSums(step, some);
      await this.#send({
        kind: "sums",
        chains: some.length,
        losses: some.flat().map((index) => losses[index]!),
      });
      for (const sum of sums) await this.#group.messages.sendNumbers(0, sum);
    }
  }

  #send(message: FromRank): Promise<void> {
    return this.#group.messages.send(0, message);
  }
}
