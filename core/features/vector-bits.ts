/**
 * Where each channel lies in a packed feature vector: every bit and mask of the project comes from here, by
 * the name of its channel. The list `CHANNELS` alone decides; a channel that changes its place there changes
 * it everywhere.
 */

import { ColorBucket } from "./color-bucket.ts";
import { CHANNELS, type Channel, DIGIT_PROPORTION } from "./grid.ts";

/**
 * Words of 32 bits in a vector: the low word, the high word, the digit proportion as the bits of a float32,
 * and the hints (`hints/hint-bits.ts`).
 */
export const VECTOR_WORDS = 4;
export const LOW_WORD = 0;
export const HIGH_WORD = 1;
export const DIGITS_WORD = 2;
export const HINTS_WORD = 3;

/** The channels of the low word: those before `digit_proportion`, the first of them in bit 0. */
export type LowChannel = Before<typeof CHANNELS, "digit_proportion">;
/** The channels of the high word: those after `digit_proportion`, the first of them in bit 0. */
export type HighChannel = Exclude<Channel, LowChannel | "digit_proportion">;

/** The names in a list that stand before one of them. */
type Before<List extends readonly string[], End> = List extends readonly [infer First, ...infer Rest]
  ? First extends End
    ? never
    : First | (Rest extends readonly string[] ? Before<Rest, End> : never)
  : never;

/** The low word in which exactly these channels are set. */
export function lowBits(...names: LowChannel[]): number {
  return names.reduce((word, name) => word | (1 << CHANNELS.indexOf(name)), 0);
}

/** The high word in which exactly these channels are set. */
export function highBits(...names: HighChannel[]): number {
  return names.reduce((word, name) => word | (1 << (CHANNELS.indexOf(name) - DIGIT_PROPORTION - 1)), 0);
}

// The low word.
export const HAS_DATA = lowBits("has_data");
export const HAS_FORMULA = lowBits("has_formula");
export const IS_FORMATTED = lowBits("is_formatted");
export const IS_VISIBLY_EMPTY = lowBits("is_visibly_empty");
export const MERGE_LEFT = lowBits("merge_left");
export const MERGE_RIGHT = lowBits("merge_right");
export const MERGE_TOP = lowBits("merge_top");
export const MERGE_BOTTOM = lowBits("merge_bottom");
export const MERGE_BITS = MERGE_LEFT | MERGE_RIGHT | MERGE_TOP | MERGE_BOTTOM;

/** By `ColorBucket`: the bit of a font of that colour. */
export const FONT_COLOR: readonly number[] = [
  lowBits("font_color_black"),
  lowBits("font_color_white"),
  lowBits("font_color_gray"),
  lowBits("font_color_red"),
  lowBits("font_color_yellow"),
  lowBits("font_color_green"),
  lowBits("font_color_blue"),
  lowBits("font_color_other"),
];
/** All buckets of the font's colour. */
export const FONT_BITS = FONT_COLOR.reduce((all, bit) => all | bit);

/** By `ColorBucket`: the bit of a visible fill of that colour. */
export const FILL_COLOR: readonly number[] = [
  lowBits("bg_color_black"),
  lowBits("bg_color_white"),
  lowBits("bg_color_gray"),
  lowBits("bg_color_red"),
  lowBits("bg_color_yellow"),
  lowBits("bg_color_green"),
  lowBits("bg_color_blue"),
  lowBits("bg_color_other"),
];
/** All buckets of the visible fill, and the one that means no fill. */
export const FILL_BITS = FILL_COLOR.reduce((all, bit) => all | bit);
export const WHITE_FILL_BIT = FILL_COLOR[ColorBucket.White]!;

// The high word.
export const LENGTH_S = highBits("length_s");
export const LENGTH_M = highBits("length_m");
export const LENGTH_L = highBits("length_l");
export const LENGTH_XL = highBits("length_xl");
export const LENGTH_BITS = LENGTH_S | LENGTH_M | LENGTH_L | LENGTH_XL;
export const FONT_SIZE_S = highBits("font_size_s");
export const FONT_SIZE_M = highBits("font_size_m");
export const FONT_SIZE_L = highBits("font_size_l");
export const FONT_SIZE_BITS = FONT_SIZE_S | FONT_SIZE_M | FONT_SIZE_L;
export const BOLD = highBits("bold");
export const STRIKETHROUGH = highBits("strikethrough");
export const BORDER_LEFT = highBits("border_left");
export const BORDER_RIGHT = highBits("border_right");
export const BORDER_TOP = highBits("border_top");
export const BORDER_BOTTOM = highBits("border_bottom");
export const BORDER_BITS = BORDER_LEFT | BORDER_RIGHT | BORDER_TOP | BORDER_BOTTOM;
export const IS_LOCKED = highBits("is_locked");
export const IS_HIDDEN = highBits("is_hidden");
export const IS_IN_TABLE = highBits("is_in_table");
export const IS_IN_TABLE_HEADER = highBits("is_in_table_header");
export const HAS_COMMENT = highBits("has_comment");

/** The bucket of the visible fill in a low word; −1 where it names none. */
export function fillBucketOf(low: number): number {
  return FILL_COLOR.findLastIndex((bit) => (low & bit) !== 0);
}
