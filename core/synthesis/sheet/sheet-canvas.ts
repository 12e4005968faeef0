/** The sheet that everything is drawn on. */

import type { Range } from "../../base/range.ts";
import type {
  CellLayout,
  CellStyle,
  CellValue,
  CommentLayout,
  ExcelTableLayout,
  PivotTableLayout,
  SheetLayout,
} from "../../excel/write/workbook-layout.ts";
import type { LayoutCells } from "../../features/layout-grid.ts";
import type { StylePool } from "../looks/style-pool.ts";

/** The cells of a row; index 0 is column 1. */
interface CanvasRow {
  readonly values: (CellValue | undefined)[];
  readonly styles: (CellStyle | undefined)[];
}

/** A sheet under construction. Values and styles go on cells in any order; rows and columns count from 1. */
export class SheetCanvas {
  readonly pool: StylePool;
  readonly merges: Range[] = [];
  readonly excelTables: ExcelTableLayout[] = [];
  readonly pivotTables: PivotTableLayout[] = [];
  readonly comments: CommentLayout[] = [];
  readonly columnWidths = new Map<number, number>();
  readonly hiddenRows: number[] = [];
  readonly hiddenColumns: number[] = [];
  isProtected = false;
  gridLines = true;
  frozenAt: SheetLayout["frozenAt"];
  readonly #rows: CanvasRow[] = [];
  #bottom = 0;
  #right = 0;

  constructor(pool: StylePool) {
    this.pool = pool;
  }

  /** The last row with a value, a merge or a comment; styles alone do not count. 0 for an empty sheet. */
  get bottom(): number {
    return this.#bottom;
  }

  /** The last column with a value, a merge or a comment; styles alone do not count. 0 for an empty sheet. */
  get right(): number {
    return this.#right;
  }

  /** Puts a value in a cell and lays a style over the one there. A null value leaves the value as it is. */
  put(row: number, column: number, value: CellValue, style?: CellStyle): void {
    const { values, styles } = this.#row(row);
    if (value !== null) {
      values[column - 1] = value;
      this.#reach(row, column);
    }
    if (style !== undefined) styles[column - 1] = this.pool.combine(styles[column - 1], style);
  }

  /** Lays a style over every cell of a range. */
  paint({ top, left, bottom, right }: Range, style: CellStyle | undefined): void {
    if (style === undefined) return;
    for (let row = top; row <= bottom; row++) {
      const { styles } = this.#row(row);
      for (let at = left - 1; at < right; at++) styles[at] = this.pool.combine(styles[at], style);
    }
  }

  /** Lays a style under every cell of a range: what a cell has already stays. */
  underlay({ top, left, bottom, right }: Range, style: CellStyle): void {
    for (let row = top; row <= bottom; row++) {
      const { styles } = this.#row(row);
      for (let at = left - 1; at < right; at++) styles[at] = this.pool.combine(style, styles[at]);
    }
  }

  /** Merges a range of two cells or more; a single cell is left as it is. */
  merge(range: Range): void {
    if (range.top === range.bottom && range.left === range.right) return;
    this.merges.push(range);
    this.#reach(range.bottom, range.right);
  }

  comment(comment: CommentLayout): void {
    this.comments.push(comment);
    this.#reach(comment.row, comment.column);
  }

  /** The value of a cell; null for an empty one. */
  valueAt(row: number, column: number): CellValue {
    return this.#rows[row - 1]?.values[column - 1] ?? null;
  }

  /** The cells up to `bottom` and `right`; null for an empty sheet. */
  toCells(): LayoutCells | null {
    const height = this.#bottom;
    const width = this.#right;
    if (height === 0) return null;
    const values = new Array<CellValue | undefined>(height * width).fill(undefined);
    const styles = new Array<CellStyle | undefined>(height * width).fill(undefined);
    for (let row = 0, start = 0; row < height; row++, start += width) {
      const cells = this.#rows[row];
      if (cells === undefined) continue;
      for (let at = Math.min(width, cells.values.length) - 1; at >= 0; at--)
        values[start + at] = cells.values[at];
      for (let at = Math.min(width, cells.styles.length) - 1; at >= 0; at--)
        styles[start + at] = cells.styles[at];
    }
    const { merges, excelTables, comments } = this;
    return { height, width, values, styles, merges, excelTables, comments };
  }

  /** The sheet as a layout, with all cells that have a value or a style. */
  toLayout(name: string): SheetLayout {
    const cells: CellLayout[] = [];
    for (const [index, { values, styles }] of this.#rows.entries()) {
      for (let at = 0; at < Math.max(values.length, styles.length); at++) {
        const value = values[at] ?? null;
        const style = styles[at];
        const place = { row: index + 1, column: at + 1, value };
        if (value !== null || style !== undefined) cells.push(style ? { ...place, style } : place);
      }
    }
    return {
      name,
      cells,
      merges: this.merges,
      excelTables: this.excelTables,
      pivotTables: this.pivotTables,
      comments: this.comments,
      columnWidths: this.columnWidths,
      hiddenRows: this.hiddenRows,
      hiddenColumns: this.hiddenColumns,
      isProtected: this.isProtected,
      gridLines: this.gridLines,
      frozenAt: this.frozenAt,
    };
  }

  #row(row: number): CanvasRow {
    for (let last = this.#rows.length; last < row; last++) this.#rows.push({ values: [], styles: [] });
    return this.#rows[row - 1]!;
  }

  #reach(row: number, column: number): void {
    if (row > this.#bottom) this.#bottom = row;
    if (column > this.#right) this.#right = column;
  }
}
