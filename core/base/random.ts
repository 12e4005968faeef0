/**
 * Seeded random numbers without hidden state. A stream is made from a seed and from keys that say what it is
 * for: `randomStream(seed, "shuffle", epoch)`. A resumed run therefore draws the same numbers as an
 * uninterrupted one, on whatever worker and in whatever order it draws them.
 */

/** The four 32-bit words of a stream, which JSON can hold. */
export type RandomState = readonly [number, number, number, number];

/** The generator sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, a period of at least 2^32. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(state: RandomState) {
    [this.#a, this.#b, this.#c, this.#d] = state;
  }

  /** The state to save: `new Random(state)` continues from there. */
  get state(): RandomState {
    return [this.#a, this.#b, this.#c, this.#d];
  }

  /** A uniform integer in 0 … 2^32 − 1. */
  uint32(): number {
    const result = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + result;
    this.#c |= 0;
    return result >>> 0;
  }

  /** A uniform number in [0, 1) with 53 bits. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** A uniform integer in low … high, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** One of the values, all with the same probability. */
  pick<T>(values: readonly T[]): T {
    if (values.length === 0) throw new RangeError("Cannot pick from an empty list");
    return values[this.integer(0, values.length - 1)] as T;
  }

  /**
   * A standard normal number (Box–Muller). The second number of each pair is dropped: the four words are
   * the whole state.
   */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** The values in a uniformly random order (Fisher–Yates), in a new array. */
  shuffled<T>(values: readonly T[]): T[] {
    const result = [...values];
    for (let last = result.length - 1; last > 0; last--) {
      const other = this.integer(0, last);
      [result[last], result[other]] = [result[other] as T, result[last] as T];
    }
    return result;
  }
}

/**
 * The stream for one purpose. The same seed and keys give the same stream; other keys give an unrelated one.
 */
export function randomStream(seed: number, ...keys: readonly (string | number)[]): Random {
  // FNV-1a over the keys, four times from different offsets, each finished with murmur3's avalanche.
  const text = `${seed}\u0000${keys.join("\u0000")}`;
  const words = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35].map((offset) => {
    let hash = offset;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  });
  const random = new Random(words as unknown as RandomState);
  for (let i = 0; i < 12; i++) random.uint32(); // mixes the words into each other
  return random;
}
