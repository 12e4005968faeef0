/** The hints of a cell's style: its number format, italic type and alignment. */

import type { CellStyle } from "../../excel/styles.ts";
import { hintBits } from "./hint-bits.ts";

const PERCENT = hintBits("percent");
const CURRENCY = hintBits("currency");
const ITALIC = hintBits("italic");
const INDENTED = hintBits("indented");
const CENTRED = hintBits("centred");
const RIGHT_ALIGNED = hintBits("right_aligned");

/** The bits that a style gives to a cell with a value. */
export function formatHints({ numberFormat, font, alignment }: CellStyle): number {
  let hints = 0;
  if (numberFormat.includes("%")) hints |= PERCENT;
  if (/[$€£¥₹]|\[\$[^\]-]/.test(numberFormat)) hints |= CURRENCY;
  if (font.italic) hints |= ITALIC;
  if (alignment.indent > 0) hints |= INDENTED;
  if (alignment.horizontal === "center" || alignment.horizontal === "centerContinuous") hints |= CENTRED;
  if (alignment.horizontal === "right") hints |= RIGHT_ALIGNED;
  return hints >>> 0;
}
