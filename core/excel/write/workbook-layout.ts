/**
 * The contents of a workbook as plain data. The writer turns it into an .xlsx file; other code can make a
 * grid or a picture from the same object.
 */

import type { Range } from "../../base/range.ts";

export interface WorkbookLayout {
  /** In the order of the tabs. There has to be at least one visible sheet. */
  readonly sheets: readonly SheetLayout[];
}

export interface SheetLayout {
  /** 1–31 characters without `[ ] : * ? / \`. No other sheet has the same name, in any case. */
  readonly name: string;
  /** True: the sheet has no tab. */
  readonly hidden?: boolean;
  /** In any order, with at most one cell per position. */
  readonly cells: readonly CellLayout[];
  /** Ranges of at least two cells that do not overlap. The value is that of the top left cell. */
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
  /** True: the sheet is protected, without a password, and locked cells cannot be edited. */
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
  /** Null: the cell only has a style. */
  readonly value: CellValue;
  /** Share the object between cells with the same style: it is then written once. */
  readonly style?: CellStyle;
}

/**
 * A date is written as its serial number (UTC, 1900 system). Without a number format it gets `yyyy-mm-dd`.
 */
export type CellValue = null | number | string | boolean | Date | ErrorValue | FormulaValue;

interface ErrorValue {
  readonly error: ErrorCode;
}

export type ErrorCode = "#NULL!" | "#DIV/0!" | "#VALUE!" | "#REF!" | "#NAME?" | "#NUM!" | "#N/A";

export interface FormulaValue {
  /** Without the leading `=`. */
  readonly formula: string;
  /** The last result that Excel computed; null if there is none. */
  readonly cached: null | number | string | boolean | ErrorValue;
}

export interface CellStyle {
  /** A format code of Excel (`0.0%`, `yyyy-mm-dd`). Left out: `General`. */
  readonly numberFormat?: string;
  readonly font?: FontStyle;
  readonly fill?: FillStyle;
  readonly border?: BorderStyle;
  readonly alignment?: AlignmentStyle;
  readonly protection?: ProtectionStyle;
}

export interface FontStyle {
  /** Left out: the default font, Calibri 11. */
  readonly name?: string;
  readonly size?: number;
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly strike?: boolean;
  readonly underline?: boolean;
  readonly color?: Color;
}

/**
 * ARGB in eight hex digits, or a slot of the theme (0 light1, 1 dark1, … 4–9 accents) with a tint of −1 … 1,
 * or an index of the palette.
 */
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
  /** The colour of all four lines. Left out: automatic (black). */
  readonly color?: Color;
}

interface AlignmentStyle {
  readonly horizontal?: "left" | "center" | "right";
  readonly vertical?: "top" | "center" | "bottom";
  readonly wrap?: boolean;
  /** In steps of three spaces. */
  readonly indent?: number;
}

/** By default a cell is locked and not hidden. */
interface ProtectionStyle {
  readonly locked?: boolean;
  /** The formula is hidden on a protected sheet. */
  readonly hidden?: boolean;
}

export interface ExcelTableLayout {
  /** Begins with a letter or `_`, has no spaces, and is unique in the workbook. */
  readonly name: string;
  /** Includes its header and totals rows. */
  readonly range: Range;
  /** One unique name per column. With a header row, they are the texts of its cells. */
  readonly columns: readonly string[];
  /** Absent: true. */
  readonly hasHeader?: boolean;
  readonly hasTotals?: boolean;
  /** The name of a built-in style such as `TableStyleMedium2`. Left out: none. */
  readonly style?: string;
}

/**
 * A pivot table with one row field and no column field. The values that it shows are ordinary
 * cells of the sheet.
 */
export interface PivotTableLayout {
  /** Unique on the sheet. */
  readonly name: string;
  /**
   * One row of captions, one row per item, and one for the totals if there are any; one column of items
   * and one per value.
   */
  readonly range: Range;
  readonly rowField: string;
  /** The caption above the items. */
  readonly rowCaption: string;
  /** The caption of the row of totals; null if there is no such row. */
  readonly totalCaption: string | null;
  /** In the order of the rows. All differ, in any case. */
  readonly items: readonly string[];
  /** At least one: the caption above the column, the field that is summed, and its value for each item. */
  readonly values: readonly {
    readonly caption: string;
    readonly field: string;
    readonly amounts: readonly (number | null)[];
  }[];
}

/** A legacy note. Of merged cells, only the top left one can have one. */
export interface CommentLayout {
  readonly row: number;
  readonly column: number;
  readonly author: string;
  readonly text: string;
}
