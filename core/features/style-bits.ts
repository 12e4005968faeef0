/** The channels that depend on a cell's style alone. */

import { type CellStyle, DEFAULT_FONT_SIZE } from "../excel/styles.ts";
import type { Sheet } from "../excel/workbook.ts";
import { fillBucket, fontBucket } from "./color-bucket.ts";
import {
  BOLD,
  BORDER_BOTTOM,
  BORDER_LEFT,
  BORDER_RIGHT,
  BORDER_TOP,
  FILL_COLOR_SHIFT,
  FONT_COLOR_SHIFT,
  FONT_SIZE_SHIFT,
  IS_FORMATTED,
  IS_HIDDEN,
  IS_LOCKED,
  STRIKETHROUGH,
} from "./vector-bits.ts";

/** In points. */
export function fontSize({ font }: CellStyle): number {
  return font.size ?? DEFAULT_FONT_SIZE;
}

/** Channels 2 and 8–23 of a style. */
export function styleLowWord(
  { palette }: Pick<Sheet, "palette">,
  { isFormatted, font, fill }: CellStyle,
): number {
  const formatted = isFormatted ? IS_FORMATTED : 0;
  const fontColor = 1 << (FONT_COLOR_SHIFT + fontBucket(font, palette));
  return formatted | fontColor | (1 << (FILL_COLOR_SHIFT + fillBucket(fill, palette)));
}

/** Channels 29–39 of a style. */
export function styleHighWord(style: CellStyle, median: number): number {
  const { font, border, locked, hidden } = style;
  const ratio = fontSize(style) / median;
  const sizeClass = ratio < 0.7 ? 0 : ratio <= 1 ? 1 : 2;
  let word = 1 << (FONT_SIZE_SHIFT + sizeClass);
  if (font.bold) word |= BOLD;
  if (font.strike) word |= STRIKETHROUGH;
  if (border.left) word |= BORDER_LEFT;
  if (border.right) word |= BORDER_RIGHT;
  if (border.top) word |= BORDER_TOP;
  if (border.bottom) word |= BORDER_BOTTOM;
  if (locked) word |= IS_LOCKED;
  if (hidden) word |= IS_HIDDEN;
  return word;
}
