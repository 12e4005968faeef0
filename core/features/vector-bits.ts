/** Where each channel lies in the two words of bits of a feature vector; see `PackedGrid.vectors`. */

import { lengthClass } from "./text-measure.ts";

// The low word: channels 0–23.
export const HAS_DATA = 1 << 0;
export const HAS_FORMULA = 1 << 1;
export const IS_FORMATTED = 1 << 2;
export const IS_VISIBLY_EMPTY = 1 << 3;
export const MERGE_SHIFT = 4;
export const FONT_COLOR_SHIFT = 8;
export const FILL_COLOR_SHIFT = 16;
/** All eight buckets of the visible fill, and the one that means no fill. */
export const FILL_BITS = 0xff << FILL_COLOR_SHIFT;
export const WHITE_FILL_BIT = 2 << FILL_COLOR_SHIFT;

// The high word: channels 25–42.
const inHighWord = (channel: number): number => 1 << (channel - 25);
export const FONT_SIZE_SHIFT = 29 - 25;
export const BOLD = inHighWord(32);
export const STRIKETHROUGH = inHighWord(33);
export const BORDER_LEFT = inHighWord(34);
export const BORDER_RIGHT = inHighWord(35);
export const BORDER_TOP = inHighWord(36);
export const BORDER_BOTTOM = inHighWord(37);
export const IS_LOCKED = inHighWord(38);
export const IS_HIDDEN = inHighWord(39);
export const IS_IN_TABLE = inHighWord(40);
export const IS_IN_TABLE_HEADER = inHighWord(41);
export const HAS_COMMENT = inHighWord(42);
/** An empty cell is of length class s. */
export const EMPTY_LENGTH = lengthClass(0);
