import type { CellStyle, Color, FillStyle, FontStyle, LineStyle } from "../../excel/write/workbook-layout.ts";
import type { Random } from "../../random.ts";
import { weighted } from "./draw.ts";

/** Which lines a table has. */
export type Borders = "none" | "all" | "outline" | "header" | "rows" | "columns" | "ends";

/** How much an author formats. */
type Effort = "none" | "bold" | "lines" | "filled" | "heavy";

/** How one author formats sheets, from nothing at all to much of everything. */
export interface Look extends TableLook {
  readonly title: CellStyle | undefined;
  readonly subtitle: CellStyle | undefined;
  readonly note: CellStyle | undefined;
  /** Labels of forms, and what stands beside them. */
  readonly label: CellStyle | undefined;
  readonly field: CellStyle | undefined;
  /** Captions of single tables, buttons, tiles. */
  readonly caption: CellStyle | undefined;
  readonly mergesTitles: boolean;
  readonly gridLines: boolean;
  /** Lies under the whole used area: a white fill, as a rule. */
  readonly background: CellStyle | undefined;
}

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

const DATE_FORMATS = [
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
const CURRENCY_FORMATS = [
  '#,##0 "€"',
  '"$"#,##0',
  '"£"#,##0.00',
  '#,##0.00 "EUR"',
  "#,##0",
  "#,##0;[Red]-#,##0",
  '_-* #,##0.00 "€"_-;-* #,##0.00 "€"_-;_-* "-"?? "€"_-;_-@_-',
  '"¥"#,##0',
];

/** Fills of headers: light ones for dark text, dark ones for white text. */
const LIGHT_FILLS: readonly Color[] = [
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
const DARK_FILLS: readonly Color[] = [
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
const FONT_COLORS: readonly Color[] = [
  { rgb: "FF7F7F7F" },
  { rgb: "FFFF0000" },
  { rgb: "FF0000FF" },
  { rgb: "FF1F4E78" },
  { theme: 3 },
  { theme: 4, tint: -0.25 },
  { rgb: "FF00B050" },
];

const solid = (foreground: Color): FillStyle => ({ pattern: "solid", foreground });

/** Draws a look: three of ten have no style at all, another quarter bold headers only. */
export function drawLook(random: Random): Look {
  const effort = drawEffort(random);
  const isFormatted = effort !== "none";
  const hasFills = effort === "filled" || effort === "heavy";
  const font = drawFont(random);
  const styled = (share: number, draw: () => CellStyle) =>
    isFormatted && random.chance(share) ? draw() : undefined;
  // Who formats nothing else may still format a title.
  const styledTitle = (draw: () => CellStyle) =>
    random.chance(isFormatted ? 0.94 : 0.22) ? draw() : undefined;
  return {
    ...drawTableLook(random, effort, font),
    title: styledTitle(() => ({
      font: {
        ...font,
        ...(random.chance(0.8) ? { bold: true } : {}),
        ...(random.chance(0.9) ? { size: random.pick([11, 12, 14, 16, 18, 24]) } : {}),
        ...(random.chance(0.35) ? { color: random.pick(FONT_COLORS) } : {}),
      },
      ...(hasFills && random.chance(0.2) ? { fill: solid(random.pick(LIGHT_FILLS)) } : {}),
      ...(hasFills && random.chance(0.1)
        ? { fill: solid(random.pick(DARK_FILLS)), font: { ...font, bold: true, color: { rgb: "FFFFFFFF" } } }
        : {}),
      ...(random.chance(0.18) ? { border: { bottom: "thin" } } : {}),
    })),
    subtitle: styled(0.5, () => ({ font: drawTextFont(random, font) })),
    note: styled(0.5, () => ({
      font: {
        ...drawTextFont(random, font),
        ...(random.chance(0.4) ? { size: random.pick([7, 8, 9]) } : {}),
      },
      ...(random.chance(0.12) ? { border: { top: "thin" } } : {}),
    })),
    label: styled(0.6, () => drawFormStyle(random, font, hasFills, 0.6)),
    field: styled(0.4, () => drawFormStyle(random, font, hasFills, 0.1)),
    caption: styled(0.7, () => drawFormStyle(random, font, hasFills, 0.8)),
    mergesTitles: random.chance(isFormatted ? 0.25 : 0.06),
    gridLines: !isFormatted || random.chance(0.8),
    background: drawBackground(random, hasFills),
  };
}

/** What lies under everything: mostly nothing, a white or coloured ground, now and then lines around every cell. */
function drawBackground(random: Random, hasFills: boolean): CellStyle | undefined {
  if (random.chance(0.012)) return { border: { left: "thin", right: "thin", top: "thin", bottom: "thin" } };
  if (!hasFills || !random.chance(0.15)) return undefined;
  return { fill: solid(random.chance(0.65) ? { rgb: "FFFFFFFF" } : random.pick(LIGHT_FILLS)) };
}

/** The same author's look with tables formatted another way: not every table of a sheet looks the same. */
export function withOtherTables(random: Random, look: Look): Look {
  return { ...look, ...drawTableLook(random, drawEffort(random), drawFont(random)) };
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
export function rawTableLook(random: Random, look: Look): Look {
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

function drawEffort(random: Random): Effort {
  return weighted<Effort>(random, [
    ["none", 40],
    ["bold", 12],
    ["lines", 17],
    ["filled", 25],
    ["heavy", 12],
  ]);
}

function drawFont(random: Random): FontStyle {
  return random.chance(0.3)
    ? {
        name: random.pick(["Arial", "Verdana", "Times New Roman", "MS PGothic"]),
        size: random.pick([8, 9, 10, 12]),
      }
    : {};
}

function drawTextFont(random: Random, font: FontStyle): FontStyle {
  return {
    ...font,
    ...(random.chance(0.4) ? { italic: true } : {}),
    ...(random.chance(0.15) ? { bold: true } : {}),
    ...(random.chance(0.4) ? { color: random.pick(FONT_COLORS) } : {}),
  };
}

/** Forms are formatted with all that tables are formatted with. */
function drawFormStyle(random: Random, font: FontStyle, hasFills: boolean, bold: number): CellStyle {
  const border = weighted(random, [
    [undefined, 5],
    [{ bottom: "thin" as const }, 2],
    [{ left: "thin", right: "thin", top: "thin", bottom: "thin" } as const, 3],
  ]);
  return {
    font: { ...font, ...(random.chance(bold) ? { bold: true } : {}) },
    ...(hasFills && random.chance(0.5) ? { fill: solid(random.pick(LIGHT_FILLS)) } : {}),
    ...(border ? { border } : {}),
  };
}

function drawTableLook(random: Random, effort: Effort, font: FontStyle): TableLook {
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
