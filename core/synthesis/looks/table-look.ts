/** Draws how an author formats tables. */

import type { Random } from "../../base/random.ts";
import type { BorderStyle, CellStyle, FontStyle, LineStyle } from "../../excel/write/workbook-layout.ts";
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
type Borders = "none" | "all" | "outline" | "header" | "rows" | "columns" | "ends";

/** How much an author formats. */
export type Effort = "none" | "bold" | "lines" | "filled" | "heavy";

/** The styles of the parts of a table; undefined leaves a part without one. */
interface TableStyles {
  readonly header: CellStyle | undefined;
  readonly rowHeader: CellStyle | undefined;
  /** Every cell of the body. */
  readonly body: CellStyle | undefined;
  /** Headings of sections inside a table. */
  readonly section: CellStyle | undefined;
  readonly mergesSections: boolean;
  readonly total: CellStyle | undefined;
  /** Every second row of the body. */
  readonly stripe: CellStyle | undefined;
  readonly borders: Borders;
}

/** How an author formats tables: the styles of their parts, number formats and habits. */
export interface TableLook extends TableStyles {
  readonly line: LineStyle;
  /** Whether numbers have a format (separators, currency, decimals) instead of General. */
  readonly formatsNumbers: boolean;
  readonly dateFormat: string;
  readonly currencyFormat: string;
  /** Whether sums and products are formulas. */
  readonly usesFormulas: boolean;
  readonly mergesHeaders: boolean;
  readonly fitsColumns: boolean;
}

const UNSTYLED: TableStyles = {
  header: undefined,
  rowHeader: undefined,
  body: undefined,
  section: undefined,
  mergesSections: false,
  total: undefined,
  stripe: undefined,
  borders: "none",
};

/** Lines around a row of totals. */
const TOTAL_LINES: readonly BorderStyle[] = [
  { top: "thin" },
  { top: "thin", bottom: "double" },
  { top: "medium", bottom: "medium" },
];

/** Draws how much an author formats. */
export function drawEffort(random: Random): Effort {
  return weighted<Effort>(random, [
    ["none", 40],
    ["bold", 12],
    ["lines", 17],
    ["filled", 25],
    ["heavy", 12],
  ]);
}

/** Draws how tables are formatted. `font`: the author's font; missing properties are Excel's defaults. */
export function drawTableLook(random: Random, effort: Effort, font: FontStyle): TableLook {
  const isFormatted = effort !== "none";
  const header = drawHeaderStyle(random, effort, font);
  const totalLine = random.pick(TOTAL_LINES);
  const styles = isFormatted ? drawStyles(random, effort, font, header, totalLine) : UNSTYLED;
  return {
    ...styles,
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

/**
 * The style of headers. It is drawn even where it goes unused: without the draws a seed would give other
 * sheets.
 */
function drawHeaderStyle(random: Random, effort: Effort, font: FontStyle): CellStyle {
  const hasFills = fillsCells(effort);
  const isDark = hasFills && random.chance(0.4);
  const accent = isDark ? random.pick(DARK_FILLS) : random.pick(LIGHT_FILLS);
  const isBold = effort === "bold" || random.chance(0.8);
  const headerFont: FontStyle = {
    ...font,
    ...(isBold ? { bold: true } : {}),
    ...(isDark ? { color: random.chance(0.5) ? { rgb: "FFFFFFFF" } : { theme: 0 } } : {}),
  };
  const alignment = random.chance(0.4)
    ? { horizontal: "center" as const, wrap: random.chance(0.4) }
    : undefined;
  return {
    font: headerFont,
    ...(hasFills && random.chance(0.9) ? { fill: solid(accent) } : {}),
    ...(alignment ? { alignment } : {}),
  };
}

/** The styles of an author who formats tables at all. */
function drawStyles(
  random: Random,
  effort: Exclude<Effort, "none">,
  font: FontStyle,
  header: CellStyle,
  totalLine: BorderStyle,
): TableStyles {
  const hasFills = fillsCells(effort);
  const strong = (): FontStyle => ({ ...font, ...(random.chance(0.8) ? { bold: true } : {}) });
  const filled = (share: number): CellStyle | undefined =>
    hasFills && random.chance(share) ? { fill: solid(random.pick(LIGHT_FILLS)) } : undefined;
  const bodyFont: CellStyle | undefined = Object.keys(font).length > 0 ? { font } : undefined;
  const withFill = (fill: CellStyle | undefined) => (fill ? { ...bodyFont, ...fill } : bodyFont);
  return {
    header: random.chance(0.95) ? header : undefined,
    rowHeader: random.chance(0.25) ? { font: strong(), ...filled(0.4) } : undefined,
    body: withFill(filled(0.14)),
    section: { font: strong(), ...filled(0.5) },
    mergesSections: random.chance(0.15),
    total: {
      font: strong(),
      ...(random.chance(0.5) ? { border: totalLine } : {}),
      ...filled(0.4),
    },
    stripe: filled(0.2),
    borders: drawBorders(random, effort),
  };
}

function fillsCells(effort: Effort): boolean {
  return effort === "filled" || effort === "heavy";
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

/** The style that marks single cells: a font colour, a fill, bold type, or a coloured font on a fill. */
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

/** The look of a table that a program wrote: no styles, or bold headings with lines or a fill. */
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
