/** The cells of a part of a sheet, as Excel shows them. */

import { cellFormula, cellStyle, DefaultStyles } from "../excel/cell.ts";
import { CellKind } from "../excel/cell-table.ts";
import { type Color, cssColor, type Palette } from "../excel/color.ts";
import { type CellStyle, DEFAULT_FONT_SIZE } from "../excel/styles.ts";
import type { Sheet } from "../excel/workbook.ts";
import { displayedValue } from "../extraction/displayed-value.ts";
import { valueText } from "../extraction/table-value.ts";
import type { CellBlock, CellLook } from "./label-messages.ts";
import type { OpenSheet } from "./open-sheets.ts";

/** A part of a sheet: rows and columns count from 1. */
export interface BlockPlace {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly cols: number;
}

/** Longer texts are cut: no screen shows more. */
const MOST_TEXT = 400;
/** The largest font of Excel, points. */
const MOST_SIZE = 409;
/** What patterns without a colour of their own look like. */
const PATTERN_FILL = "#d9d9d9";

export function cellBlock(
  { sheet, rows: index }: OpenSheet,
  { top, left, rows, cols }: BlockPlace,
): CellBlock {
  const looks = new Looks(sheet);
  const defaults = new DefaultStyles(sheet, left + cols - 1);
  const cells = Array.from({ length: rows }, (_, row) => {
    const ofRow = defaults.row(top + row);
    return Array.from({ length: cols }, (_, column) =>
      looks.empty(ofRow >= 0 ? ofRow : defaults.column(left + column)),
    );
  });
  index.each(top, top + rows - 1, (cell) => {
    const column = sheet.cells.columns[cell]! - left;
    if (column >= 0 && column < cols) cells[sheet.cells.rows[cell]! - top]![column] = looks.of(cell);
  });
  return { top, left, cells };
}

/** The looks of the cells of a sheet; what a style says is worked out once. */
class Looks {
  readonly #sheet: Sheet;
  readonly #byStyle = new Map<CellStyle, Omit<CellLook, "text">>();

  constructor(sheet: Sheet) {
    this.#sheet = sheet;
  }

  /** A position without a cell. @param style Of its row or column. */
  empty(style: number): CellLook | null {
    return this.#shown("", this.#sheet.styles[style] ?? this.#sheet.styles[0]!, null);
  }

  of(cell: number): CellLook | null {
    const sheet = this.#sheet;
    const kind = sheet.cells.kind(cell);
    const shown = valueText(displayedValue(sheet, cell));
    // A formula that was never computed shows itself: that is all there is.
    const formula = shown === "" && kind === CellKind.Blank ? cellFormula(sheet, cell) : null;
    const text = formula === null || formula === "" ? shown : `=${formula}`;
    const usual =
      kind === CellKind.Number || kind === CellKind.IsoDate
        ? "right"
        : kind === CellKind.Boolean || kind === CellKind.Error
          ? "center"
          : null;
    return this.#shown(text, cellStyle(sheet, cell), usual);
  }

  #shown(text: string, style: CellStyle, usual: "right" | "center" | null): CellLook | null {
    const look = this.#lookOf(style);
    if (text === "" && look.fill === undefined && look.border === undefined) return null;
    const short = text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text;
    const align = look.align ?? usual;
    return { text: short, ...look, ...(align === null || text === "" ? {} : { align }) };
  }

  #lookOf(style: CellStyle): Omit<CellLook, "text"> {
    let look = this.#byStyle.get(style);
    if (look === undefined) {
      look = lookOf(style, this.#sheet.palette);
      this.#byStyle.set(style, look);
    }
    return look;
  }
}

function lookOf(style: CellStyle, palette: Palette): Omit<CellLook, "text"> {
  const { font, alignment, border } = style;
  const size = Math.min(font.size ?? DEFAULT_FONT_SIZE, MOST_SIZE);
  const color = colorOf(font.color, palette);
  const fill = fillOf(style, palette);
  const edges = [border.top, border.right, border.bottom, border.left];
  const bits = edges.reduce((sum, line, bit) => sum | (line === null ? 0 : 1 << bit), 0);
  const align = ALIGNMENTS[alignment.horizontal ?? ""];
  return {
    ...(align === undefined ? {} : { align }),
    ...(font.bold ? { bold: true } : {}),
    ...(font.italic ? { italic: true } : {}),
    ...(size === DEFAULT_FONT_SIZE ? {} : { size }),
    ...(color === null || color === "#000000" ? {} : { color }),
    ...(fill === null || fill === "#ffffff" ? {} : { fill }),
    ...(bits === 0 ? {} : { border: bits }),
    ...(alignment.wrap ? { wrap: true } : {}),
  };
}

const ALIGNMENTS: Readonly<Record<string, "left" | "center" | "right" | undefined>> = {
  left: "left",
  fill: "left",
  justify: "left",
  distributed: "center",
  center: "center",
  centerContinuous: "center",
  right: "right",
};

function fillOf({ fill }: CellStyle, palette: Palette): string | null {
  if (fill.pattern === "none") return null;
  const isPlain = fill.pattern === "solid" || fill.pattern === "gradient";
  if (isPlain) return colorOf(fill.foreground, palette);
  return colorOf(fill.background, palette) ?? colorOf(fill.foreground, palette) ?? PATTERN_FILL;
}

function colorOf(color: Color | null, palette: Palette): string | null {
  return color === null ? null : cssColor(color, palette);
}
