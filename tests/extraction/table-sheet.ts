/** Makes sheets for the tests of extraction, as the reader gives them. */

import type { Range } from "../../core/base/range.ts";
import { parseRange } from "../../core/base/range.ts";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import type { Sheet } from "../../core/excel/workbook.ts";
import type {
  CellLayout,
  CellStyle,
  CellValue,
  SheetLayout,
} from "../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";

/** A cell with a style. */
export interface StyledCell {
  readonly value: CellValue;
  readonly style: CellStyle;
}

const isStyled = (cell: CellValue | StyledCell): cell is StyledCell =>
  typeof cell === "object" && cell !== null && "style" in cell;

/** The layout of a sheet with these rows from A1 on. Null leaves a cell out. */
export function sheetLayout(
  rows: readonly (readonly (CellValue | StyledCell)[])[],
  more: Partial<SheetLayout> = {},
): SheetLayout {
  const cells = rows.flatMap((row, top) =>
    row.flatMap((cell, left): CellLayout[] => {
      if (cell === null) return [];
      const place = { row: top + 1, column: left + 1 };
      return [isStyled(cell) ? { ...place, ...cell } : { ...place, value: cell }];
    }),
  );
  return { name: "Sheet1", cells, ...more };
}

/** The sheet with these rows, written and read. */
export async function tableSheet(...args: Parameters<typeof sheetLayout>): Promise<Sheet> {
  const bytes = encodeWorkbook({ sheets: [sheetLayout(...args)] });
  return (await readWorkbook({ name: "made.xlsx", bytes })).sheets[0]!;
}

/** `A1:C3` as a range. */
export function range(text: string): Range {
  return parseRange(text)!;
}

/** A value with a number format. */
export function formatted(value: number, numberFormat: string): StyledCell {
  return { value, style: { numberFormat } };
}
