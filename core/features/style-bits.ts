/** The channels that a cell's style alone decides. */

import { type CellStyle, DEFAULT_FONT_SIZE } from "../excel/styles.ts";
import type { Sheet } from "../excel/workbook.ts";
import { fillBucket, fontBucket } from "./color-bucket.ts";
import {
  BOLD,
  BORDER_BOTTOM,
  BORDER_LEFT,
  BORDER_RIGHT,
  BORDER_TOP,
  FILL_COLOR,
  FONT_COLOR,
  FONT_SIZE_L,
  FONT_SIZE_M,
  FONT_SIZE_S,
  IS_FORMATTED,
  IS_HIDDEN,
  IS_LOCKED,
  STRIKETHROUGH,
} from "./vector-bits.ts";

/** The size of a style's font, points. */
export function fontSize({ font }: CellStyle): number {
  return font.size ?? DEFAULT_FONT_SIZE;
}

/** The channels of the low word that a style decides: number format, font colour, fill. */
export function styleLowWord(
  { palette }: Pick<Sheet, "palette">,
  { isFormatted, font, fill }: CellStyle,
): number {
  const formatted = isFormatted ? IS_FORMATTED : 0;
  return formatted | FONT_COLOR[fontBucket(font, palette)]! | FILL_COLOR[fillBucket(fill, palette)]!;
}

/**
 * The channels of the high word that a style decides: font size, bold, strikethrough, borders, protection.
 *
 * @param median The median font size of the sheet's cells that hold something, points.
 */
export function styleHighWord(style: CellStyle, median: number): number {
  const { font, border, locked, hidden } = style;
  const ratio = fontSize(style) / median;
  let word = ratio < 0.7 ? FONT_SIZE_S : ratio <= 1 ? FONT_SIZE_M : FONT_SIZE_L;
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
