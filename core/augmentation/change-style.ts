/** Removes styles of whole sheets and exchanges colours. */

import type { Random } from "../base/random.ts";
import { ColorBucket } from "../features/color-bucket.ts";
import {
  BOLD,
  BORDER_BITS,
  FILL_BITS,
  FILL_COLOR,
  FONT_BITS,
  FONT_COLOR,
  FONT_SIZE_BITS,
  FONT_SIZE_M,
  fillBucketOf,
  HAS_FORMULA,
  IS_FORMATTED,
  IS_IN_TABLE,
  IS_IN_TABLE_HEADER,
  STRIKETHROUGH,
  WHITE_FILL_BIT,
} from "../features/vector-bits.ts";
import type { SheetDraft } from "./sheet-draft.ts";

/** Some bits of a word of a cell's vector, and their value without the style. */
interface Plain {
  readonly word: "low" | "high";
  readonly mask: number;
  readonly value: number;
}

const BLACK_FONT: Plain = { word: "low", mask: FONT_BITS, value: FONT_COLOR[ColorBucket.Black]! };
const NO_FILL: Plain = { word: "low", mask: FILL_BITS, value: WHITE_FILL_BIT };

/**
 * What can be removed from a whole sheet. Font colours go with fills, as a white font needs a fill to be
 * seen.
 */
const PLAIN = {
  fills: [NO_FILL, BLACK_FONT],
  fonts: [BLACK_FONT],
  borders: [{ word: "high", mask: BORDER_BITS, value: 0 }],
  bold: [{ word: "high", mask: BOLD | STRIKETHROUGH, value: 0 }],
  sizes: [{ word: "high", mask: FONT_SIZE_BITS, value: FONT_SIZE_M }],
  formats: [{ word: "low", mask: IS_FORMATTED, value: 0 }],
  formulas: [{ word: "low", mask: HAS_FORMULA, value: 0 }],
  excelTables: [{ word: "high", mask: IS_IN_TABLE | IS_IN_TABLE_HEADER, value: 0 }],
} as const satisfies Record<string, readonly Plain[]>;

export type StyleKind = keyof typeof PLAIN;

export const STYLE_KINDS = Object.keys(PLAIN) as StyleKind[];

/** Removes a kind of style from all cells, in place. */
export function dropStyle(draft: SheetDraft, kind: StyleKind): void {
  for (const { word, mask, value } of PLAIN[kind]) {
    const words = draft[word];
    for (let at = 0; at < words.length; at++) words[at] = (words[at]! & ~mask) | value;
  }
}

/** Permutes the colours of fills, in place. White stays, as it means no fill. */
export function permuteFills({ low }: SheetDraft, random: Random): void {
  const others = FILL_COLOR.filter((bit) => bit !== WHITE_FILL_BIT);
  const shuffled = random.shuffled(others);
  const to = FILL_COLOR.map((bit) => shuffled[others.indexOf(bit)] ?? WHITE_FILL_BIT);
  for (let at = 0; at < low.length; at++) {
    const bucket = fillBucketOf(low[at]!);
    if (bucket >= 0) low[at] = (low[at]! & ~FILL_BITS) | to[bucket]!;
  }
}
