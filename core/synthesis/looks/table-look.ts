/** How tables are formatted. */

import type { Random } from "../../base/random.ts";
import type { CellStyle, FontStyle, LineStyle } from "../../excel/write/workbook-layout.ts";
import { weighted } from "../draw.ts";
import {
  CURRENCY_FORMATS,
  DARK_FILLS,
  DATE_FORMATS,
  FONT_COLORS,
  LIGHT_FILLS,
  solid,
} from "./style-palette.ts";

/** Which lines a table has. */
export type Borders = "none" | "all" | "outline" | "header" | "rows" | "columns" | "ends";

/** How much an author formats. */
export type Effort = "none" | "bold" | "lines" | "filled" | "heavy";

/** How tables are formatted. */
export interface TableLook {
  readonly header: CellStyle | undefined;
  readonly rowHeader: CellStyle | undefined;
  /** Every cell of the body. */
  readonly body: CellStyle | undefined;
  /** Headings of sections inside a table. */
  readonly section: CellStyle | undefined;
  readonly mergesSections: boolean;
  readonly total: CellStyle | undefined;
  /** Every second row of a table; undefined: no stripes. */
  readonly stripe: CellStyle | undefined;
  readonly borders: Borders;
  readonly line: LineStyle;
  /** Numbers have formats (separators, currencies, decimals) rather than General. */
  readonly formatsNumbers: boolean;
  readonly dateFormat: string;
  readonly currencyFormat: string;
  /** Sums and products are formulas. */
  readonly usesFormulas: boolean;
  readonly mergesHeaders: boolean;
  readonly fitsColumns: boolean;
}

export function drawEffort(random: Random): Effort {
  return weighted<Effort>(random, [
    ["none", 40],
    ["bold", 12],
    ["lines", 17],
    ["filled", 25],
    ["heavy", 12],
  ]);
}

export function drawTableLook(random: Random, effort: Effort, font: FontStyle): TableLook {
  const isFormatted = effort !== "none";
  const hasFills = effort === "filled" || effort === "heavy";
  const isDark = hasFills && random.chance(0.4);
  const accent = isDark ? random.pick(DARK_FILLS) : random.pick(LIGHT_FILLS);
  const isBold = effort === "bold" || random.chance(0.8);
  const headerFont: FontStyle = {
    ...font,
    ...(isBold ? { bold: true } : {}),
    ...(isDark ? { color: random.chance(0.5) ? { rgb: "FFFFFFFF" } : { theme: 0 } } : {}),
  };
  const centered = random.chance(0.4)
    ? { horizontal: "center" as const, wrap: random.chance(0.4) }
    : undefined;
  const header: CellStyle = {
    font: headerFont,
    ...(hasFills && random.chance(0.9) ? { fill: solid(accent) } : {}),
    ...(centered ? { alignment: centered } : {}),
  };
  const strong = (share: number): FontStyle => ({ ...font, ...(random.chance(share) ? { bold: true } : {}) });
  const totalLine = random.pick([
    { top: "thin" },
    { top: "thin", bottom: "double" },
    { top: "medium", bottom: "medium" },
  ] as const);
  const bodyFont: CellStyle | undefined = Object.keys(font).length > 0 ? { font } : undefined;
  return {
    header: isFormatted && random.chance(0.95) ? header : undefined,
    rowHeader:
      isFormatted && random.chance(0.25)
        ? {
            font: strong(0.8),
            ...(hasFills && random.chance(0.4) ? { fill: solid(random.pick(LIGHT_FILLS)) } : {}),
          }
        : undefined,
    body:
      hasFills && random.chance(0.14)
        ? { ...bodyFont, fill: solid(random.pick(LIGHT_FILLS)) }
        : isFormatted
          ? bodyFont
          : undefined,
    section: isFormatted
      ? {
          font: strong(0.8),
          ...(hasFills && random.chance(0.5) ? { fill: solid(random.pick(LIGHT_FILLS)) } : {}),
        }
      : undefined,
    mergesSections: isFormatted && random.chance(0.15),
    total: isFormatted
      ? {
          font: strong(0.8),
          ...(random.chance(0.5) ? { border: totalLine } : {}),
          ...(hasFills && random.chance(0.4) ? { fill: solid(random.pick(LIGHT_FILLS)) } : {}),
        }
      : undefined,
    stripe: hasFills && random.chance(0.2) ? { fill: solid(random.pick(LIGHT_FILLS)) } : undefined,
    borders: isFormatted ? drawBorders(random, effort) : "none",
    line: weighted(random, [
      ["thin", 8],
      ["medium", 1],
      ["hair", 0.5],
      ["dotted", 0.5],
    ]),
    formatsNumbers: random.chance(isFormatted ? 0.85 : 0.45),
    dateFormat: random.pick(DATE_FORMATS),
    currencyFormat: random.pick(CURRENCY_FORMATS),
    usesFormulas: random.chance(0.7),
    mergesHeaders: random.chance(isFormatted ? 0.85 : 0.4),
    fitsColumns: random.chance(isFormatted ? 0.85 : 0.3),
  };
}

function drawBorders(random: Random, effort: Exclude<Effort, "none">): Borders {
  if (effort === "bold") return random.chance(0.25) ? "header" : "none";
  return weighted<Borders>(random, [
    ["none", effort === "lines" ? 0 : 3],
    ["all", 7],
    ["outline", 1.5],
    ["header", 2],
    ["rows", 1.5],
    ["columns", 0.8],
    ["ends", 0.8],
  ]);
}

/** What somebody marks single cells with: inputs in blue, warnings in red, fills. */
export function drawHighlight(random: Random): CellStyle {
  switch (random.integer(0, 3)) {
    case 0:
      return { font: { color: random.pick(FONT_COLORS) } };
    case 1:
      return { fill: solid(random.pick(LIGHT_FILLS)) };
    case 2:
      return { font: { bold: true } };
    default:
      return {
        font: { color: { rgb: random.pick(["FFFF0000", "FF0000FF", "FF9C0006"]) } },
        fill: solid(random.pick(LIGHT_FILLS)),
      };
  }
}

/** What programs write: nothing, or bold headings with lines, as some do. */
export function rawTableLook(random: Random, look: TableLook): TableLook {
  const header = weighted<CellStyle | undefined>(random, [
    [undefined, look.header ? 4 : 12],
    [{ font: { bold: true } }, 2],
    [{ font: { bold: true }, border: { left: "thin", right: "thin", top: "thin", bottom: "thin" } }, 1],
    [{ font: { bold: true }, fill: solid({ theme: 4, tint: 0.8 }), border: { bottom: "thin" } }, 1.5],
  ]);
  return {
    ...look,
    header,
    rowHeader: header?.border?.left && random.chance(0.5) ? header : undefined,
    total: header?.fill ? { ...header, border: { top: "thin" } } : undefined,
    section: undefined,
    body: undefined,
    stripe: undefined,
    borders: "none",
    mergesHeaders: false,
    formatsNumbers: random.chance(0.2),
  };
}
