/**
 * The features of a sheet that is still a layout, without writing and reading a file: the same grid, bit for bit, as
 * `featuriseSheet` gives of the workbook that `encodeWorkbook` makes.
 */

import type { Range } from "../base/range.ts";
import { OFFICE_THEME } from "../excel/color.ts";
import { DEFAULT_FONT_SIZE, type CellStyle as StoredStyle } from "../excel/styles.ts";
import type {
  CellStyle,
  CellValue,
  CommentLayout,
  ExcelTableLayout,
  SheetLayout,
} from "../excel/write/workbook-layout.ts";
import { Mark } from "./cell-marks.ts";
import { medianFontSize } from "./median-font-size.ts";
import { type PackedGrid, packCells, VectorIndex } from "./packed-grid.ts";
import { storedStyle } from "./stored-style.ts";
import { styleHighWord, styleLowWord } from "./style-bits.ts";
import { isFormula, ValueMeasure } from "./value-measure.ts";
import {
  EMPTY_LENGTH,
  HAS_COMMENT,
  HAS_DATA,
  HAS_FORMULA,
  IS_FORMATTED,
  IS_IN_TABLE,
  IS_IN_TABLE_HEADER,
  IS_VISIBLY_EMPTY,
  MERGE_SHIFT,
} from "./vector-bits.ts";

/** A sheet's cells by place, and what covers them. Everything lies within the first `height` rows and `width` columns. */
export interface LayoutCells {
  readonly height: number;
  readonly width: number;
  /** [height, width] row-major; undefined and null: no value. */
  readonly values: readonly (CellValue | undefined)[];
  /** [height, width] row-major. Share the object between cells that look alike. */
  readonly styles: readonly (CellStyle | undefined)[];
  readonly merges: readonly Range[];
  readonly excelTables: readonly ExcelTableLayout[];
  readonly comments: readonly CommentLayout[];
}

/** The packed grid of a layout; null for one without a value, a merge, an Excel table or a comment. */
export function layoutGrid(sheet: SheetLayout): PackedGrid | null {
  const { cells, merges = [], excelTables = [], comments = [] } = sheet;
  const filled = cells.filter(({ value }) => value !== null && value !== "");
  const tables = excelTables.map(({ range }) => range);
  const bottoms = [...merges, ...tables].map(({ bottom }) => bottom);
  const rights = [...merges, ...tables].map(({ right }) => right);
  const places = [...filled, ...comments];
  const height = places.reduce((most, { row }) => Math.max(most, row), Math.max(0, ...bottoms));
  const width = places.reduce((most, { column }) => Math.max(most, column), Math.max(0, ...rights));
  if (height === 0) return null;
  const values = new Array<CellValue | undefined>(height * width);
  const styles = new Array<CellStyle | undefined>(height * width);
  for (const { row, column, value, style } of cells) {
    if (row > height || column > width) continue;
    const at = (row - 1) * width + column - 1;
    values[at] = value;
    styles[at] = style;
  }
  return gridOfCells({ height, width, values, styles, merges, excelTables, comments });
}

/** The packed grid of cells by place. */
export function gridOfCells(cells: LayoutCells): PackedGrid {
  return new LayoutFeaturiser(cells).run();
}

/** What the features need of a style; the words without a cell's own bits. */
interface StyleWords {
  readonly stored: StoredStyle;
  readonly low: number;
  /** Set once the median font size is known. */
  high: number;
  /** How many cells that hold something have it. */
  holders: number;
  /** 1 + the vector of an empty, unmarked cell, or 0. */
  blank: number;
}

const PALETTE = { palette: { indexed: [], theme: OFFICE_THEME } };

class LayoutFeaturiser {
  readonly #cells: LayoutCells;
  readonly #marks: Uint8Array | null;
  readonly #anchors: Uint32Array | null;
  readonly #styles = new Map<CellStyle | undefined, StyleWords>();
  readonly #vectors = new VectorIndex();
  readonly #measure = new ValueMeasure();

  constructor(cells: LayoutCells) {
    this.#cells = cells;
    const { height, width, merges, excelTables, comments } = cells;
    const isMarked = merges.length > 0 || excelTables.length > 0 || comments.length > 0;
    this.#marks = isMarked ? new Uint8Array(height * width) : null;
    this.#anchors = merges.length > 0 ? new Uint32Array(height * width) : null;
    for (const merge of merges) this.#paintMerge(merge);
    for (const { range, hasHeader = true } of excelTables) {
      this.#paint(range, Mark.Table);
      if (hasHeader) this.#paint({ ...range, bottom: range.top }, Mark.TableHeader);
    }
    for (const { row, column } of comments) {
      if (row <= height && column <= width) this.#marks![(row - 1) * width + column - 1]! |= Mark.Comment;
    }
  }

  run(): PackedGrid {
    const { height, width, values, styles } = this.#cells;
    const marks = this.#marks;
    const count = height * width;
    const words = new Array<StyleWords>(count);
    for (let at = 0, style = styles[0], last = this.#words(style); at < count; at++) {
      if (styles[at] !== style) {
        style = styles[at];
        last = this.#words(style);
      }
      words[at] = last;
      const value = values[at];
      if (value !== null && value !== undefined && value !== "" && !((marks?.[at] ?? 0) & Mark.Covered)) {
        last.holders++;
      }
    }
    const median = this.#medianFontSize();
    for (const each of this.#styles.values()) each.high = styleHighWord(each.stored, median);
    const indices = new Uint32Array(count);
    for (let at = 0; at < count; at++) {
      const mark = marks === null ? 0 : marks[at]!;
      indices[at] = mark === 0 ? this.#plain(values[at], words[at]!) : this.#marked(at, mark, words);
    }
    return packCells(height, width, indices, this.#vectors.vectors());
  }

  #plain(value: CellValue | undefined, words: StyleWords): number {
    if (value === null || value === undefined || value === "") {
      if (words.blank === 0) {
        words.blank =
          1 + this.#vectors.add((words.low | IS_VISIBLY_EMPTY) >>> 0, words.high | EMPTY_LENGTH, 0);
      }
      return words.blank - 1;
    }
    const isSeen = this.#measure.read(value, words.stored);
    let low = words.low | HAS_DATA | (isFormula(value) ? HAS_FORMULA : 0);
    if (!isSeen) low |= IS_VISIBLY_EMPTY;
    if (value instanceof Date) low |= IS_FORMATTED;
    return this.#vectors.add(low >>> 0, words.high | this.#measure.length, this.#measure.digits);
  }

  #marked(at: number, mark: number, words: readonly StyleWords[]): number {
    const isCovered = (mark & Mark.Covered) !== 0;
    const anchor = isCovered ? this.#anchors![at]! : at;
    const value = this.#cells.values[anchor];
    const { low: styleLow, high: styleHigh, stored } = words[anchor]!;
    const hasValue = value !== null && value !== undefined && value !== "";
    const isSeen = hasValue && this.#measure.read(value, stored);
    let low = styleLow | ((mark & 15) << MERGE_SHIFT);
    let high = styleHigh;
    let digits = 0;
    if (hasValue) low |= HAS_DATA | (isFormula(value) ? HAS_FORMULA : 0);
    if (value instanceof Date) low |= IS_FORMATTED;
    if (isSeen && !isCovered) {
      high |= this.#measure.length;
      digits = this.#measure.digits;
    } else {
      low |= IS_VISIBLY_EMPTY;
      high |= EMPTY_LENGTH;
    }
    if (mark & Mark.Table) high |= IS_IN_TABLE;
    if (mark & Mark.TableHeader) high |= IS_IN_TABLE_HEADER;
    if (mark & Mark.Comment) high |= HAS_COMMENT;
    return this.#vectors.add(low >>> 0, high, digits);
  }

  #words(style: CellStyle | undefined): StyleWords {
    let words = this.#styles.get(style);
    if (words === undefined) {
      const stored = storedStyle(style ?? {});
      words = { stored, low: styleLowWord(PALETTE, stored), high: 0, holders: 0, blank: 0 };
      this.#styles.set(style, words);
    }
    return words;
  }

  /** Over the cells that hold something, covered ones left out. */
  #medianFontSize(): number {
    const bySize = new Map<number, number>();
    for (const { stored, holders } of this.#styles.values()) {
      if (holders === 0) continue;
      bySize.set(stored.font.size!, (bySize.get(stored.font.size!) ?? 0) + holders);
    }
    if (bySize.size === 0) return DEFAULT_FONT_SIZE;
    if (bySize.size === 1) return bySize.keys().next().value!;
    return medianFontSize(bySize);
  }

  #paintMerge({ top, left, bottom, right }: Range): void {
    const { width } = this.#cells;
    const anchor = (top - 1) * width + left - 1;
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const at = (row - 1) * width + column - 1;
        let mark = at === anchor ? 0 : Mark.Covered;
        if (column > left) mark |= Mark.MergeLeft;
        if (column < right) mark |= Mark.MergeRight;
        if (row > top) mark |= Mark.MergeTop;
        if (row < bottom) mark |= Mark.MergeBottom;
        this.#marks![at]! |= mark;
        this.#anchors![at] = anchor;
      }
    }
  }

  #paint({ top, left, bottom, right }: Range, mark: number): void {
    const { width } = this.#cells;
    for (let row = top; row <= bottom; row++) {
      const start = (row - 1) * width;
      for (let at = start + left - 1; at < start + right; at++) this.#marks![at]! |= mark;
    }
  }
}
