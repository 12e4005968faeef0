/** A workbook in memory, as `readWorkbook` returns it. */

import type { Range } from "../base/range.ts";
import type { CellTable, FormulaTable, IntegerList } from "./cell-table.ts";
import type { Palette } from "./color.ts";
import type { ReadingNote } from "./reading-note.ts";
import type { SheetGeometry } from "./sheet-geometry.ts";
import type { Comment, ListTable } from "./sheet-parts.ts";
import type { CellStyle } from "./styles.ts";
import type { TextTable } from "./text-table.ts";

export type SheetState = "visible" | "hidden" | "veryHidden";

/** A worksheet. Its cells are kept in typed arrays; `cell.ts` has the functions that read one of them. */
export interface Sheet {
  readonly name: string;
  readonly state: SheetState;
  /** The member of the archive that it was read from, for messages; null if there is none. */
  readonly part: string | null;
  /** Cells in the order of the file. If a position occurs several times, the last cell counts. */
  readonly cells: CellTable;
  readonly formulas: FormulaTable;
  /** The sheet's own texts: inline strings, formulas and their results, errors. */
  readonly texts: TextTable;
  /** The workbook's shared strings. */
  readonly strings: TextTable;
  /** The cell styles of the workbook, by the index in `cells.styles`. */
  readonly styles: readonly CellStyle[];
  readonly palette: Palette;
  /** True if day 0 is 1904-01-01, as on early Macintoshes. */
  readonly date1904: boolean;
  /** Rows that have a style or are hidden: row, style or −1, 1 if hidden (`ROW_FIELDS`). */
  readonly rows: IntegerList;
  /** Columns that have a style or are hidden: first, last, style or −1, 1 if hidden (`COLUMN_FIELDS`). */
  readonly columns: IntegerList;
  /** Merged ranges: top, left, bottom, right (`MERGE_FIELDS`). */
  readonly merges: IntegerList;
  readonly geometry: SheetGeometry;
  readonly tables: readonly ListTable[];
  readonly comments: readonly Comment[];
  /** Ranges of pivot tables. */
  readonly pivots: readonly Range[];
  /**
   * The last row and column with a value, a formula, a merged range, an Excel table or a comment, kept or
   * not; both are 0 for an empty sheet. A style alone does not count.
   */
  readonly height: number;
  readonly width: number;
  /** The last row and column with a value or a formula, kept or not. */
  readonly valueHeight: number;
  readonly valueWidth: number;
  /** Per style: how many cells with a value or a formula have it, kept or not. */
  readonly nonEmptyByStyle: Uint32Array;
  /** What was passed over or mended in the sheet and its own parts. */
  readonly notes: readonly ReadingNote[];
}

/** A sheet of an open workbook, whose cells are not read yet. */
export interface SheetEntry {
  readonly name: string;
  readonly state: SheetState;
  readonly part: string | null;
}

/** A workbook with all its worksheets; chart sheets, dialogs and macro sheets are left out. */
export interface Workbook {
  /** The path as the user named it. */
  readonly file: string;
  /** What was passed over in the parts that all sheets share. */
  readonly notes: readonly ReadingNote[];
  readonly sheets: readonly Sheet[];
}

/** What opening a workbook reads as a whole: the text of a CSV, or the strings that all sheets share. */
export type OpeningSize =
  | { readonly kind: "csv"; readonly bytes: number /** At most so many. */; readonly fields: number }
  | { readonly kind: "strings" /** Uncompressed. */; readonly bytes: number };

/** Called before that is in memory. What it throws ends the opening. */
export type BeforeReading = (size: OpeningSize) => void | Promise<void>;

/**
 * An open workbook, whose sheets are read one by one, so that only one is in memory. `close` it in the end.
 */
export interface OpenWorkbook {
  readonly file: string;
  /** What was passed over in the parts that all sheets share. */
  readonly notes: readonly ReadingNote[];
  /** The worksheets in the order of their tabs. */
  readonly entries: readonly SheetEntry[];
  /** The uncompressed bytes that a worksheet is read from, as the file says. */
  sheetBytes(index: number): number;
  /** Reads a worksheet. @throws {WorkbookError} If it is broken or too large. */
  readSheet(index: number): Promise<Sheet>;
  /** Closes the file. */
  close(): void;
}
