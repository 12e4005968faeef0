/** The colours, fonts and number formats that authors choose from. */

import type { Random } from "../../base/random.ts";
import type { Color, FillStyle, FontStyle } from "../../excel/write/workbook-layout.ts";

export const DATE_FORMATS = [
  "yyyy-mm-dd",
  "dd.mm.yyyy",
  "d-mmm-yy",
  "mm/dd/yyyy",
  "dd/mm/yyyy",
  "yyyy-mm-dd hh:mm",
  "mmm yyyy",
  "dddd, d mmmm yyyy",
  'yyyy"年"m"月"d"日"',
  "[$-409]d-mmm-yyyy;@",
];

export const CURRENCY_FORMATS = [
  '#,##0 "€"',
  '"$"#,##0',
  '"£"#,##0.00',
  '#,##0.00 "EUR"',
  "#,##0",
  "#,##0;[Red]-#,##0",
  '_-* #,##0.00 "€"_-;-* #,##0.00 "€"_-;_-* "-"?? "€"_-;_-@_-',
  '"¥"#,##0',
];

/** Fills under dark text. */
export const LIGHT_FILLS: readonly Color[] = [
  { rgb: "FFD9D9D9" },
  { rgb: "FFC0C0C0" },
  { rgb: "FFF2F2F2" },
  { rgb: "FFDDEBF7" },
  { rgb: "FFFFF2CC" },
  { rgb: "FFE2EFDA" },
  { rgb: "FFFFFF99" },
  { rgb: "FFFFFF00" },
  { rgb: "FFFCE4D6" },
  { rgb: "FFE4DFEC" },
  { theme: 4, tint: 0.6 },
  { theme: 4, tint: 0.8 },
  { theme: 5, tint: 0.8 },
  { theme: 0, tint: -0.15 },
  { theme: 0, tint: -0.05 },
  { indexed: 22 },
  { indexed: 43 },
];

/** Fills under white text. */
export const DARK_FILLS: readonly Color[] = [
  { rgb: "FF1F4E78" },
  { rgb: "FF375623" },
  { rgb: "FF404040" },
  { rgb: "FF000000" },
  { rgb: "FFC00000" },
  { rgb: "FF7030A0" },
  { theme: 4 },
  { theme: 3 },
  { theme: 5 },
  { theme: 9 },
  { indexed: 56 },
];

export const FONT_COLORS: readonly Color[] = [
  { rgb: "FF7F7F7F" },
  { rgb: "FFFF0000" },
  { rgb: "FF0000FF" },
  { rgb: "FF1F4E78" },
  { theme: 3 },
  { theme: 4, tint: -0.25 },
  { rgb: "FF00B050" },
];

export const solid = (foreground: Color): FillStyle => ({ pattern: "solid", foreground });

/** The font of an author: Excel's default for most, else a name and a size in points. */
export function drawFont(random: Random): FontStyle {
  return random.chance(0.3)
    ? {
        name: random.pick(["Arial", "Verdana", "Times New Roman", "MS PGothic"]),
        size: random.pick([8, 9, 10, 12]),
      }
    : {};
}
