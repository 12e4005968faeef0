/** The sizes of a sheet's rows and columns, and what of it stays in view, as the file stores them. */

import { IntegerList } from "./cell-table.ts";

/** Integers per run of equal columns in `SheetGeometry.columns`: first, last, width in 1/256 character. */
export const WIDTH_FIELDS = 3;
/** Integers per run of equal rows in `SheetGeometry.rows`: first, last, height in 1/100 of a point. */
export const HEIGHT_FIELDS = 3;

/** Only what the file says: rows and columns without a size of their own have the default. */
export interface SheetGeometry {
  /** Characters of the default font; null for Excel's own default. */
  readonly defaultWidth: number | null;
  /** Points; null for Excel's own default. */
  readonly defaultHeight: number | null;
  /** True: rows without a height of their own are hidden (`zeroHeight`). */
  readonly hidesRows: boolean;
  /** `WIDTH_FIELDS` integers per run. */
  readonly columns: IntegerList;
  /** `HEIGHT_FIELDS` integers per run. */
  readonly rows: IntegerList;
  /** How many rows at the top and columns at the left stay in view. */
  readonly frozenRows: number;
  readonly frozenColumns: number;
}

/** Gathers the geometry of a sheet while it is read. */
export class GeometryReader implements SheetGeometry {
  defaultWidth: number | null = null;
  defaultHeight: number | null = null;
  hidesRows = false;
  readonly columns = new IntegerList();
  readonly rows = new IntegerList();
  frozenRows = 0;
  frozenColumns = 0;

  /** @param width Characters. */
  addColumns(first: number, last: number, width: number): void {
    if (!(width >= 0)) return;
    this.columns.push(first);
    this.columns.push(last);
    this.columns.push(Math.round(Math.min(width, 1000) * 256));
  }

  /**
   * Rows come in order; a row that is as high as the one before it makes its run longer.
   *
   * @param height Points.
   */
  addRow(row: number, height: number): void {
    if (!(height >= 0)) return;
    const stored = Math.round(Math.min(height, 10_000) * 100);
    const { rows } = this;
    const last = rows.length - HEIGHT_FIELDS;
    if (last >= 0 && rows.at(last + 1) === row - 1 && rows.at(last + 2) === stored) {
      rows.length = last + 1;
      rows.push(row);
      rows.push(stored);
      return;
    }
    rows.push(row);
    rows.push(row);
    rows.push(stored);
  }
}
