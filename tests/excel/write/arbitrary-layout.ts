/** Random workbooks for property tests: everything that a layout can say, in small. */

import fc from "fast-check";
import type { Range } from "../../../core/base/range.ts";
import type {
  CellLayout,
  CellStyle,
  CellValue,
  Color,
  CommentLayout,
  ErrorCode,
  ExcelTableLayout,
  LineStyle,
  SheetLayout,
  WorkbookLayout,
} from "../../../core/excel/write/workbook-layout.ts";

const ROWS = 30;
const COLUMNS = 12;

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const texts = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.constantFrom(
    " a ",
    "a\nb",
    "<&>\"'",
    "_x0041_",
    "x_x000D_",
    "\t",
    "Größe",
    "数量",
    "😀",
    "=1+1",
    "007",
    "\u0001",
    "a\r\nb",
  ),
);

const errors = fc.constantFrom<ErrorCode>("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A");
const numbers = fc.oneof(
  fc.integer(),
  fc
    .double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 })
    .map((value) => (value === 0 ? 0 : value)),
);

const values: fc.Arbitrary<CellValue> = fc.oneof(
  numbers,
  texts,
  fc.boolean(),
  errors.map((error) => ({ error })),
  fc.constant(null),
  fc
    .date({ min: new Date("1900-03-01"), max: new Date("2100-01-01"), noInvalidDate: true })
    .map(wholeSeconds),
  fc.record({
    formula: fc.constantFrom("SUM(A1:A3)", 'IF(A1<2,"<&>",B1)', "A1*2"),
    cached: fc.oneof(
      numbers,
      texts,
      fc.boolean(),
      fc.constant(null),
      errors.map((error) => ({ error })),
    ),
  }),
);

function wholeSeconds(date: Date): Date {
  return new Date(Math.round(date.getTime() / 1000) * 1000);
}

const colors: fc.Arbitrary<Color> = fc.oneof(
  fc
    .tuple(fc.constantFrom("FF", "00"), fc.integer({ min: 0, max: 0xffffff }))
    .map(([alpha, rgb]) => ({ rgb: alpha + rgb.toString(16).toUpperCase().padStart(6, "0") })),
  fc.record({
    theme: fc.integer({ min: 0, max: 9 }),
    tint: optional(fc.constantFrom(-0.5, -0.25, 0.4, 0.8)),
  }),
  fc.record({ indexed: fc.integer({ min: 0, max: 63 }) }),
);

const lines = fc.constantFrom<LineStyle>("thin", "medium", "thick", "double", "dashed", "dotted", "hair");

const styles: fc.Arbitrary<CellStyle> = fc.record(
  {
    numberFormat: fc.constantFrom(
      "0",
      "0.00",
      "#,##0",
      "0%",
      '#,##0.00 "€"',
      "yyyy-mm-dd",
      "dd/mm/yyyy",
      "[Red]0;-0",
    ),
    font: fc.record(
      {
        name: fc.constantFrom("Arial", "Calibri", "A & B"),
        size: fc.constantFrom(6, 8, 10.5, 11, 20),
        bold: fc.boolean(),
        italic: fc.boolean(),
        strike: fc.boolean(),
        underline: fc.boolean(),
        color: colors,
      },
      { requiredKeys: [] },
    ),
    fill: fc.record(
      {
        pattern: fc.constantFrom("none", "solid", "gray125", "darkGray", "lightGrid"),
        foreground: colors,
        background: colors,
      },
      { requiredKeys: ["pattern"] },
    ),
    border: fc.record(
      { left: lines, right: lines, top: lines, bottom: lines, color: colors },
      { requiredKeys: [] },
    ),
    alignment: fc.record(
      {
        horizontal: fc.constantFrom("left", "center", "right"),
        vertical: fc.constantFrom("top", "center", "bottom"),
        wrap: fc.boolean(),
        indent: fc.integer({ min: 0, max: 3 }),
      },
      { requiredKeys: [] },
    ),
    protection: fc.record({ locked: fc.boolean(), hidden: fc.boolean() }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

const cells: fc.Arbitrary<CellLayout[]> = fc.uniqueArray(
  fc
    .record(
      {
        row: fc.integer({ min: 1, max: ROWS }),
        column: fc.integer({ min: 1, max: COLUMNS }),
        value: values,
        style: styles,
      },
      { requiredKeys: ["row", "column", "value"] },
    )
    .map(withSensibleFormat),
  { selector: ({ row, column }) => row * 100 + column, maxLength: 40 },
);

/** Numbers beyond the calendar under a date format are no valid sheet. */
function withSensibleFormat(cell: CellLayout): CellLayout {
  const isDateFormat = /[ymd]{2}/.test(cell.style?.numberFormat ?? "");
  if (!isDateFormat || cell.value instanceof Date) return cell;
  return { ...cell, style: { ...cell.style, numberFormat: "0.000" } };
}

const ranges: fc.Arbitrary<Range> = fc
  .tuple(
    fc.integer({ min: 1, max: ROWS - 4 }),
    fc.integer({ min: 1, max: COLUMNS - 3 }),
    fc.integer({ min: 0, max: 3 }),
    fc.integer({ min: 0, max: 3 }),
  )
  .filter(([, , height, width]) => height + width > 0)
  .map(([top, left, height, width]) => ({ top, left, bottom: top + height, right: left + width }));

/** A table below everything else, its header written into the cells. */
const excelTables = fc.record({
  columns: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), {
    minLength: 1,
    maxLength: 4,
    selector: (name) => name.toLowerCase(),
  }),
  rows: fc.integer({ min: 1, max: 3 }),
  hasHeader: fc.boolean(),
  hasTotals: fc.boolean(),
});

const comments: fc.Arbitrary<CommentLayout[]> = fc.uniqueArray(
  fc.record({
    row: fc.integer({ min: 1, max: ROWS }),
    column: fc.integer({ min: 1, max: COLUMNS }),
    author: fc.constantFrom("Ann", "Bob & Co"),
    text: texts.filter((text) => text.trim() !== ""),
  }),
  { selector: ({ row, column }) => row * 100 + column, maxLength: 4 },
);

const sheets: fc.Arbitrary<Omit<SheetLayout, "name"> & { excelTables: ExcelTableLayout[] }> = fc
  .record({
    cells,
    candidates: fc.array(ranges, { maxLength: 4 }),
    table: fc.option(excelTables, { nil: null, freq: 3 }),
    comments,
    hiddenRows: fc.uniqueArray(fc.integer({ min: 1, max: ROWS }), { maxLength: 3 }),
    hiddenColumns: fc.uniqueArray(fc.integer({ min: 1, max: COLUMNS }), { maxLength: 2 }),
    isProtected: fc.boolean(),
    gridLines: fc.boolean(),
  })
  .map(({ candidates, table, ...rest }) => {
    const merges = apart(candidates);
    const free = rest.comments.filter((place) => !isCovered(merges, place));
    return { ...rest, merges, comments: free, ...placed(rest.cells, table) };
  });

function placed(
  above: readonly CellLayout[],
  table: (typeof excelTables extends fc.Arbitrary<infer T> ? T : never) | null,
) {
  if (table === null) return { excelTables: [] };
  const { columns, rows, hasHeader, hasTotals } = table;
  const top = ROWS + 2;
  const header: CellLayout[] = columns.map((value, at) => ({ row: top, column: at + 1, value }));
  const bottom = top + rows - 1 + (hasHeader ? 1 : 0) + (hasTotals ? 1 : 0);
  const range = { top, left: 1, bottom, right: columns.length };
  return {
    cells: hasHeader ? [...above, ...header] : above,
    excelTables: [{ name: "Table", range, columns, hasHeader, hasTotals, style: "TableStyleMedium2" }],
  };
}

function apart(candidates: readonly Range[]): Range[] {
  const kept: Range[] = [];
  for (const range of candidates) {
    const isFree = kept.every(
      (other) =>
        range.top > other.bottom ||
        other.top > range.bottom ||
        range.left > other.right ||
        other.left > range.right,
    );
    if (isFree) kept.push(range);
  }
  return kept;
}

/** Whether a cell is merged into one above or left of it. */
export function isCovered(
  merges: readonly Range[],
  { row, column }: { row: number; column: number },
): boolean {
  return merges.some(
    ({ top, left, bottom, right }) =>
      row >= top && row <= bottom && column >= left && column <= right && (row !== top || column !== left),
  );
}

/** Workbooks of one to three sheets, all valid. */
export const workbooks: fc.Arbitrary<WorkbookLayout> = fc
  .array(fc.record({ sheet: sheets, isHidden: fc.boolean() }), { minLength: 1, maxLength: 3 })
  .map((drawn) => ({
    sheets: drawn.map(({ sheet, isHidden }, at) => ({
      ...sheet,
      name: ["First", "Nº 2 & more", "It's <third>"][at]!,
      hidden: at > 0 && isHidden,
      excelTables: sheet.excelTables.map((table) => ({ ...table, name: `${table.name}_${at}` })),
    })),
  }));
