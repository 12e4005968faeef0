/**
 * The engine of rank 0 under MPI. The other ranks compute their share of each step and of each validation.
 * Rank 0 adds up the gradients in the order of a single process, so the bits do not depend on the ranks.
 */

import { UserError } from "../../base/problem.ts";
import { receiveError } from "../../base/thread-error.ts";
import type { LossParts } from "../../loss/loss-parts.ts";
import type { RankGroup } from "../../ranks/rank-group.ts";
import type { DeviceName } from "../../tensor/device-name.ts";
import type { ChainEngine, Detection, EngineOptions, GradientEngine, MicroBatch } from "./gradient-engine.ts";
import { dealOut, maxLanes } from "./lanes.ts";
import type { FromRank, ToRank } from "./rank-messages.ts";
import { type Chain, type ChainSum, dealSheets, dealToRanks, sumChainsInto } from "./rank-shares.ts";

/**
 * Life cycle: that of every `GradientEngine`. The other ranks are in `serveRank` all the while. Weights
 * travel with the next piece of work. A call is rejected as soon as a rank is lost; then the engine is of no
 * use.
 */
export class RankedEngine implements GradientEngine {
  readonly device: string;
  readonly workers: number;
  readonly #own: ChainEngine;
  readonly #group: RankGroup;
  /** Ranks 1, 2, … */
  readonly #others: readonly number[];
  #weights: Float32Array | null = null;
  #areWeightsNew = false;
  /** Memory for the sums of other ranks, kept from step to step. */
  readonly #buffers: Float32Array[] = [];

  /**
   * Opens the engines of all other ranks.
   *
   * @param own The engine of this rank; disposed of with this one.
   * @throws {UserError} If the device does not start on one of them.
   */
  static async open(
    own: ChainEngine,
    options: EngineOptions & { readonly device: DeviceName },
    group: RankGroup,
  ): Promise<RankedEngine> {
    const engine = new RankedEngine(own, group);
    const { warn, device, ...plain } = options;
    try {
      const answers = await group.during(
        engine.#ask((): ToRank => ({ kind: "open", device, options: { ...plain, device } }), "opened"),
      );
      const name = kindOf(own.device);
      for (const [index, { device }] of answers.entries()) {
        if (kindOf(device) !== name) throw otherDevice(group.wordsFor(index + 1), own.device, device);
      }
      return engine;
    } catch (error) {
      await own.dispose();
      throw error;
    }
  }

  private constructor(own: ChainEngine, group: RankGroup) {
    this.#own = own;
    this.#group = group;
    this.#others = Array.from({ length: group.size - 1 }, (_, index) => index + 1);
    this.device = `${own.device}, ${group.size} ranks`;
    this.workers = own.workers;
  }

  setParameters(flat: Float32Array): void {
    this.#own.setParameters(flat);
    this.#weights ??= new Float32Array(flat.length);
    this.#weights.set(flat);
    this.#areWeightsNew = true;
  }

  gradient(step: readonly MicroBatch[], into: Float32Array): Promise<LossParts[]> {
    return this.#group.during(this.#gradient(step, into));
  }

  detect(sheets: readonly MicroBatch[], options: { withLoss: boolean }): Promise<Detection[][]> {
    return this.#group.during(this.#detect(sheets, options));
  }

  memory(): ReturnType<GradientEngine["memory"]> {
    return this.#own.memory();
  }

  dispose(): Promise<void> {
    return this.#own.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #gradient(step: readonly MicroBatch[], into: Float32Array): Promise<LossParts[]> {
    const lanes = dealOut(step, maxLanes(into.length));
    const [own, ...shares] = dealToRanks(step, lanes, this.#group.size) as [Chain[], ...Chain[][]];
    const losses = new Array<LossParts>(step.length);
    const hasWeights = this.#takeNews();
    let used = 0;
    const buffer = () => {
      this.#buffers[used] ??= new Float32Array(into.length);
      return this.#buffers[used++]!;
    };
    const remote = this.#others.map(async (rank, index) => {
      const share = shares[index]!;
      const order = share.flatMap(({ indices }) => indices);
      await this.#send(rank, {
        kind: "gradient",
        step: order.map((index) => portable(step[index]!)),
        chains: localChains(share),
        hasWeights,
      });
      return this.#receiveSums(rank, share, losses, buffer);
    });
    const spread = this.#spreadWeights(hasWeights);
    const mine = this.#ownSums(step, own, losses);
    const [sums] = await Promise.all([Promise.all([mine, ...remote]), spread]);
    sumChainsInto(sums.flat(), lanes.length, into);
    return losses;
  }

  async #ownSums(
    step: readonly MicroBatch[],
    share: readonly Chain[],
    losses: LossParts[],
  ): Promise<ChainSum[]> {
    const result = await this.#own.chainSums(
      step,
      share.map(({ indices }) => indices),
    );
    for (const index of share.flatMap(({ indices }) => indices)) losses[index] = result.losses[index]!;
    return share.map((chain, index) => ({ chain, sum: result.sums[index]! }));
  }

  /** Receives the sums of a rank as it completes them, while others still compute. */
  async #receiveSums(
    rank: number,
    share: readonly Chain[],
    losses: LossParts[],
    buffer: () => Float32Array,
  ): Promise<ChainSum[]> {
    const sums: ChainSum[] = [];
    while (sums.length < share.length) {
      const answer = await this.#receive(rank, "sums");
      const done = share.slice(sums.length, sums.length + answer.chains);
      for (const [position, index] of done.flatMap(({ indices }) => indices).entries()) {
        losses[index] = answer.losses[position]!;
      }
      for (const chain of done) {
        const sum = buffer();
        await this.#group.messages.receiveNumbers(rank, sum);
        sums.push({ chain, sum });
      }
    }
    return sums;
  }

  async #detect(sheets: readonly MicroBatch[], { withLoss }: { withLoss: boolean }): Promise<Detection[][]> {
    const [own, ...shares] = dealSheets(sheets, this.#group.size) as [number[], ...number[][]];
    const detections = new Array<Detection[]>(sheets.length);
    const put = (indices: readonly number[], found: readonly Detection[][]) => {
      for (const [position, index] of indices.entries()) detections[index] = found[position]!;
    };
    const hasWeights = this.#takeNews();
    const pick = (indices: readonly number[]) => indices.map((index) => portable(sheets[index]!));
    const remote = this.#ask(
      (rank): ToRank => ({ kind: "detect", sheets: pick(shares[rank - 1]!), withLoss, hasWeights }),
      "detections",
    );
    const spread = this.#spreadWeights(hasWeights);
    const mine = this.#own.detect(
      own.map((index) => sheets[index]!),
      { withLoss },
    );
    const [found, answers] = await Promise.all([mine, remote, spread]);
    put(own, found);
    for (const [index, answer] of answers.entries()) put(shares[index]!, answer.detections);
    return detections;
  }

  #takeNews(): boolean {
    const areNew = this.#areWeightsNew;
    this.#areWeightsNew = false;
    return areNew;
  }

  async #spreadWeights(hasWeights: boolean): Promise<void> {
    if (hasWeights) await this.#group.messages.broadcastNumbers(this.#weights!);
  }

  #ask<Kind extends FromRank["kind"]>(
    question: (rank: number) => ToRank,
    kind: Kind,
  ): Promise<Extract<FromRank, { kind: Kind }>[]> {
    return Promise.all(
      this.#others.map(async (rank) => {
        await this.#send(rank, question(rank));
        return this.#receive(rank, kind);
      }),
    );
  }

  #send(rank: number, message: ToRank): Promise<void> {
    return this.#group.messages.send(rank, message);
  }

  /** @throws {Error} What was thrown on that rank. */
  async #receive<Kind extends FromRank["kind"]>(
    rank: number,
    kind: Kind,
  ): Promise<Extract<FromRank, { kind: Kind }>> {
    const answer = (await this.#group.messages.receive(rank)) as FromRank;
    if (answer.kind === "failed") throw onRank(this.#group.wordsFor(rank), receiveError(answer.error));
    if (answer.kind === kind) return answer as Extract<FromRank, { kind: Kind }>;
    throw new Error(`${this.#group.wordsFor(rank)} answered ${answer.kind} instead of ${kind}`);
  }
}

/** The chains as indices into the micro-batches that the rank is sent, which follow each other. */
function localChains(share: readonly Chain[]): number[][] {
  let next = 0;
  return share.map(({ indices }) => indices.map(() => next++));
}

/** A micro-batch without what only this process needs, its arrays outside of shared memory. */
function portable({ sheets, seed, weight }: MicroBatch): MicroBatch {
  return {
    sheets: sheets.map(({ grid, boxes, label }) => ({
      grid: {
        height: grid.height,
        width: grid.width,
        vectors: new Uint32Array(grid.vectors),
        cells: grid.cells.slice(),
      },
      boxes: new Float32Array(boxes),
      label,
    })),
    seed,
    weight,
  };
}

/** "wasm (TensorFlow.js 4.22, SIMD), 2 workers" without the workers, which may differ. */
function kindOf(device: string): string {
  return device.replace(/, \d+ workers$/, "");
}

function otherDevice(rank: string, expected: string, got: string): UserError {
  return new UserError({
    where: rank,
    message: "The ranks compute on different devices, whose sums differ in their last bits",
    expected: kindOf(expected),
    got: kindOf(got),
    fix: "install the same libraries on all machines, or name a device that all have: training.device: wasm",
  });
}

function onRank(rank: string, error: Error): Error {
  if (!(error instanceof UserError)) return new Error(`${rank}: ${error.message}`, { cause: error });
  const problems = error.problems.map((problem) => ({
    ...problem,
    where: [rank, problem.where].filter(Boolean).join(", "),
  }));
  return new UserError(problems, { exitCode: error.exitCode, cause: error });
}
