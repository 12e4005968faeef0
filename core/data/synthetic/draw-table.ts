/** Puts a planned table on a sheet. */

import { columnName, type Range } from "../../excel/range.ts";
import type { CellStyle, CellValue } from "../../excel/write/workbook-layout.ts";
import type { Look } from "./look.ts";
import type { SheetCanvas } from "./sheet-canvas.ts";
import {
  isPlannedFormula,
  type PlannedColumn,
  type PlannedValue,
  planSize,
  type TablePlan,
} from "./table-plan.ts";

/**
 * Draws the table with its top-left corner at (top, left), in the author's style.
 *
 * @returns The table's range: all header rows and columns, body and totals, as a label has it.
 */
export function drawTable(
  canvas: SheetCanvas,
  plan: TablePlan,
  look: Look,
  top: number,
  left: number,
): Range {
  const { height, width } = planSize(plan);
  const range = { top, left, bottom: top + height - 1, right: left + width - 1 };
  drawHeaders(canvas, plan, look, range);
  drawBody(canvas, plan, look, range);
  drawBorders(canvas, plan, look, range);
  if (look.fitsColumns) fitColumns(canvas, plan, range);
  else widenDates(canvas, plan, range);
  return range;
}

/** Turns a drawn table into an Excel table if it is one by Excel's rules: one row of unique texts, no gaps, no merges. */
export function makeExcelTable(
  canvas: SheetCanvas,
  plan: TablePlan,
  range: Range,
  name: string,
  style: string,
): boolean {
  const texts = plan.headers[0]!.map((cell) => cell.text);
  const columns = texts.filter((text) => typeof text === "string");
  const isUnique = new Set(columns.map((text) => text.toLowerCase())).size === range.right - range.left + 1;
  const isPlain = plan.rows.every(
    ({ kind }, at) => kind === "data" || (kind === "total" && at === plan.rows.length - 1),
  );
  const isFlat = plan.headers.length === 1 && !plan.mergedLabels?.length;
  if (!isUnique || !isPlain || !isFlat) return false;
  const hasTotals = plan.rows.at(-1)!.kind === "total";
  canvas.excelTables.push({ name, range, columns, hasTotals, style });
  return true;
}

function drawHeaders(
  canvas: SheetCanvas,
  { headers, columns }: TablePlan,
  look: Look,
  { top, left, right }: Range,
): void {
  canvas.paint({ top, left, bottom: top + headers.length - 1, right }, look.header);
  for (const [level, cells] of headers.entries()) {
    for (const { text, column, columns: across, rows: down } of cells) {
      if (text === null) continue;
      const row = top + level;
      const style = text instanceof Date ? { numberFormat: look.dateFormat } : undefined;
      canvas.put(row, left + column, text, style);
      const merged = {
        top: row,
        left: left + column,
        bottom: row + down - 1,
        right: left + column + across - 1,
      };
      if (look.mergesHeaders) canvas.merge(merged);
      if (across > 1 && look.header) canvas.paint(merged, { alignment: { horizontal: "center" } });
    }
  }
  // Numbers are aligned right by Excel; so are the headings of number columns with some authors.
  if (look.header && !look.header.alignment && headers.length === 1) {
    for (const [at, { format }] of columns.entries()) {
      if (format !== null) canvas.paint(cellRange(top, left + at), { alignment: { horizontal: "right" } });
    }
  }
}

function drawBody(canvas: SheetCanvas, plan: TablePlan, look: Look, { top, left, right }: Range): void {
  const first = top + plan.headers.length;
  const address = (row: number, column: number) => `${columnName(left + column)}${first + row}`;
  const formats = plan.columns.map((column) => numberFormat(column, look));
  for (const [at, { kind, values, indent }] of plan.rows.entries()) {
    const row = first + at;
    const line = { top: row, left, bottom: row, right };
    if (at % 2 === 1) canvas.paint(line, look.stripe);
    if (kind === "section") canvas.paint(line, look.section);
    if (kind === "total" || kind === "subtotal") canvas.paint(line, look.total);
    for (const [column, value] of values.entries()) {
      const style = plan.columns[column]!.isRowHeader && kind === "data" ? look.rowHeader : undefined;
      const format = hasNumberFormat(value) ? formats[column] : undefined;
      const written = toCellValue(value, look, address);
      if (written === null && style === undefined) continue;
      canvas.put(row, left + column, written, canvas.pool.combine(style, format));
    }
    if (indent) canvas.paint(cellRange(row, left), { alignment: { horizontal: "left", indent } });
  }
  for (const { column, from, to } of plan.mergedLabels ?? []) {
    canvas.merge({ top: first + from, left: left + column, bottom: first + to, right: left + column });
  }
}

function hasNumberFormat(value: PlannedValue): boolean {
  return typeof value === "number" || value instanceof Date || (value !== null && isPlannedFormula(value));
}

function toCellValue(
  value: PlannedValue,
  look: Look,
  address: (row: number, column: number) => string,
): CellValue {
  if (value === null || !isPlannedFormula(value)) return value;
  return look.usesFormulas ? { formula: value.write(address), cached: value.computed } : value.computed;
}

function numberFormat({ format }: PlannedColumn, look: Look): CellStyle | undefined {
  if (format === "date") return { numberFormat: look.dateFormat };
  if (format === "percent") return { numberFormat: look.formatsNumbers ? "0.0%" : "0%" };
  if (!look.formatsNumbers || format === null) return undefined;
  const codes = {
    integer: "#,##0",
    decimal: "0.00",
    fine: "0.000",
    currency: look.currencyFormat,
    cents: look.currencyFormat.replaceAll(/#,##0(?!\.)/g, "#,##0.00"),
  };
  return { numberFormat: codes[format] };
}

function drawBorders(canvas: SheetCanvas, plan: TablePlan, { borders, line }: Look, range: Range): void {
  const { top, left, bottom, right } = range;
  const headerBottom = top + plan.headers.length - 1;
  switch (borders) {
    case "none":
      return;
    case "all":
      canvas.paint(range, { border: { left: line, right: line, top: line, bottom: line } });
      return;
    case "rows":
      canvas.paint(range, { border: { bottom: line } });
      return;
    case "header":
      canvas.paint({ ...range, top: headerBottom, bottom: headerBottom }, { border: { bottom: line } });
      return;
    case "outline":
      canvas.paint({ ...range, bottom: top }, { border: { top: line } });
      canvas.paint({ ...range, top: bottom }, { border: { bottom: line } });
      canvas.paint({ ...range, right: left }, { border: { left: line } });
      canvas.paint({ ...range, left: right }, { border: { right: line } });
      canvas.paint({ ...range, top: headerBottom, bottom: headerBottom }, { border: { bottom: line } });
  }
}

/** As wide as the longest text of the table's column, within reason. */
function fitColumns(canvas: SheetCanvas, plan: TablePlan, { left }: Range): void {
  for (const at of plan.columns.keys()) {
    const texts = [
      ...plan.headers.flatMap((cells) =>
        cells.filter((cell) => cell.column === at && cell.columns === 1).map((cell) => cell.text),
      ),
      ...plan.rows.map(({ values }) => values[at]),
    ];
    const longest = Math.max(
      0,
      ...texts.map((text) => (typeof text === "string" ? text.length : text ? 9 : 0)),
    );
    const width = Math.min(34, Math.max(6, longest + 2));
    canvas.columnWidths.set(left + at, Math.max(width, canvas.columnWidths.get(left + at) ?? 0));
  }
}

/** Excel shows a date that does not fit as hashes, which even a careless author mends. */
function widenDates(canvas: SheetCanvas, { columns }: TablePlan, { left }: Range): void {
  for (const [at, { format }] of columns.entries()) {
    if (format === "date")
      canvas.columnWidths.set(left + at, Math.max(16, canvas.columnWidths.get(left + at) ?? 0));
  }
}

function cellRange(row: number, column: number): Range {
  return { top: row, left: column, bottom: row, right: column };
}
