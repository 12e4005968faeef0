/**
 * The compact form of feature grids in memory and on disk. The cells of a sheet share few distinct feature
 * vectors, some hundreds as a rule. So a grid is those vectors and one index per cell: 2 bytes where float32
 * takes 172.
 */

import { ColorBucket } from "./color-bucket.ts";
import { CHANNEL_COUNT, DIGIT_PROPORTION, type Grid } from "./grid.ts";
import { HINT_COUNT } from "./hints/hint-bits.ts";
import { DIGITS_WORD, fillBucketOf, HIGH_WORD, HINTS_WORD, LOW_WORD, VECTOR_WORDS } from "./vector-bits.ts";

/**
 * A grid in compact form; `unpackGrid` gives back the same bits. It holds typed arrays only, so workers can
 * receive it.
 */
export interface PackedGrid {
  /** Rows, from row 1. */
  readonly height: number;
  /** Columns, from column A. */
  readonly width: number;
  /**
   * [K, 4] the distinct feature vectors: word 0 holds channel c (0 … 23) in bit c, word 1 channel c (25 … 42)
   * in bit c − 25, word 2 the digit proportion as the bits of a float32, word 3 the hints. `vector-bits.ts`
   * and `hints/hint-bits.ts` have the bits by name.
   */
  readonly vectors: Uint32Array;
  /** [height, width] row-major: each cell's row of `vectors`. 16 bits wide as long as K ≤ 65,536. */
  readonly cells: Uint16Array | Uint32Array;
}

/** What a network reads of each cell: the 43 channels, or these and then the hints. */
export type FeatureSet = "tablesense43" | "tablesense43_hints";

/** The numbers per cell of a feature set: 43 or 75. */
export function channelCount(features: FeatureSet): number {
  return features === "tablesense43" ? CHANNEL_COUNT : CHANNEL_COUNT + HINT_COUNT;
}

/** The place of a grid in a larger array, counted in numbers and not in bytes. */
export interface GridLayout {
  /** Cells from the start of one row to the start of the next; at least the grid's width. */
  readonly paddedWidth: number;
  /** Index in the array of the grid's first number: sheet b of a batch begins at b · rows · columns · C. */
  readonly offset: number;
}

/** Gathers distinct vectors in a hash table: `add` returns the index of an equal vector, or appends. */
export class VectorIndex {
  #words = new Uint32Array(256 * VECTOR_WORDS);
  #slots = new Int32Array(1024);
  #count = 0;

  /** The index of the vector (low, high, digits, hints); see `PackedGrid.vectors`. */
  add(low: number, high: number, digits: number, hints: number): number {
    const words = this.#words;
    const mask = this.#slots.length - 1;
    let slot = hash(low, high, digits, hints) & mask;
    for (;;) {
      const found = this.#slots[slot]!;
      if (found === 0) break;
      const at = (found - 1) * VECTOR_WORDS;
      if (
        words[at] === low &&
        words[at + 1] === high &&
        words[at + 2] === digits &&
        words[at + 3] === hints
      ) {
        return found - 1;
      }
      slot = (slot + 1) & mask;
    }
    const index = this.#count++;
    this.#slots[slot] = index + 1;
    if ((index + 1) * VECTOR_WORDS > words.length) this.#grow();
    this.#words.set([low, high, digits, hints], index * VECTOR_WORDS);
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return index;
  }

  /** The vectors gathered so far, [K, 4], in a new array. */
  vectors(): Uint32Array {
    return this.#words.slice(0, this.#count * VECTOR_WORDS);
  }

  #grow(): void {
    const words = new Uint32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let index = 0; index < this.#count; index++) {
      const at = index * VECTOR_WORDS;
      const [low, high, digits, hints] = this.#words.subarray(at, at + VECTOR_WORDS);
      let slot = hash(low!, high!, digits!, hints!) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
    this.#slots = slots;
  }
}

/** A packed grid of gathered indices, which become 16 bits wide if they fit. */
export function packCells(
  height: number,
  width: number,
  indices: Uint32Array,
  vectors: Uint32Array,
): PackedGrid {
  const narrow = vectors.length / VECTOR_WORDS <= 65_536;
  return { height, width, vectors, cells: narrow ? new Uint16Array(indices) : indices };
}

/**
 * Packs a grid. `unpackGrid(packGrid(grid))` equals `grid.data` to the last bit (−0 counts as another value
 * than 0).
 *
 * @throws {RangeError} If the data's length is not height · width · 43, or a channel other than the digit
 *   proportion holds anything but 0 and 1.
 *
 * @internal Only tests and benchmarks make grids by hand.
 */
export function packGrid({ height, width, data }: Grid): PackedGrid {
  const cellCount = height * width;
  if (data.length !== cellCount * CHANNEL_COUNT) {
    throw new RangeError(
      `Cannot pack a grid of ${height} × ${width} cells: expected ${cellCount * CHANNEL_COUNT} numbers, got ${data.length}`,
    );
  }
  const index = new VectorIndex();
  const indices = new Uint32Array(cellCount);
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  for (let cell = 0; cell < cellCount; cell++) {
    const at = cell * CHANNEL_COUNT;
    const low = packBits(bits, at, 0, DIGIT_PROPORTION);
    const high = packBits(bits, at, DIGIT_PROPORTION + 1, CHANNEL_COUNT);
    indices[cell] = index.add(low, high, bits[at + DIGIT_PROPORTION]!, 0);
  }
  return packCells(height, width, indices, index.vectors());
}

/**
 * Unpacks a grid, into a larger array if one is given (a batch with padding).
 *
 * @param out Where the numbers go; padding around the grid is left as it is. By default a new array of
 *   exactly [height, width, C].
 * @param layout By default the grid alone: `{ paddedWidth: width, offset: 0 }`.
 * @param channels C, the numbers per cell; see `channelCount`.
 * @returns `out`.
 * @throws {RangeError} If the grid does not fit into `out` that way.
 */
export function unpackGrid(
  packed: PackedGrid,
  out?: Float32Array,
  layout: GridLayout = { paddedWidth: packed.width, offset: 0 },
  channels: number = CHANNEL_COUNT,
): Float32Array {
  const numbers = out ?? new Float32Array(packed.height * packed.width * channels);
  const { height, width, cells } = packed;
  const { paddedWidth, offset } = layout;
  const end = offset + ((height - 1) * paddedWidth + width) * channels;
  if (paddedWidth < width || offset < 0 || (height > 0 && end > numbers.length)) {
    throw new RangeError(
      `Cannot unpack a grid of ${height} × ${width} cells at ${offset}, rows ${paddedWidth} cells wide, into ${numbers.length} numbers`,
    );
  }
  const into = { numbers, bits: new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length) };
  /** By vector: 1 + where it was first written, or 0. A table of all vectors can be as large as `numbers`. */
  const first = new Uint32Array(packed.vectors.length / VECTOR_WORDS);
  for (let row = 0; row < height; row++) {
    let to = offset + row * paddedWidth * channels;
    for (let cell = row * width, last = cell + width; cell < last; cell++) {
      const vector = cells[cell]!;
      const from = first[vector]! - 1;
      if (from >= 0) {
        for (let c = 0; c < channels; c++) numbers[to + c] = numbers[from + c]!;
      } else {
        unpackVector(packed.vectors, vector, channels, into, to);
        first[vector] = to + 1;
      }
      to += channels;
    }
  }
  return numbers;
}

/**
 * The bucket of each cell's visible fill, a `ColorBucket`; white where the vector names none.
 *
 * @returns [height, width] row-major, a new array.
 */
export function fillBuckets({ vectors, cells }: PackedGrid): Uint8Array {
  const buckets = new Uint8Array(vectors.length / VECTOR_WORDS);
  for (let index = 0; index < buckets.length; index++) {
    const bucket = fillBucketOf(vectors[index * VECTOR_WORDS + LOW_WORD]!);
    buckets[index] = bucket < 0 ? ColorBucket.White : bucket;
  }
  const result = new Uint8Array(cells.length);
  for (let cell = 0; cell < result.length; cell++) result[cell] = buckets[cells[cell]!]!;
  return result;
}

/** The distinct vectors of a packed grid channel by channel: [K, C], a new array. */
export function unpackVectors(vectors: Uint32Array, channels: number = CHANNEL_COUNT): Float32Array {
  const count = vectors.length / VECTOR_WORDS;
  const numbers = new Float32Array(count * channels);
  const into = { numbers, bits: new Uint32Array(numbers.buffer) };
  for (let index = 0; index < count; index++) {
    unpackVector(vectors, index, channels, into, index * channels);
  }
  return numbers;
}

/** Writes the channels of a vector from index `at` on. `bits` is the memory of `numbers`. */
function unpackVector(
  vectors: Uint32Array,
  index: number,
  channels: number,
  { numbers, bits }: { readonly numbers: Float32Array; readonly bits: Uint32Array },
  at: number,
): void {
  const low = vectors[index * VECTOR_WORDS + LOW_WORD]!;
  const high = vectors[index * VECTOR_WORDS + HIGH_WORD]!;
  for (let c = 0; c < DIGIT_PROPORTION; c++) numbers[at + c] = (low >>> c) & 1;
  for (let c = DIGIT_PROPORTION + 1; c < CHANNEL_COUNT; c++) {
    numbers[at + c] = (high >>> (c - DIGIT_PROPORTION - 1)) & 1;
  }
  bits[at + DIGIT_PROPORTION] = vectors[index * VECTOR_WORDS + DIGITS_WORD]!;
  const hints = vectors[index * VECTOR_WORDS + HINTS_WORD]!;
  for (let c = CHANNEL_COUNT; c < channels; c++) numbers[at + c] = (hints >>> (c - CHANNEL_COUNT)) & 1;
}

const ONE = 0x3f800000; // 1 as float32

function packBits(bits: Uint32Array, at: number, first: number, end: number): number {
  let word = 0;
  for (let c = first; c < end; c++) {
    const value = bits[at + c]!;
    if (value === ONE) word |= 1 << (c - first);
    else if (value !== 0) {
      throw new RangeError(
        `Cannot pack channel ${c} of cell ${at / CHANNEL_COUNT}: expected 0 or 1, got the float32 0x${value.toString(16)}`,
      );
    }
  }
  return word >>> 0;
}

function hash(low: number, high: number, digits: number, hints: number): number {
  let mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca77);
  mixed ^= Math.imul(digits, 0xc2b2ae3d) ^ Math.imul(hints, 0x27d4eb2f);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}
