/**
 * Makes the feature grid of a sheet that is still a layout, without writing a file. The grid is the same, bit
 * for bit, as the one that `featuriseSheet` makes of the workbook that `encodeWorkbook` writes.
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
import { CellMarks, Mark } from "./cell-marks.ts";
import { CellVectors } from "./cell-vectors.ts";
import { addHints } from "./hints/add-hints.ts";
import { setHints } from "./hints/layout-hints.ts";
import { type RowHints, SheetHints } from "./hints/sheet-hints.ts";
import { medianFontSize } from "./median-font-size.ts";
import { type PackedGrid, packCells } from "./packed-grid.ts";
import { storedStyle } from "./stored-style.ts";
import { styleHighWord, styleLowWord } from "./style-bits.ts";
import { isFormula, ValueMeasure } from "./value-measure.ts";
import { HAS_DATA, HAS_FORMULA, IS_FORMATTED } from "./vector-bits.ts";

/** A sheet's cells by place, and what covers them; all of it within `height` rows and `width` columns. */
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

/**
 * The packed grid of a layout; null for one without a value, a merge, an Excel table or a comment.
 *
 * @internal Only tests start from a layout; a synthetic sheet has its cells by place.
 */
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

/** What the features need of a style. */
interface StyleWords {
  readonly stored: StoredStyle;
  readonly low: number;
  /** Set once the median font size is known. */
  high: number;
  /** How many cells hold something and have this style. */
  holders: number;
  /** 1 + the vector of an empty, unmarked cell, or 0. */
  blank: number;
}

const PALETTE = { palette: { indexed: [], theme: OFFICE_THEME } };

class LayoutFeaturiser {
  readonly #cells: LayoutCells;
  readonly #marks: CellMarks | null;
  readonly #styles = new Map<CellStyle | undefined, StyleWords>();
  readonly #vectors = new CellVectors();
  readonly #measure = new ValueMeasure();

  constructor(cells: LayoutCells) {
    this.#cells = cells;
    this.#marks = marksOf(cells);
  }

  run(): PackedGrid {
    const { height, width, values, styles } = this.#cells;
    const marks = this.#marks?.marks;
    const count = height * width;
    const words = new Array<StyleWords>(count);
    for (let at = 0, style = styles[0], last = this.#words(style); at < count; at++) {
      if (styles[at] !== style) {
        style = styles[at];
        last = this.#words(style);
      }
      words[at] = last;
      const value = values[at];
      if (!isEmpty(value) && !this.#marks?.isCovered(at)) last.holders++;
    }
    const median = this.#medianFontSize();
    for (const each of this.#styles.values()) each.high = styleHighWord(each.stored, median);
    const indices = new Uint32Array(count);
    for (let at = 0; at < count; at++) {
      const mark = marks?.[at] ?? 0;
      indices[at] = mark === 0 ? this.#plain(values[at], words[at]!) : this.#marked(at, mark, words);
    }
    const grid = packCells(height, width, indices, this.#vectors.vectors());
    return addHints(grid, this.#hints(words), this.#marks);
  }

  #hints(words: readonly StyleWords[]): RowHints {
    const { height, width, values } = this.#cells;
    const hints = new SheetHints(
      Uint32Array.from({ length: height }, (_, row) => row),
      width,
    );
    for (let at = 0; at < values.length; at++) {
      const value = values[at];
      if (!isEmpty(value) && !this.#marks?.isCovered(at)) setHints(hints, at, value, words[at]!.stored);
    }
    return hints.finish();
  }

  #plain(value: CellValue | undefined, words: StyleWords): number {
    if (!isEmpty(value)) return this.#filled(value, words);
    if (words.blank === 0) words.blank = 1 + this.#vectors.add(words.low, words.high, 0, null);
    return words.blank - 1;
  }

  /** A cell in a merged range or a table, or with a comment. */
  #marked(at: number, mark: number, words: readonly StyleWords[]): number {
    const anchor = (mark & Mark.Covered) !== 0 ? this.#marks!.anchor(at) : at;
    const value = this.#cells.values[anchor];
    const style = words[anchor]!;
    if (isEmpty(value)) return this.#vectors.add(style.low, style.high, 0, null, mark);
    return this.#filled(value, style, mark);
  }

  #filled(value: CellValue, { low, high, stored }: StyleWords, mark = 0): number {
    const text = this.#measure.read(value, stored) ? this.#measure : null;
    const holds = HAS_DATA | (isFormula(value) ? HAS_FORMULA : 0);
    // A date without a date format gets one when it is written.
    const styleLow = value instanceof Date ? low | IS_FORMATTED : low;
    return this.#vectors.add(styleLow, high, holds, text, mark);
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

  /** Of the cells that hold something, without covered ones. */
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
}

function isEmpty(value: CellValue | undefined): value is null | undefined | "" {
  return value === null || value === undefined || value === "";
}

/** What covers the cells; null where nothing does. */
function marksOf({ height, width, merges, excelTables, comments }: LayoutCells): CellMarks | null {
  if (merges.length === 0 && excelTables.length === 0 && comments.length === 0) return null;
  const marks = new CellMarks(height, width);
  for (const { top, left, bottom, right } of merges) marks.merge(top, left, bottom, right);
  for (const { range, hasHeader = true } of excelTables) marks.table(range, hasHeader ? 1 : 0);
  for (const { row, column } of comments) marks.comment(row, column);
  return marks;
}
