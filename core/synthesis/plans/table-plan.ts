/** A table before it has a place on a sheet: what its rows and columns say. */

import type { CellValue, PivotTableLayout } from "../../excel/write/workbook-layout.ts";

/** A value computed from other cells of the table: by a formula where the author uses formulas. */
export interface PlannedFormula {
  readonly computed: number;
  /** The formula, given the A1 address of a body cell by row and column of the plan, from 0. */
  write(address: (row: number, column: number) => string): string;
}

export type PlannedValue = CellValue | PlannedFormula;

export interface HeaderCell {
  readonly text: CellValue;
  /** The column of the plan where it stands, from 0, and how many columns and header rows it is about. */
  readonly column: number;
  readonly columns: number;
  readonly rows: number;
}

export interface PlannedColumn {
  /** Labels of rows, left of all others. */
  readonly isRowHeader: boolean;
  /** For the numbers in it; null: none. */
  readonly format: "integer" | "decimal" | "fine" | "currency" | "cents" | "percent" | "date" | null;
  /** Whether a total over its rows means something. */
  readonly adds: boolean;
}

export type RowKind = "data" | "section" | "subtotal" | "total" | "blank";

export interface PlannedRow {
  readonly kind: RowKind;
  /** One a column; empty for a blank row. */
  readonly values: readonly PlannedValue[];
  /** Steps by which the label is indented. */
  readonly indent?: number;
  /** A line is drawn below it, whatever lines the table has. */
  readonly isRuled?: boolean;
}

export interface TablePlan {
  /** From top to bottom; none for records without a header. Cells are from left to right and do not overlap. */
  readonly headers: readonly (readonly HeaderCell[])[];
  readonly columns: readonly PlannedColumn[];
  readonly rows: readonly PlannedRow[];
  /** Body rows of a column whose equal labels are merged into one cell: column, first and last row. */
  readonly mergedLabels?: readonly { readonly column: number; readonly from: number; readonly to: number }[];
  /** As programs write it: no style of the author's, but perhaps one of the program's own. */
  readonly isRaw?: boolean;
  /** Its rows are framed, whether they are filled in or not: it ends with them. */
  readonly isPrepared?: boolean;
  /** What makes it a pivot table of Excel's, if it is one in the file too. */
  readonly pivot?: Omit<PivotTableLayout, "name" | "range">;
}

/** The size of a plan in cells of the plan. */
export function planSize({ headers, columns, rows }: TablePlan): { height: number; width: number } {
  return { height: headers.length + rows.length, width: columns.length };
}

export function isPlannedFormula(value: PlannedValue): value is PlannedFormula {
  return value !== null && typeof value === "object" && "computed" in value;
}

/** One header row with a text (or nothing) over each column. */
export function flatHeader(texts: readonly CellValue[]): HeaderCell[] {
  return texts.map((text, column) => ({ text, column, columns: 1, rows: 1 }));
}

/** The number that a planned value stands for; 0 for texts and empty cells, as in Excel's SUM. */
export function numberOf(value: PlannedValue | undefined): number {
  if (typeof value === "number") return value;
  if (value !== undefined && isPlannedFormula(value)) return value.computed;
  return 0;
}
