/** Makes the feature grid of a sheet that was read, by the rules of docs/features.md. */

import { DefaultStyles } from "../excel/cell.ts";
import { MERGE_FIELDS } from "../excel/sheet-scanner.ts";
import type { Sheet } from "../excel/workbook.ts";
import { WorkbookError } from "../excel/workbook-error.ts";
import { CellMarks, Mark } from "./cell-marks.ts";
import { CellRows } from "./cell-rows.ts";
import { CellTextMeasures } from "./cell-text-measures.ts";
import { CellVectors } from "./cell-vectors.ts";
import type { Grid } from "./grid.ts";
import { addHints } from "./hints/add-hints.ts";
import { readHints } from "./hints/read-hints.ts";
import { medianFontSize } from "./median-font-size.ts";
import { type PackedGrid, unpackGrid } from "./packed-grid.ts";
import { fontSize, styleHighWord, styleLowWord } from "./style-bits.ts";
import { HAS_DATA, HAS_FORMULA } from "./vector-bits.ts";

/** How large a grid may become. */
export interface GridLimits {
  readonly maxRows: number;
  readonly maxCols: number;
  /** The most cells of a grid. @default 2^24 */
  readonly maxCells?: number;
  /**
   * False: the grid has no hints, which only networks of the features `tablesense43_hints` read.
   * @default true
   */
  readonly hints?: boolean;
}

/** A sheet's features, and whether the limits cut the sheet off. */
export interface SheetFeatures {
  /** null for an empty sheet. */
  readonly grid: PackedGrid | null;
  /** The sheet's extent before cropping, in cells. */
  readonly height: number;
  readonly width: number;
  /** True where the sheet is larger than the limits: the grid is its top-left part. */
  readonly cropped: boolean;
}

/** The most cells of a grid, unless the limits say more: its indices alone would take 64 MiB. */
export const MAX_GRID_CELLS = 2 ** 24;

/**
 * The features of a sheet, in compact form.
 *
 * @param file For messages.
 * @throws {WorkbookError} If the grid would have more cells than the limits allow, or its merged ranges
 *   overlap without end.
 */
export function featuriseSheet(sheet: Sheet, file: string, limits: GridLimits): SheetFeatures {
  const { maxRows, maxCols, maxCells = MAX_GRID_CELLS, hints = true } = limits;
  const { height, width } = sheet;
  const size = { height, width, cropped: height > maxRows || width > maxCols };
  if (height === 0 || width === 0) return { grid: null, ...size };
  const rows = Math.min(height, maxRows);
  const columns = Math.min(width, maxCols);
  if (rows * columns > maxCells) {
    throw new WorkbookError("too-large", {
      file,
      part: sheet.part,
      reason: `the sheet "${sheet.name}" reaches over ${height} × ${width} cells`,
      fix: `set data.max_rows and data.max_cols so that their product is at most ${maxCells}`,
    });
  }
  return { grid: new Featuriser(sheet, file, rows, columns).run(hints), ...size };
}

/**
 * The features of a sheet as float32.
 *
 * @returns [height, width, 43] row-major, channels last; larger sheets are cropped to their top-left
 *   `maxRows` × `maxCols` cells (`cropped` says so); 0 × 0 for an empty sheet.
 * @throws {WorkbookError} As `featuriseSheet`.
 *
 * @internal Only tests look at unpacked features.
 */
export function featurise(sheet: Sheet, limits: GridLimits): Grid & { readonly cropped: boolean } {
  const { grid, cropped } = featuriseSheet(sheet, sheet.name, limits);
  if (grid === null) return { height: 0, width: 0, data: new Float32Array(0), cropped };
  return { height: grid.height, width: grid.width, data: unpackGrid(grid), cropped };
}

class Featuriser {
  readonly #sheet: Sheet;
  readonly #height: number;
  readonly #width: number;
  readonly #rows: CellRows;
  readonly #marks: CellMarks | null;
  readonly #defaults: DefaultStyles;
  /** By style: the channels that only depend on it. */
  readonly #styleLow: Uint32Array;
  readonly #styleHigh: Uint32Array;
  readonly #vectors = new CellVectors();
  /** By style: 1 + the vector of an empty, unmarked cell, or 0. */
  readonly #blankVectors: Int32Array;
  readonly #texts: CellTextMeasures;

  constructor(sheet: Sheet, file: string, height: number, width: number) {
    this.#sheet = sheet;
    this.#height = height;
    this.#width = width;
    this.#rows = new CellRows(sheet.cells, height, width);
    this.#marks = marksOf(sheet, file, height, width);
    this.#defaults = new DefaultStyles(sheet, width);
    this.#texts = new CellTextMeasures(sheet);
    const median = this.#medianFontSize();
    this.#styleLow = Uint32Array.from(sheet.styles, (style) => styleLowWord(sheet, style));
    this.#styleHigh = Uint32Array.from(sheet.styles, (style) => styleHighWord(style, median));
    this.#blankVectors = new Int32Array(sheet.styles.length);
  }

  run(hints: boolean): PackedGrid {
    const [height, width] = [this.#height, this.#width];
    const marks = this.#marks?.marks;
    let indices: Uint16Array | Uint32Array = new Uint16Array(height * width);
    /** The position of a row without cells and styles of its own: all others of this kind are equal. */
    let bare = -1;
    for (let row = 0, at = 0; row < height; row++) {
      const rowStyle = this.#defaults.row(row + 1);
      const isBare = marks === undefined && rowStyle < 0 && this.#rows.isEmpty(row);
      if (isBare && bare >= 0) {
        indices.copyWithin(at, bare, bare + width);
        at += width;
        continue;
      }
      if (isBare) bare = at;
      const line = this.#rows.line(row);
      for (let column = 0; column < width; column++, at++) {
        const index = this.#indexAt(at, column, line[column]! - 1, rowStyle);
        if (index === 65_536 && indices instanceof Uint16Array) indices = new Uint32Array(indices);
        indices[at] = index;
      }
    }
    const grid = { height, width, cells: indices, vectors: this.#vectors.vectors() };
    if (!hints) return grid;
    return addHints(grid, readHints(this.#sheet, this.#rows, this.#marks, grid), this.#marks);
  }

  /** The index of the vector at a position, with the cell there or −1, and the style of its row or −1. */
  #indexAt(at: number, column: number, cell: number, rowStyle: number): number {
    const mark = this.#marks === null ? 0 : this.#marks.marks[at]!;
    let style: number;
    if (cell >= 0) style = this.#styleOf(cell);
    else style = rowStyle >= 0 ? rowStyle : this.#defaults.column(column + 1);
    if (mark !== 0) return this.#marked(at, cell, style, mark);
    return cell < 0 ? this.#blank(style) : this.#plain(cell, style);
  }

  #blank(style: number): number {
    const known = this.#blankVectors[style]!;
    if (known !== 0) return known - 1;
    const index = this.#vectors.add(this.#styleLow[style]!, this.#styleHigh[style]!, 0, null);
    this.#blankVectors[style] = index + 1;
    return index;
  }

  #plain(cell: number, style: number): number {
    const text = this.#texts.read(cell) ? this.#texts : null;
    const holds = this.#holds(cell, text !== null);
    if (holds === 0) return this.#blank(style);
    return this.#vectors.add(this.#styleLow[style]!, this.#styleHigh[style]!, holds, text);
  }

  /** A cell in a merged range or a table, or with a comment. */
  #marked(at: number, cell: number, style: number, mark: number): number {
    const isCovered = (mark & Mark.Covered) !== 0;
    const anchorAt = isCovered ? this.#marks!.anchor(at) : at;
    const anchor = isCovered ? this.#rows.at(anchorAt) - 1 : cell;
    const anchorStyle = isCovered ? this.#styleAt(anchorAt) : style;
    const text = anchor >= 0 && this.#texts.read(anchor) ? this.#texts : null;
    const holds = anchor < 0 ? 0 : this.#holds(anchor, text !== null);
    return this.#vectors.add(this.#styleLow[anchorStyle]!, this.#styleHigh[anchorStyle]!, holds, text, mark);
  }

  /**
   * What a cell holds, as bits of the low word. A formula counts as data even if its cached result is empty.
   */
  #holds(cell: number, hasText: boolean): number {
    if (this.#sheet.cells.hasFormula(cell)) return HAS_DATA | HAS_FORMULA;
    return hasText ? HAS_DATA : 0;
  }

  /** The style of a cell of the cell table; the default where the workbook lacks the one it names. */
  #styleOf(cell: number): number {
    const style = this.#sheet.cells.styles[cell]!;
    return style < this.#styleLow.length ? style : 0;
  }

  /** The style at a position of the grid. */
  #styleAt(at: number): number {
    const cell = this.#rows.at(at) - 1;
    if (cell >= 0) return this.#styleOf(cell);
    const rowStyle = this.#defaults.row(Math.floor(at / this.#width) + 1);
    return rowStyle >= 0 ? rowStyle : this.#defaults.column((at % this.#width) + 1);
  }

  /** Of all cells with a value or a formula, inside the limits or not. Covered cells are empty. */
  #medianFontSize(): number {
    const { styles, nonEmptyByStyle } = this.#sheet;
    const counts = Float64Array.from(nonEmptyByStyle);
    if (this.#marks && this.#sheet.merges.length > 0) {
      for (let at = 0; at < this.#height * this.#width; at++) {
        if (!this.#marks.isCovered(at)) continue;
        const cell = this.#rows.at(at) - 1;
        if (cell < 0) continue;
        if (this.#sheet.cells.hasFormula(cell) || this.#texts.read(cell)) {
          counts[this.#sheet.cells.styles[cell]!]!--;
        }
      }
    }
    const bySize = new Map<number, number>();
    for (let style = 0; style < counts.length; style++) {
      if (counts[style]! <= 0) continue;
      const size = fontSize(styles[style] ?? styles[0]!);
      bySize.set(size, (bySize.get(size) ?? 0) + counts[style]!);
    }
    return bySize.size === 0 ? fontSize(styles[0]!) : medianFontSize(bySize);
  }
}

/** What covers the cells of a sheet; null where nothing does. */
function marksOf(sheet: Sheet, file: string, height: number, width: number): CellMarks | null {
  const { merges, tables, comments } = sheet;
  if (merges.length === 0 && tables.length === 0 && comments.length === 0) return null;
  const marks = new CellMarks(height, width);
  try {
    for (let at = 0; at < merges.length; at += MERGE_FIELDS)
      marks.merge(merges.at(at), merges.at(at + 1), merges.at(at + 2), merges.at(at + 3));
    for (const { range, headerRows } of tables) marks.table(range, headerRows);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new WorkbookError("corrupt", { file, part: sheet.part, reason: error.message });
  }
  for (const { row, column } of comments) marks.comment(row, column);
  return marks;
}
