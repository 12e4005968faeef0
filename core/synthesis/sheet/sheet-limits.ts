/** How large generated sheets get. */

/** The largest size of a table. Sheets of several tables stay near it, and some go beyond. */
export interface SheetLimits {
  /** Body rows of a table. */
  readonly maxRows: number;
  /** Columns of a table. */
  readonly maxColumns: number;
}

/** Enough to learn long tables from; longer ones would only take more time. */
export const DEFAULT_SHEET_LIMITS: SheetLimits = { maxRows: 450, maxColumns: 70 };
