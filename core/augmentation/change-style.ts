/** Takes styles away and exchanges colours, sheet by sheet, as people and programs differ in them. */

import type { Random } from "../base/random.ts";
import {
  BOLD,
  FILL_BITS,
  FILL_COLOR_SHIFT,
  FONT_COLOR_SHIFT,
  FONT_SIZE_SHIFT,
  HAS_FORMULA,
  IS_FORMATTED,
  IS_IN_TABLE,
  IS_IN_TABLE_HEADER,
  STRIKETHROUGH,
} from "../features/vector-bits.ts";
import { BORDERS, type SheetDraft } from "./sheet-draft.ts";

const BUCKETS = 8;
const BLACK = 0;
const WHITE = 1;
const BUCKET_MASK = 0xff;

/** Bits of one of a vector's words, and what they are without the style. */
interface Plain {
  readonly word: "low" | "high";
  readonly mask: number;
  readonly value: number;
}

const BLACK_FONT: Plain = {
  word: "low",
  mask: BUCKET_MASK << FONT_COLOR_SHIFT,
  value: 1 << (FONT_COLOR_SHIFT + BLACK),
};
const NO_FILL: Plain = {
  word: "low",
  mask: FILL_BITS,
  value: 1 << (FILL_COLOR_SHIFT + WHITE),
};

/** What can be taken away from a whole sheet. White fonts need a fill to be seen: fills take the colours of fonts along. */
const PLAIN = {
  fills: [NO_FILL, BLACK_FONT],
  fonts: [BLACK_FONT],
  borders: [{ word: "high", mask: BORDERS, value: 0 }],
  bold: [{ word: "high", mask: BOLD | STRIKETHROUGH, value: 0 }],
  sizes: [{ word: "high", mask: 7 << FONT_SIZE_SHIFT, value: 2 << FONT_SIZE_SHIFT }],
  formats: [{ word: "low", mask: IS_FORMATTED, value: 0 }],
  formulas: [{ word: "low", mask: HAS_FORMULA, value: 0 }],
  excelTables: [{ word: "high", mask: IS_IN_TABLE | IS_IN_TABLE_HEADER, value: 0 }],
} as const satisfies Record<string, readonly Plain[]>;

export type StyleKind = keyof typeof PLAIN;

export const STYLE_KINDS = Object.keys(PLAIN) as StyleKind[];

/** Gives all cells the look of ones without that style, in place. */
export function dropStyle(draft: SheetDraft, kind: StyleKind): void {
  for (const { word, mask, value } of PLAIN[kind]) {
    const words = draft[word];
    for (let at = 0; at < words.length; at++) words[at] = (words[at]! & ~mask) | value;
  }
}

/** Exchanges the colours of fills among one another, in place; white, which is no fill at all, stays. */
export function permuteFills({ low }: SheetDraft, random: Random): void {
  const others = Array.from({ length: BUCKETS }, (_, bucket) => bucket).filter((bucket) => bucket !== WHITE);
  const shuffled = random.shuffled(others);
  const to = new Uint8Array(BUCKETS);
  to[WHITE] = WHITE;
  for (const [index, bucket] of others.entries()) to[bucket] = shuffled[index]!;
  for (let at = 0; at < low.length; at++) {
    const oneHot = (low[at]! >>> FILL_COLOR_SHIFT) & BUCKET_MASK;
    if (oneHot === 0) continue;
    const bucket = 31 - Math.clz32(oneHot);
    low[at] = (low[at]! & ~FILL_BITS) | (1 << (FILL_COLOR_SHIFT + to[bucket]!));
  }
}
