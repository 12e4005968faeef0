/**
 * What a workbook holds, as pure data: the writer turns it into an .xlsx file, and anything else that wants to know
 * what the file says (a grid, a picture) can start from the same object.
 */

import type { Range } from "../../base/range.ts";

export interface WorkbookLayout {
  /** In the order of Excel's tabs; at least one, and at least one that is visible. */
  readonly sheets: readonly SheetLayout[];
}

export interface SheetLayout {
  /** 1–31 characters without `[ ] : * ? / \`, unique in the workbook whatever the case. */
  readonly name: string;
  /** Hidden from the tabs. */
  readonly hidden?: boolean;
  /** In any order; at most one a position. */
  readonly cells: readonly CellLayout[];
  /** Ranges of two cells or more that do not overlap; the value is that of the top-left cell. */
  readonly merges?: readonly Range[];
  readonly excelTables?: readonly ExcelTableLayout[];
  readonly pivotTables?: readonly PivotTableLayout[];
  readonly comments?: readonly CommentLayout[];
  /** Width in characters of the default font, by 1-based column. */
  readonly columnWidths?: ReadonlyMap<number, number>;
  /** Height in points, by 1-based row. */
  readonly rowHeights?: ReadonlyMap<number, number>;
  readonly hiddenRows?: readonly number[];
  readonly hiddenColumns?: readonly number[];
  /** The sheet is protected (without a password): locked cells cannot be edited. */
  readonly isProtected?: boolean;
  /** Rows above and columns left of this cell stay in view. */
  readonly frozenAt?: { readonly row: number; readonly column: number };
  /** False: the sheet's grid lines are not drawn. */
  readonly gridLines?: boolean;
}

export interface CellLayout {
  /** 1-based. */
  readonly row: number;
  readonly column: number;
  /** Null: a cell with a style only. */
  readonly value: CellValue;
  /** Share the object between cells that look alike: it is written once. */
  readonly style?: CellStyle;
}

/** A date is written as its serial number (UTC, 1900 system): give it a date format, or it gets `yyyy-mm-dd`. */
export type CellValue = null | number | string | boolean | Date | ErrorValue | FormulaValue;

export interface ErrorValue {
  readonly error: ErrorCode;
}

export type ErrorCode = "#NULL!" | "#DIV/0!" | "#VALUE!" | "#REF!" | "#NAME?" | "#NUM!" | "#N/A";

export interface FormulaValue {
  /** Without the leading `=`. */
  readonly formula: string;
  /** The result that Excel computed last; null where there is none. */
  readonly cached: null | number | string | boolean | ErrorValue;
}

export interface CellStyle {
  /** An Excel format code (`0.0%`, `yyyy-mm-dd`); absent: `General`. */
  readonly numberFormat?: string;
  readonly font?: FontStyle;
  readonly fill?: FillStyle;
  readonly border?: BorderStyle;
  readonly alignment?: AlignmentStyle;
  readonly protection?: ProtectionStyle;
}

export interface FontStyle {
  /** Absent: the default font's, Calibri 11. */
  readonly name?: string;
  readonly size?: number;
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly strike?: boolean;
  readonly underline?: boolean;
  readonly color?: Color;
}

/** ARGB in eight hex digits; or a place in the theme (0 light1, 1 dark1, … 4–9 accents) with a tint in −1 … 1; or the palette. */
export type Color =
  | { readonly rgb: string }
  | { readonly theme: number; readonly tint?: number }
  | { readonly indexed: number };

export interface FillStyle {
  /** `solid` shows the foreground colour. */
  readonly pattern:
    | "none"
    | "solid"
    | "gray125"
    | "darkGray"
    | "mediumGray"
    | "lightGray"
    | "lightUp"
    | "lightGrid";
  readonly foreground?: Color;
  readonly background?: Color;
}

export type LineStyle = "thin" | "medium" | "thick" | "double" | "dashed" | "dotted" | "hair";

export interface BorderStyle {
  readonly left?: LineStyle;
  readonly right?: LineStyle;
  readonly top?: LineStyle;
  readonly bottom?: LineStyle;
  /** Of all four lines; absent: automatic (black). */
  readonly color?: Color;
}

export interface AlignmentStyle {
  readonly horizontal?: "left" | "center" | "right";
  readonly vertical?: "top" | "center" | "bottom";
  readonly wrap?: boolean;
  /** Steps of three spaces. */
  readonly indent?: number;
}

/** Excel's default is locked and not hidden. */
export interface ProtectionStyle {
  readonly locked?: boolean;
  /** The formula is hidden on a protected sheet. */
  readonly hidden?: boolean;
}

export interface ExcelTableLayout {
  /** A letter or `_` first, no spaces; unique in the workbook. */
  readonly name: string;
  /** With its header and totals rows. */
  readonly range: Range;
  /** One a column, unique; with a header row the same as its cells' texts. */
  readonly columns: readonly string[];
  /** Absent: true. */
  readonly hasHeader?: boolean;
  readonly hasTotals?: boolean;
  /** A built-in style's name such as `TableStyleMedium2`; absent: none. */
  readonly style?: string;
}

/** A pivot table with one field of rows and no field of columns; what it shows stands in the cells as anything else does. */
export interface PivotTableLayout {
  /** Unique on the sheet. */
  readonly name: string;
  /** A row of captions, a row an item, and one for the totals if it has them; a column of items and one a value. */
  readonly range: Range;
  readonly rowField: string;
  /** Over the items. */
  readonly rowCaption: string;
  /** Null: no row of totals. */
  readonly totalCaption: string | null;
  /** In the order of the rows; unique, whatever the case. */
  readonly items: readonly string[];
  /** At least one: the caption over the column, the field that is summed, and its value for each item. */
  readonly values: readonly {
    readonly caption: string;
    readonly field: string;
    readonly amounts: readonly (number | null)[];
  }[];
}

/** A legacy note; of merged cells only the top-left one can have it. */
export interface CommentLayout {
  readonly row: number;
  readonly column: number;
  readonly author: string;
  readonly text: string;
}
