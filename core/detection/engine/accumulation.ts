/** Decides which micro-batch of a step is computed next, and where its gradient goes. */

import { addGradient } from "./lanes.ts";

/** A micro-batch that is to be computed, with the place for its gradient. */
export interface Piece {
  readonly index: number;
  /** A lane (places 0 … lanes − 1), or a spare place. */
  readonly place: number;
  /** Whether the gradient is added to what the place holds, or replaces it. */
  readonly add: boolean;
}

/**
 * The sum of the gradients of one step. A gradient goes straight into its lane if it is the next one there.
 * Otherwise it goes into a spare place, if one is free, and is added to the lane when its turn has come.
 *
 * Life cycle: there is one for each step. Every worker calls `next`, computes the piece and calls
 * `finished`, until `next` returns null. `close` ends the step early, after a failure.
 */
export class Accumulation {
  readonly #lanes: readonly (readonly number[])[];
  readonly #places: readonly Float32Array[];
  readonly #laneOf = new Map<number, number>();
  /** Micro-batches that have not begun, in the order in which they should. */
  readonly #pending: number[];
  /** Of each lane: how many gradients are added, and whether a worker is writing into it. */
  readonly #added: number[];
  readonly #busy: boolean[];
  readonly #spares: number[];
  /** Index of a finished micro-batch → its spare place. */
  readonly #stored = new Map<number, number>();
  #waiting: (() => void)[] = [];

  /**
   * @param order All indices of the lanes; the indices of one lane are in the order of that lane.
   * @param places The memory of the lanes, then the spare places.
   */
  constructor(
    lanes: readonly (readonly number[])[],
    order: readonly number[],
    places: readonly Float32Array[],
  ) {
    this.#lanes = lanes;
    this.#places = places;
    this.#pending = [...order];
    for (const [lane, indices] of lanes.entries()) for (const index of indices) this.#laneOf.set(index, lane);
    this.#added = lanes.map(() => 0);
    this.#busy = lanes.map(() => false);
    this.#spares = places.map((_, place) => place).slice(lanes.length);
  }

  /** The next piece, once there is a place for it; null when all have begun or `close` was called. */
  async next(): Promise<Piece | null> {
    while (this.#pending.length > 0) {
      const piece = this.#direct() ?? this.#spare();
      if (piece) return piece;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return null;
  }

  /** The gradient of the piece is complete in its place. */
  finished({ index, place }: Piece): void {
    const lane = this.#laneOf.get(index)!;
    if (place === lane) {
      this.#busy[lane] = false;
      this.#added[lane]!++;
    } else {
      this.#stored.set(index, place);
    }
    if (!this.#busy[lane]) this.#addStored(lane);
    this.#wake();
  }

  /** No more pieces begin; callers that wait for one get null. */
  close(): void {
    this.#pending.length = 0;
    this.#wake();
  }

  #direct(): Piece | null {
    for (const [position, index] of this.#pending.entries()) {
      const lane = this.#laneOf.get(index)!;
      const added = this.#added[lane]!;
      if (this.#busy[lane] || this.#lanes[lane]![added] !== index) continue;
      this.#pending.splice(position, 1);
      this.#busy[lane] = true;
      return { index, place: lane, add: added > 0 };
    }
    return null;
  }

  #spare(): Piece | null {
    const place = this.#spares.pop();
    return place === undefined ? null : { index: this.#pending.shift()!, place, add: false };
  }

  #addStored(lane: number): void {
    for (;;) {
      const index = this.#lanes[lane]![this.#added[lane]!];
      const place = index === undefined ? undefined : this.#stored.get(index);
      if (place === undefined) return;
      addGradient(this.#places[place]!, this.#places[lane]!);
      this.#stored.delete(index!);
      this.#spares.push(place);
      this.#added[lane]!++;
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
