/** Turns the styles of layouts into styles as the reader of workbooks gives them. */

import type { Color as StoredColor } from "../excel/color.ts";
import { isDateFormat, isFormatted } from "../excel/number-format.ts";
import { DEFAULT_FONT_SIZE, type CellStyle as StoredStyle } from "../excel/styles.ts";
import type { CellStyle, Color } from "../excel/write/workbook-layout.ts";

/** The style that a reader finds once the layout is written. */
export function storedStyle({
  numberFormat = "General",
  font,
  fill,
  border,
  alignment,
  protection,
}: CellStyle): StoredStyle {
  return {
    numberFormat,
    isFormatted: isFormatted(numberFormat),
    isDate: isDateFormat(numberFormat),
    font: {
      name: font?.name ?? null,
      size: font?.size ?? DEFAULT_FONT_SIZE,
      bold: font?.bold ?? false,
      strike: font?.strike ?? false,
      italic: font?.italic ?? false,
      color: storedColor(font?.color),
    },
    fill: {
      pattern: fill?.pattern ?? "none",
      foreground: storedColor(fill?.foreground),
      background: storedColor(fill?.background),
    },
    border: {
      left: border?.left ?? null,
      right: border?.right ?? null,
      top: border?.top ?? null,
      bottom: border?.bottom ?? null,
    },
    alignment: {
      horizontal: alignment?.horizontal ?? null,
      indent: alignment?.indent ?? 0,
      wrap: alignment?.wrap ?? false,
    },
    locked: protection?.locked ?? true,
    hidden: protection?.hidden ?? false,
  };
}

function storedColor(color: Color | undefined): StoredColor | null {
  if (color === undefined) return null;
  if ("rgb" in color) return { kind: "rgb", value: Number.parseInt(color.rgb, 16), tint: 0 };
  if ("indexed" in color) return { kind: "indexed", value: color.indexed, tint: 0 };
  return { kind: "theme", value: color.theme, tint: color.tint ?? 0 };
}
