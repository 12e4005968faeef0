/** From a sheet to its feature grid, by the rules of docs/features.md. */

import { DefaultStyles, locateCells } from "../excel/cell.ts";
import type { Sheet } from "../excel/workbook.ts";
import { WorkbookError } from "../excel/workbook-error.ts";
import { CellMarks, Mark } from "./cell-marks.ts";
import { CellTextMeasures } from "./cell-text-measures.ts";
import type { Grid } from "./grid.ts";
import { medianFontSize } from "./median-font-size.ts";
import { type PackedGrid, packCells, unpackGrid, VectorIndex } from "./packed-grid.ts";
import { fontSize, styleHighWord, styleLowWord } from "./style-bits.ts";
import {
  EMPTY_LENGTH,
  HAS_COMMENT,
  HAS_DATA,
  HAS_FORMULA,
  IS_IN_TABLE,
  IS_IN_TABLE_HEADER,
  IS_VISIBLY_EMPTY,
  MERGE_SHIFT,
} from "./vector-bits.ts";

/** How large a grid may become. */
export interface GridLimits {
  readonly maxRows: number;
  readonly maxCols: number;
}

/** A sheet's features and what was cut off. */
export interface SheetFeatures {
  /** null for an empty sheet. */
  readonly grid: PackedGrid | null;
  /** The sheet's extent before cropping, in cells. */
  readonly height: number;
  readonly width: number;
  /** True where the sheet is larger than the limits: the grid is its top-left part. */
  readonly cropped: boolean;
}

/** No grid has more cells than this, whatever the limits: its indices alone would take 64 MiB. */
export const MAX_GRID_CELLS = 2 ** 24;

/**
 * The features of a sheet, in compact form.
 *
 * @param file For messages.
 * @throws {WorkbookError} If the grid would have more than 2^24 cells, or its merged ranges overlap without end.
 */
export function featuriseSheet(sheet: Sheet, file: string, { maxRows, maxCols }: GridLimits): SheetFeatures {
  const { height, width } = sheet;
  const size = { height, width, cropped: height > maxRows || width > maxCols };
  if (height === 0 || width === 0) return { grid: null, ...size };
  const rows = Math.min(height, maxRows);
  const columns = Math.min(width, maxCols);
  if (rows * columns > MAX_GRID_CELLS) {
    throw new WorkbookError("too-large", {
      file,
      part: sheet.part,
      reason: `the sheet "${sheet.name}" reaches over ${height} × ${width} cells`,
      fix: `set data.max_rows and data.max_cols so that their product is at most ${MAX_GRID_CELLS}`,
    });
  }
  return { grid: new Featuriser(sheet, file, rows, columns).run(), ...size };
}

/**
 * The features of a sheet as float32.
 *
 * @returns [height, width, 43] row-major, channels last; larger sheets are cropped to their top-left `maxRows` × `maxCols`
 *   cells (`cropped` says so); 0 × 0 for an empty sheet.
 * @throws {WorkbookError} As `featuriseSheet`.
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
  /** 1 + the index of the cell at a position, or 0. */
  readonly #located: Int32Array;
  readonly #marks: CellMarks | null;
  readonly #defaults: DefaultStyles;
  /** By style: the channels that only depend on it. */
  readonly #styleLow: Uint32Array;
  readonly #styleHigh: Uint32Array;
  readonly #vectors = new VectorIndex();
  /** By style: 1 + the vector of an empty, unmarked cell, or 0. */
  readonly #blankVectors: Int32Array;
  readonly #texts: CellTextMeasures;

  constructor(sheet: Sheet, file: string, height: number, width: number) {
    this.#sheet = sheet;
    this.#height = height;
    this.#width = width;
    this.#located = locateCells(sheet, height, width);
    const isMarked = sheet.merges.length > 0 || sheet.tables.length > 0 || sheet.comments.length > 0;
    this.#marks = isMarked ? new CellMarks(sheet, file, height, width) : null;
    this.#defaults = new DefaultStyles(sheet, width);
    this.#texts = new CellTextMeasures(sheet);
    const median = this.#medianFontSize();
    this.#styleLow = Uint32Array.from(sheet.styles, (style) => styleLowWord(sheet, style));
    this.#styleHigh = Uint32Array.from(sheet.styles, (style) => styleHighWord(style, median));
    this.#blankVectors = new Int32Array(sheet.styles.length);
  }

  run(): PackedGrid {
    const indices = new Uint32Array(this.#height * this.#width);
    const marks = this.#marks?.marks;
    const located = this.#located;
    for (let row = 0, at = 0; row < this.#height; row++) {
      const rowStyle = this.#defaults.row(row + 1);
      for (let column = 0; column < this.#width; column++, at++) {
        const cell = located[at]! - 1;
        const mark = marks === undefined ? 0 : marks[at]!;
        let style: number;
        if (cell >= 0) style = this.#styleOf(cell);
        else style = rowStyle >= 0 ? rowStyle : this.#defaults.column(column + 1);
        indices[at] =
          mark !== 0
            ? this.#marked(at, cell, style, mark)
            : cell < 0
              ? this.#blank(style)
              : this.#plain(cell, style);
      }
    }
    return packCells(this.#height, this.#width, indices, this.#vectors.vectors());
  }

  #blank(style: number): number {
    const known = this.#blankVectors[style]!;
    if (known !== 0) return known - 1;
    const low = this.#styleLow[style]! | IS_VISIBLY_EMPTY;
    const index = this.#vectors.add(low >>> 0, this.#styleHigh[style]! | EMPTY_LENGTH, 0);
    this.#blankVectors[style] = index + 1;
    return index;
  }

  #plain(cell: number, style: number): number {
    const texts = this.#texts;
    if (!texts.read(cell))
      return this.#sheet.cells.hasFormula(cell) ? this.#emptyFormula(style) : this.#blank(style);
    const low = this.#styleLow[style]! | HAS_DATA | (this.#sheet.cells.hasFormula(cell) ? HAS_FORMULA : 0);
    return this.#vectors.add(low >>> 0, this.#styleHigh[style]! | texts.length, texts.digits);
  }

  /** A formula whose cached result is an empty string. */
  #emptyFormula(style: number): number {
    const low = this.#styleLow[style]! | HAS_DATA | HAS_FORMULA | IS_VISIBLY_EMPTY;
    return this.#vectors.add(low >>> 0, this.#styleHigh[style]! | EMPTY_LENGTH, 0);
  }

  /** A cell in a merged range or a table, or with a comment. */
  #marked(at: number, cell: number, style: number, mark: number): number {
    const isCovered = (mark & Mark.Covered) !== 0;
    const anchor = isCovered ? this.#located[this.#marks!.anchors[at]!]! - 1 : cell;
    const anchorStyle = isCovered ? this.#styleAt(this.#marks!.anchors[at]!) : style;
    let low = this.#styleLow[anchorStyle]! | ((mark & 15) << MERGE_SHIFT);
    let high = this.#styleHigh[anchorStyle]!;
    let digits = 0;
    const hasText = anchor >= 0 && this.#texts.read(anchor);
    if (anchor >= 0 && this.#sheet.cells.hasFormula(anchor)) low |= HAS_DATA | HAS_FORMULA;
    else if (hasText) low |= HAS_DATA;
    if (hasText && !isCovered) {
      high |= this.#texts.length;
      digits = this.#texts.digits;
    } else {
      // What a covered cell may hold is never seen.
      low |= IS_VISIBLY_EMPTY;
      high |= EMPTY_LENGTH;
    }
    if (mark & Mark.Table) high |= IS_IN_TABLE;
    if (mark & Mark.TableHeader) high |= IS_IN_TABLE_HEADER;
    if (mark & Mark.Comment) high |= HAS_COMMENT;
    return this.#vectors.add(low >>> 0, high, digits);
  }

  /** The style of a cell of the cell table; the default where the workbook lacks the one it names. */
  #styleOf(cell: number): number {
    const style = this.#sheet.cells.styles[cell]!;
    return style < this.#styleLow.length ? style : 0;
  }

  /** The style at a position of the grid. */
  #styleAt(at: number): number {
    const cell = this.#located[at]! - 1;
    if (cell >= 0) return this.#styleOf(cell);
    const rowStyle = this.#defaults.row(Math.floor(at / this.#width) + 1);
    return rowStyle >= 0 ? rowStyle : this.#defaults.column((at % this.#width) + 1);
  }

  /** Over the cells with a value or a formula, whether inside the limits or not; covered cells are empty. */
  #medianFontSize(): number {
    const { styles, nonEmptyByStyle } = this.#sheet;
    const counts = Float64Array.from(nonEmptyByStyle);
    if (this.#marks && this.#sheet.merges.length > 0) {
      for (let at = 0; at < this.#located.length; at++) {
        const cell = this.#located[at]! - 1;
        if (cell < 0 || (this.#marks.marks[at]! & Mark.Covered) === 0) continue;
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
