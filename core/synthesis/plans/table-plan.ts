/** The plan of a table, before it has a place or a format: its headers, columns and rows. */

import type { CellValue, PivotTableLayout } from "../../excel/write/workbook-layout.ts";

/** A value computed from other cells of the table, written as a formula where the author uses formulas. */
export interface PlannedFormula {
  readonly computed: number;
  /** Writes the formula. `address` gives the A1 address of a body cell; its row and column count from 0. */
  write(address: (row: number, column: number) => string): string;
}

export type PlannedValue = CellValue | PlannedFormula;

export interface HeaderCell {
  readonly text: CellValue;
  /** The column of the plan in which it stands, from 0. */
  readonly column: number;
  /** The columns that it spans. */
  readonly columns: number;
  /** The header rows that it spans. */
  readonly rows: number;
}

export interface PlannedColumn {
  /** Whether it holds labels of rows; such columns stand left of all others. */
  readonly isRowHeader: boolean;
  /** The format of its numbers; null: General. */
  readonly format: "integer" | "decimal" | "fine" | "currency" | "cents" | "percent" | "date" | null;
  /** Whether a total over its rows means something. */
  readonly adds: boolean;
}

type RowKind = "data" | "section" | "subtotal" | "total" | "blank";

export interface PlannedRow {
  readonly kind: RowKind;
  /** One value per column; empty for a blank row. */
  readonly values: readonly PlannedValue[];
  /** Levels by which the label is indented. */
  readonly indent?: number;
  /** Whether a line is drawn below it, whatever lines the table has. */
  readonly isRuled?: boolean;
}

export interface TablePlan {
  /**
   * Header rows from top to bottom; empty for a table without a header. Cells go left to right without
   * overlap.
   */
  readonly headers: readonly (readonly HeaderCell[])[];
  readonly columns: readonly PlannedColumn[];
  readonly rows: readonly PlannedRow[];
  /**
   * Runs of equal labels that are merged into one cell: the column, the first and the last body row, all
   * from 0.
   */
  readonly mergedLabels?: readonly { readonly column: number; readonly from: number; readonly to: number }[];
  /** Whether a program wrote it: it may have the style of the program instead of the author's. */
  readonly isRaw?: boolean;
  /** Whether its rows are framed to be filled in: the empty ones belong to the table. */
  readonly isPrepared?: boolean;
  /** Set if it can be a pivot table of Excel in the file too. */
  readonly pivot?: Omit<PivotTableLayout, "name" | "range">;
}

/** The size of a plan in cells of the plan. */
export function planSize({ headers, columns, rows }: TablePlan): { height: number; width: number } {
  return { height: headers.length + rows.length, width: columns.length };
}

/** Whether a value is a planned formula. */
export function isPlannedFormula(value: PlannedValue): value is PlannedFormula {
  return value !== null && typeof value === "object" && "computed" in value;
}

/** A header row with one text, or null, per column. */
export function flatHeader(texts: readonly CellValue[]): HeaderCell[] {
  return texts.map((text, column) => ({ text, column, columns: 1, rows: 1 }));
}

/** The number that a planned value stands for; 0 for texts and empty cells, as in Excel's SUM. */
export function numberOf(value: PlannedValue | undefined): number {
  if (typeof value === "number") return value;
  if (value !== undefined && isPlannedFormula(value)) return value.computed;
  return 0;
}
