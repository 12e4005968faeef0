/** Tests where each channel lies in a feature vector. */

import { expect, test } from "bun:test";
import { ColorBucket } from "../../core/features/color-bucket.ts";
import { CHANNELS, type Channel, DIGIT_PROPORTION } from "../../core/features/grid.ts";
import { fillBuckets, packGrid, unpackGrid } from "../../core/features/packed-grid.ts";
import { lengthClass } from "../../core/features/text-measure.ts";
import * as bits from "../../core/features/vector-bits.ts";

const { DIGITS_WORD, HIGH_WORD, LOW_WORD, VECTOR_WORDS } = bits;

/** The channels that are not 0 in the unpacked grid of one cell. */
function channelsOf(word: number, value: number): string[] {
  const vectors = new Uint32Array(VECTOR_WORDS);
  vectors[word] = value;
  const data = unpackGrid({ height: 1, width: 1, vectors, cells: Uint16Array.of(0) });
  return CHANNELS.filter((_, channel) => data[channel] !== 0);
}

/** The words of a cell in whose grid one channel alone is 1. */
function wordsOf(name: Channel): number[] {
  const data = Float32Array.from(CHANNELS, (each) => (each === name ? 1 : 0));
  return [...packGrid({ height: 1, width: 1, data }).vectors];
}

const LOW_NAMES = CHANNELS.slice(0, DIGIT_PROPORTION) as bits.LowChannel[];
const HIGH_NAMES = CHANNELS.slice(DIGIT_PROPORTION + 1) as bits.HighChannel[];

test("every channel's bit is that channel alone in the unpacked grid, and packs to that bit alone", () => {
  for (const name of LOW_NAMES) {
    expect(channelsOf(LOW_WORD, bits.lowBits(name))).toEqual([name]);
    expect(wordsOf(name)).toEqual([bits.lowBits(name), 0, 0, 0]);
  }
  for (const name of HIGH_NAMES) {
    expect(channelsOf(HIGH_WORD, bits.highBits(name))).toEqual([name]);
    expect(wordsOf(name)).toEqual([0, bits.highBits(name), 0, 0]);
  }
  expect(channelsOf(DIGITS_WORD, 0x3f800000)).toEqual(["digit_proportion"]);
  expect(wordsOf("digit_proportion")).toEqual([0, 0, 0x3f800000, 0]);
  expect(LOW_NAMES.length + HIGH_NAMES.length + 1).toBe(CHANNELS.length);
});

test("every constant that is named like a channel is that channel's bit", () => {
  const named = Object.entries(bits).flatMap(([constant, value]) => {
    const name = CHANNELS.find((each) => each.toUpperCase() === constant);
    return name === undefined ? [] : [{ name, value }];
  });
  // The channels without a constant of their own are the colours and the digit proportion.
  expect(named.length).toBe(CHANNELS.length - 2 * 8 - 1);
  for (const { name, value } of named) {
    const word = CHANNELS.indexOf(name) < DIGIT_PROPORTION ? LOW_WORD : HIGH_WORD;
    expect(channelsOf(word, value as number)).toEqual([name]);
  }
});

test("the masks are the channels that their names say", () => {
  const starting = (...starts: string[]) =>
    CHANNELS.filter((name) => starts.some((start) => name.startsWith(start)));
  expect(channelsOf(LOW_WORD, bits.MERGE_BITS)).toEqual(starting("merge_"));
  expect(channelsOf(LOW_WORD, bits.FONT_BITS)).toEqual(starting("font_color_"));
  expect(channelsOf(LOW_WORD, bits.FILL_BITS)).toEqual(starting("bg_color_"));
  expect(channelsOf(LOW_WORD, bits.WHITE_FILL_BIT)).toEqual(["bg_color_white"]);
  expect(channelsOf(HIGH_WORD, bits.LENGTH_BITS)).toEqual(starting("length_"));
  expect(channelsOf(HIGH_WORD, bits.FONT_SIZE_BITS)).toEqual(starting("font_size_"));
  expect(channelsOf(HIGH_WORD, bits.BORDER_BITS)).toEqual(starting("border_"));
});

test("every colour bucket has the bits of its own channels, and a fill's bucket is found again", () => {
  for (const [color, bucket] of Object.entries(ColorBucket)) {
    const name = color.toLowerCase();
    expect(channelsOf(LOW_WORD, bits.FONT_COLOR[bucket]!)).toEqual([`font_color_${name}`]);
    expect(channelsOf(LOW_WORD, bits.FILL_COLOR[bucket]!)).toEqual([`bg_color_${name}`]);
    expect(bits.fillBucketOf(bits.FILL_COLOR[bucket]! | bits.HAS_DATA)).toBe(bucket);
    const vectors = Uint32Array.of(bits.FILL_COLOR[bucket]!, 0, 0, 0);
    expect([...fillBuckets({ height: 1, width: 1, vectors, cells: Uint16Array.of(0) })]).toEqual([bucket]);
  }
  expect(bits.FONT_COLOR.length).toBe(Object.keys(ColorBucket).length);
  expect(bits.FILL_COLOR.length).toBe(Object.keys(ColorBucket).length);
  expect(bits.fillBucketOf(bits.HAS_DATA)).toBe(-1);
});

test("lengthClass() gives the bit of the class by its limits", () => {
  const classes = [0, 9, 10, 49, 50, 99, 100, 32_767].map((length) =>
    channelsOf(HIGH_WORD, lengthClass(length)).join(),
  );
  const each = ["length_s", "length_m", "length_l", "length_xl"];
  expect(classes).toEqual(each.flatMap((name) => [name, name]));
});
