import type { CellStyle, Color, FontStyle, LineStyle } from "../../excel/write/workbook-layout.ts";
import type { Random } from "../../random.ts";
import { weighted } from "./draw.ts";

/** Which lines a table has. */
export type Borders = "none" | "all" | "outline" | "header" | "rows";

/** How much an author formats. */
type Effort = "none" | "bold" | "lines" | "filled" | "heavy";

/** How one author formats sheets, from nothing at all to much of everything. */
export interface Look {
  readonly title: CellStyle | undefined;
  readonly subtitle: CellStyle | undefined;
  readonly header: CellStyle | undefined;
  readonly rowHeader: CellStyle | undefined;
  /** Headings of sections inside a table. */
  readonly section: CellStyle | undefined;
  readonly total: CellStyle | undefined;
  readonly note: CellStyle | undefined;
  /** Labels of forms. */
  readonly label: CellStyle | undefined;
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
  readonly mergesTitles: boolean;
  readonly mergesHeaders: boolean;
  readonly fitsColumns: boolean;
  readonly gridLines: boolean;
  /** The whole used area is filled white. */
  readonly whiteSheet: boolean;
}

const DATE_FORMATS = ["yyyy-mm-dd", "dd.mm.yyyy", "d-mmm-yy", "mm/dd/yyyy", "dd/mm/yyyy", "yyyy-mm-dd hh:mm"];
const CURRENCY_FORMATS = [
  '#,##0 "€"',
  '"$"#,##0',
  '"£"#,##0.00',
  '#,##0.00 "EUR"',
  "#,##0",
  "#,##0;[Red]-#,##0",
];

/** Fills of headers: light ones for dark text, dark ones for white text. */
const LIGHT_FILLS: readonly Color[] = [
  { rgb: "FFD9D9D9" },
  { rgb: "FFDDEBF7" },
  { rgb: "FFFFF2CC" },
  { rgb: "FFE2EFDA" },
  { rgb: "FFFFFF99" },
  { theme: 4, tint: 0.6 },
  { theme: 5, tint: 0.8 },
  { theme: 0, tint: -0.15 },
  { indexed: 22 },
];
const DARK_FILLS: readonly Color[] = [
  { rgb: "FF1F4E78" },
  { rgb: "FF375623" },
  { rgb: "FF404040" },
  { rgb: "FFC00000" },
  { theme: 4 },
  { theme: 3 },
  { theme: 9 },
  { indexed: 56 },
];

const solid = (foreground: Color) => ({ pattern: "solid", foreground }) as const;

/** Draws a look: about a fifth of them have no style at all, another fifth bold headers only. */
export function drawLook(random: Random): Look {
  const effort = weighted<Effort>(random, [
    ["none", 18],
    ["bold", 20],
    ["lines", 20],
    ["filled", 30],
    ["heavy", 12],
  ]);
  const isFormatted = effort !== "none";
  const hasFills = effort === "filled" || effort === "heavy";
  const font: FontStyle = random.chance(0.3)
    ? { name: random.pick(["Arial", "Verdana", "Times New Roman"]), size: random.pick([8, 9, 10, 12]) }
    : {};
  const isDark = hasFills && random.chance(0.4);
  const accent = isDark ? random.pick(DARK_FILLS) : random.pick(LIGHT_FILLS);
  const bold = (extra: FontStyle = {}): FontStyle => ({ ...font, bold: true, ...extra });
  const centered = random.chance(0.4)
    ? { horizontal: "center" as const, wrap: random.chance(0.4) }
    : undefined;
  const totalLine = random.chance(0.5)
    ? ({ top: "thin" } as const)
    : ({ top: "thin", bottom: "double" } as const);

  const header: CellStyle = {
    font: bold(isDark ? { color: random.chance(0.5) ? { rgb: "FFFFFFFF" } : { theme: 0 } } : {}),
    ...(hasFills ? { fill: solid(accent) } : {}),
    ...(centered ? { alignment: centered } : {}),
  };
  return {
    title:
      isFormatted && random.chance(0.85)
        ? { font: bold({ size: random.pick([11, 12, 14, 16, 18]) }) }
        : undefined,
    subtitle:
      isFormatted && random.chance(0.5)
        ? { font: { ...font, italic: true, color: { rgb: "FF7F7F7F" } } }
        : undefined,
    header: isFormatted ? header : undefined,
    rowHeader: isFormatted && random.chance(0.25) ? { font: bold() } : undefined,
    section: isFormatted
      ? { font: bold(), ...(effort === "heavy" ? { fill: solid({ theme: 0, tint: -0.05 }) } : {}) }
      : undefined,
    total: isFormatted
      ? {
          font: bold(),
          ...(random.chance(0.6) ? { border: totalLine } : {}),
          ...(effort === "heavy" ? { fill: solid(random.pick(LIGHT_FILLS)) } : {}),
        }
      : undefined,
    note:
      isFormatted && random.chance(0.6)
        ? { font: { ...font, italic: random.chance(0.5), size: random.pick([8, 9]) } }
        : undefined,
    label: isFormatted && random.chance(0.5) ? { font: bold() } : undefined,
    stripe: hasFills && random.chance(0.25) ? { fill: solid({ theme: 4, tint: 0.8 }) } : undefined,
    borders: isFormatted ? drawBorders(random, effort) : "none",
    line: weighted(random, [
      ["thin", 8],
      ["medium", 1],
      ["hair", 0.5],
      ["dotted", 0.5],
    ]),
    formatsNumbers: isFormatted ? random.chance(0.8) : random.chance(0.25),
    dateFormat: random.pick(DATE_FORMATS),
    currencyFormat: random.pick(CURRENCY_FORMATS),
    usesFormulas: random.chance(0.6),
    mergesTitles: isFormatted && random.chance(0.25),
    mergesHeaders: isFormatted ? random.chance(0.75) : random.chance(0.2),
    fitsColumns: isFormatted ? random.chance(0.85) : random.chance(0.3),
    gridLines: !isFormatted || random.chance(0.8),
    whiteSheet: effort === "heavy" && random.chance(0.3),
  };
}

function drawBorders(random: Random, effort: Exclude<Effort, "none">): Borders {
  if (effort === "bold") return random.chance(0.3) ? "header" : "none";
  return weighted<Borders>(random, [
    ["none", effort === "lines" ? 0 : 4],
    ["all", 4],
    ["outline", 1.5],
    ["header", 2],
    ["rows", 1.5],
  ]);
}
