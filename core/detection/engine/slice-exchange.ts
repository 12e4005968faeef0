/**
 * How ranks add up a step and spread its new weights: each rank owns a slice of the parameters. It receives
 * that slice of the sums of all other ranks (a reduce-scatter), and gives its new weights to all of them (an
 * all-gather). Sums are added in the order of a single process, so the bits do not depend on the ranks.
 */

import { sharedFloats } from "../../base/shared-floats.ts";
import type { LossParts } from "../../loss/loss-parts.ts";
import { cutSlices, offsetsWithin, type Slice } from "../../optim/slices.ts";
import type { RankGroup } from "../../ranks/rank-group.ts";
import type { ChainEngine, MicroBatch } from "./gradient-engine.ts";
import { maxLanes } from "./lanes.ts";
import { type ChainPlace, summandsOfLanes } from "./rank-shares.ts";

/** How a rank announces arrays of numbers to another one, and hears of them. */
interface Announcements {
  tell(to: number, count: number): Promise<void>;
  hear(from: number): Promise<number>;
}

/** What a rank computes of a step. */
interface StepShare {
  readonly step: readonly MicroBatch[];
  /** Indices into `step`, for each chain of this rank. */
  readonly chains: readonly (readonly number[])[];
  /** The chains of every rank. */
  readonly plan: readonly (readonly ChainPlace[])[];
}

/** The slice of one rank, and the memory in which it receives those of others. */
export class SliceExchange {
  /** Of each rank. */
  readonly slices: readonly Slice[];
  /** Of this rank. */
  readonly own: Slice;
  /** Where the parameters begin within the own slice. */
  readonly offsets: readonly number[];
  readonly #group: Pick<RankGroup, "rank" | "messages">;
  readonly #others: readonly number[];
  readonly #engine: ChainEngine;
  readonly #size: number;
  readonly #announcements: Announcements;
  /** Memory for slices of sums, kept from step to step. */
  readonly #inbox: Float32Array[] = [];

  /**
   * @param offsets Where each parameter begins.
   * @param size The number of all values.
   */
  constructor(
    group: Pick<RankGroup, "rank" | "size" | "messages">,
    engine: ChainEngine,
    offsets: readonly number[],
    size: number,
    announcements: Announcements,
  ) {
    this.slices = cutSlices(offsets, size, group.size);
    this.own = this.slices[group.rank]!;
    this.offsets = offsetsWithin(this.own, offsets);
    this.#group = group;
    this.#others = this.slices.map((_, rank) => rank).filter((rank) => rank !== group.rank);
    this.#engine = engine;
    this.#size = size;
    this.#announcements = announcements;
  }

  /**
   * Computes this rank's chains and adds up its slice of the gradient.
   *
   * @param into Receives the slice; in shared memory.
   * @returns The losses of the micro-batches by index, and the sum of the squares of each parameter of the
   *   slice.
   */
  async sum(
    { step, chains, plan }: StepShare,
    into: Float32Array,
  ): Promise<{ losses: LossParts[]; squares: Float64Array }> {
    const buffers = this.#buffers();
    const received = this.#others.map((rank) => this.#receive(rank, plan[rank]!, buffers));
    const losses = new Array<LossParts>(step.length);
    const mine = this.#compute(step, chains, plan[this.#group.rank]!, losses, buffers);
    const sums = (await Promise.all([mine, ...received])).flat();
    const lanes = summandsOfLanes(sums);
    const squares = await this.#engine.onSlice(
      { kind: "sum", lanes, into, offsets: this.offsets },
      this.offsets,
    );
    return { losses, squares };
  }

  /** Sends the own slice of the new weights to all other ranks. */
  async sendWeights(flat: Float32Array): Promise<void> {
    const part = flat.subarray(this.own.from, this.own.to);
    await Promise.all(
      this.#others.map(async (rank) => {
        await this.#announcements.tell(rank, 1);
        await this.#group.messages.sendNumbers(rank, part);
      }),
    );
  }

  /** Receives the new weights of all other slices. */
  async receiveWeights(into: Float32Array): Promise<void> {
    await Promise.all(
      this.#others.map(async (rank) => {
        await this.#announcements.hear(rank);
        const { from, to } = this.slices[rank]!;
        await this.#group.messages.receiveNumbers(rank, into.subarray(from, to));
      }),
    );
  }

  /** Computes as many chains at a time as the engine has places for, and sends their sums around. */
  async #compute(
    step: readonly MicroBatch[],
    chains: readonly (readonly number[])[],
    places: readonly ChainPlace[],
    losses: LossParts[],
    buffers: () => Float32Array,
  ): Promise<ChainSum[]> {
    const kept: ChainSum[] = [];
    const atOnce = maxLanes(this.#size);
    for (let at = 0; at < chains.length; at += atOnce) {
      const some = chains.slice(at, at + atOnce);
      const result = await this.#engine.chainSums(step, some);
      for (const index of some.flat()) losses[index] = result.losses[index]!;
      await Promise.all(this.#others.map((rank) => this.#sendSlices(rank, result.sums)));
      for (const [position, sum] of result.sums.entries()) {
        let own = sum.subarray(this.own.from, this.own.to);
        if (at + atOnce < chains.length) {
          const copy = buffers(); // the place is used again
          copy.set(own);
          own = copy;
        }
        kept.push({ chain: places[at + position]!, sum: own });
      }
    }
    return kept;
  }

  async #sendSlices(rank: number, sums: readonly Float32Array[]): Promise<void> {
    const { from, to } = this.slices[rank]!;
    await this.#announcements.tell(rank, sums.length);
    for (const sum of sums) await this.#group.messages.sendNumbers(rank, sum.subarray(from, to));
  }

  /** Receives slices as the other rank completes them, while this one still computes. */
  async #receive(
    rank: number,
    places: readonly ChainPlace[],
    buffers: () => Float32Array,
  ): Promise<ChainSum[]> {
    const sums: ChainSum[] = [];
    while (sums.length < places.length) {
      const count = await this.#announcements.hear(rank);
      for (let each = 0; each < count; each++) {
        const sum = buffers();
        await this.#group.messages.receiveNumbers(rank, sum);
        sums.push({ chain: places[sums.length]!, sum });
      }
    }
    return sums;
  }

  /** Gives out the buffers of the inbox, one after the other. */
  #buffers(): () => Float32Array {
    let used = 0;
    return () => {
      this.#inbox[used] ??= sharedFloats(this.own.to - this.own.from);
      return this.#inbox[used++]!;
    };
  }
}

interface ChainSum {
  readonly chain: ChainPlace;
  /** A slice of the chain's sum. */
  readonly sum: Float32Array;
}
