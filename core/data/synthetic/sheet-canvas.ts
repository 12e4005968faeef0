import { MAX_COLUMN, type Range } from "../../excel/range.ts";
import type {
  CellLayout,
  CellStyle,
  CellValue,
  CommentLayout,
  ExcelTableLayout,
  SheetLayout,
} from "../../excel/write/workbook-layout.ts";
import type { StylePool } from "./style-pool.ts";

/** A sheet under construction: values and styles are put on cells in any order. Rows and columns count from 1. */
export class SheetCanvas {
  readonly pool: StylePool;
  readonly merges: Range[] = [];
  readonly excelTables: ExcelTableLayout[] = [];
  readonly comments: CommentLayout[] = [];
  readonly columnWidths = new Map<number, number>();
  readonly hiddenRows: number[] = [];
  readonly hiddenColumns: number[] = [];
  isProtected = false;
  gridLines = true;
  frozenAt: SheetLayout["frozenAt"];
  #cells = new Map<number, { row: number; column: number; value: CellValue; style: CellStyle | undefined }>();
  #bottom = 0;
  #right = 0;

  constructor(pool: StylePool) {
    this.pool = pool;
  }

  /** The last row and column that hold a value or a merge; styles alone do not count. */
  get bottom(): number {
    return this.#bottom;
  }

  get right(): number {
    return this.#right;
  }

  /** Puts a value on a cell, in place of the one there, and a style on top of the one there. */
  put(row: number, column: number, value: CellValue, style?: CellStyle): void {
    const cell = this.#cell(row, column);
    cell.value = value;
    cell.style = this.pool.combine(cell.style, style);
    if (value !== null) this.#reach(row, column);
  }

  /** Lays a style over every cell of a range. */
  paint({ top, left, bottom, right }: Range, style: CellStyle | undefined): void {
    if (style === undefined) return;
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const cell = this.#cell(row, column);
        cell.style = this.pool.combine(cell.style, style);
      }
    }
  }

  /** Lays a style under every cell of a range: what the cells have of their own stays. */
  underlay({ top, left, bottom, right }: Range, style: CellStyle): void {
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const cell = this.#cell(row, column);
        cell.style = this.pool.combine(style, cell.style);
      }
    }
  }

  /** Merges a range of two cells or more; a single cell is left as it is. */
  merge(range: Range): void {
    if (range.top === range.bottom && range.left === range.right) return;
    this.merges.push(range);
    this.#reach(range.bottom, range.right);
  }

  valueAt(row: number, column: number): CellValue {
    return this.#cells.get(key(row, column))?.value ?? null;
  }

  toLayout(name: string): SheetLayout {
    const cells: CellLayout[] = [];
    for (const { row, column, value, style } of this.#cells.values()) {
      if (value !== null || style !== undefined)
        cells.push(style ? { row, column, value, style } : { row, column, value });
    }
    return {
      name,
      cells,
      merges: this.merges,
      excelTables: this.excelTables,
      comments: this.comments,
      columnWidths: this.columnWidths,
      hiddenRows: this.hiddenRows,
      hiddenColumns: this.hiddenColumns,
      isProtected: this.isProtected,
      gridLines: this.gridLines,
      frozenAt: this.frozenAt,
    };
  }

  #cell(row: number, column: number) {
    const at = key(row, column);
    let cell = this.#cells.get(at);
    if (cell === undefined) {
      cell = { row, column, value: null, style: undefined };
      this.#cells.set(at, cell);
    }
    return cell;
  }

  #reach(row: number, column: number): void {
    this.#bottom = Math.max(this.#bottom, row);
    this.#right = Math.max(this.#right, column);
  }
}

function key(row: number, column: number): number {
  return row * (MAX_COLUMN + 1) + column;
}
