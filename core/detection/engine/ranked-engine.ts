/**
 * The engine of rank 0 under MPI. The other ranks compute their share of each step and of each validation.
 * Every rank sums and updates a slice of the parameters, in the order of a single process, so the bits do not
 * depend on the ranks. Rank 0 always has the whole state: if a rank is lost, nothing is lost with it.
 */

import { UserError } from "../../base/problem.ts";
import { isShared, sharedFloats } from "../../base/shared-floats.ts";
import { receiveError } from "../../base/thread-error.ts";
import type { LossParts } from "../../loss/loss-parts.ts";
import { layOutParameters } from "../../model/parameters.ts";
import { normsOf } from "../../optim/gradient-norms.ts";
import { isInSharedMemory, type Learner } from "../../optim/learner.ts";
import { offsetsWithin } from "../../optim/slices.ts";
import type { RankGroup } from "../../ranks/rank-group.ts";
import type { DeviceName } from "../../tensor/device-name.ts";
import type {
  ChainEngine,
  Detection,
  EngineOptions,
  GradientEngine,
  Learning,
  MicroBatch,
  StepGradient,
  StepUpdate,
} from "./gradient-engine.ts";
import { dealOut, maxLanes } from "./lanes.ts";
import type { FromRank, ToRank } from "./rank-messages.ts";
import { dealSheets, dealToRanks } from "./rank-shares.ts";
import { SliceExchange } from "./slice-exchange.ts";

/**
 * Life cycle: that of every `GradientEngine`. The other ranks are in `serveRank` all the while. Weights that
 * were set travel with the next piece of work. A call is rejected as soon as a rank is lost; then the engine
 * is of no use.
 */
export class RankedEngine implements GradientEngine {
  readonly device: string;
  readonly workers: number;
  readonly #own: ChainEngine;
  readonly #group: RankGroup;
  /** Ranks 1, 2, … */
  readonly #others: readonly number[];
  readonly #offsets: readonly number[];
  readonly #exchange: SliceExchange;
  /** The gradient of the last step. */
  readonly #gradient: Float32Array;
  #weights: Float32Array | null = null;
  #areWeightsNew = false;
  /** What went wrong on another rank in an update that this one completed. */
  #failure: unknown = null;

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
    const { offsets, flat } = layOutParameters(options.detector);
    const engine = new RankedEngine(own, group, offsets, flat.length);
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

  private constructor(own: ChainEngine, group: RankGroup, offsets: readonly number[], size: number) {
    this.#own = own;
    this.#group = group;
    this.#others = Array.from({ length: group.size - 1 }, (_, index) => index + 1);
    this.#offsets = offsets;
    this.#exchange = new SliceExchange(group, own, offsets, size, {
      tell: (rank, count) => group.messages.notify(rank, count),
      hear: async (rank) => (await this.#receive(rank, "ready")).count,
    });
    this.#gradient = sharedFloats(size);
    this.device = `${own.device}, ${group.size} ranks`;
    this.workers = own.workers;
  }

  setParameters(flat: Float32Array): void {
    this.#own.setParameters(flat);
    if (isShared(flat)) this.#weights = flat;
    else this.#weights = flat.slice();
    this.#areWeightsNew = true;
  }

  async gradient(step: readonly MicroBatch[], into: Float32Array): Promise<LossParts[]> {
    const { losses, values } = await this.#group.during(this.#step(step));
    into.set(values);
    return losses;
  }

  learn(learner: Learner): Learning | null {
    if (!isInSharedMemory(learner)) return null;
    const { flat } = learner.parameters;
    let begun: Promise<void> | null = null;
    /** Receives the weights of other ranks; its own slice of it is never used. */
    const received = sharedFloats(flat.length);
    return {
      gradient: (step) => {
        begun ??= this.#begin(learner);
        return this.#group.during(begun.then(() => this.#step(step)));
      },
      update: (options) => this.#group.duringOwn(this.#update(learner, received, options)),
    };
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

  /** Gives the other ranks their slices of the moments. */
  async #begin({ optimizer: { expAvg, expAvgSq } }: Learner): Promise<void> {
    const { messages } = this.#group;
    await Promise.all(
      this.#others.map(async (rank) => {
        const { from, to } = this.#exchange.slices[rank]!;
        await this.#send(rank, { kind: "learn" });
        await messages.sendNumbers(rank, expAvg.subarray(from, to));
        await messages.sendNumbers(rank, expAvgSq.subarray(from, to));
      }),
    );
  }

  async #step(step: readonly MicroBatch[]): Promise<StepGradient> {
    this.#throwFailure();
    const values = this.#gradient;
    const shares = dealToRanks(step, dealOut(step, maxLanes(values.length)), this.#group.size);
    const plan = shares.map((share) => share.map(({ lane, from }) => ({ lane, from })));
    const orders = shares.map((share) => share.flatMap(({ indices }) => indices));
    const hasWeights = this.#takeNews();
    const sent = this.#others.map((rank) =>
      this.#send(rank, {
        kind: "gradient",
        step: orders[rank]!.map((index) => portable(step[index]!)),
        chains: localChains(shares[rank]!),
        plan,
        hasWeights,
      }),
    );
    // Posted at once: a rank that is slow would otherwise take the numbers of a sum for its weights.
    const spread = Promise.all([...sent, this.#spreadWeights(hasWeights)]);
    const chains = shares[0]!.map(({ indices }) => indices);
    const { own } = this.#exchange;
    const [sum] = await Promise.all([
      this.#exchange.sum({ step, chains, plan }, values.subarray(own.from, own.to)),
      spread,
    ]);
    const squares = new Float64Array(this.#offsets.length);
    squares.set(sum.squares);
    const { losses } = sum;
    await Promise.all(
      this.#others.map(async (rank) => {
        const { firstParameter, from, to } = this.#exchange.slices[rank]!;
        const answer = await this.#receive(rank, "slice");
        squares.set(answer.squares, firstParameter);
        for (const [position, index] of orders[rank]!.entries()) losses[index] = answer.losses[position]!;
        await this.#group.messages.receiveNumbers(rank, values.subarray(from, to));
      }),
    );
    return { losses, norms: normsOf(squares), values };
  }

  /**
   * Updates the own slice and takes over those of the other ranks. If that fails, because a rank is lost,
   * this one makes the whole update itself, so that its state is complete.
   */
  async #update(
    { parameters: { flat }, optimizer: state, average }: Learner,
    received: Float32Array,
    update: StepUpdate,
  ): Promise<boolean> {
    const options = { ...update, step: state.step };
    const { own, offsets } = this.#exchange;
    const slice = (from: number, to: number) => ({
      parameters: flat.subarray(from, to),
      gradient: this.#gradient.subarray(from, to),
      expAvg: state.expAvg.subarray(from, to),
      expAvgSq: state.expAvgSq.subarray(from, to),
      average: average?.subarray(from, to) ?? null,
    });
    const mine = this.#own.onSlice({ kind: "update", slice: slice(own.from, own.to), options }, offsets);
    mine.catch(() => {}); // it is awaited below
    const spread = async () => {
      const message: ToRank = { kind: "update", options: { ...options, averaging: null } };
      await Promise.all(this.#others.map((rank) => this.#send(rank, message)));
      const weights = this.#exchange.receiveWeights(received);
      await Promise.all([mine.then(() => this.#exchange.sendWeights(flat)), weights]);
    };
    await spread().catch((error) => {
      this.#failure = error;
    });
    await mine;
    const others = slice(own.to, flat.length);
    const rest = { firstParameter: own.endParameter, endParameter: this.#offsets.length };
    const theirOffsets = offsetsWithin({ ...rest, from: own.to, to: flat.length }, this.#offsets);
    const weights = received.subarray(own.to);
    const task =
      this.#failure === null
        ? ({ kind: "takeOver", slice: others, weights, options } as const)
        : ({ kind: "update", slice: others, options } as const);
    await this.#own.onSlice(task, theirOffsets);
    state.step++;
    this.#own.setParameters(flat);
    return this.#failure === null;
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  async #detect(sheets: readonly MicroBatch[], { withLoss }: { withLoss: boolean }): Promise<Detection[][]> {
    this.#throwFailure();
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
function localChains(share: readonly { readonly indices: readonly number[] }[]): number[][] {
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
