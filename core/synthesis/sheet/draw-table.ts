/** Puts a planned table on a sheet. */

import { columnName, type Range } from "../../base/range.ts";
import type { CellStyle, CellValue } from "../../excel/write/workbook-layout.ts";
import type { TableLook } from "../looks/table-look.ts";
import {
  isPlannedFormula,
  type PlannedColumn,
  type PlannedValue,
  planSize,
  type TablePlan,
} from "../plans/table-plan.ts";
import { drawBorders } from "./draw-borders.ts";
import type { SheetCanvas } from "./sheet-canvas.ts";

/** The columns of the sheet that each column of a plan takes: more than one where cells are merged from small ones. */
export type Spans = readonly number[];

/** A plan, how it is formatted, and where its columns lie. */
interface Drawing {
  readonly canvas: SheetCanvas;
  readonly plan: TablePlan;
  readonly look: TableLook;
  readonly range: Range;
  /** The first sheet column of each column of the plan, and the one after the last. */
  readonly lefts: readonly number[];
  readonly hasSpans: boolean;
}

/** The size of a plan on the sheet. */
export function drawnSize(plan: TablePlan, spans?: Spans): { height: number; width: number } {
  const { height, width } = planSize(plan);
  return { height, width: spans ? spans.reduce((sum, span) => sum + span, 0) : width };
}

/**
 * Draws the table with its top-left corner at (top, left), in the author's style.
 *
 * @returns The table's range: all header rows and columns, body and totals, as a label has it.
 */
export function drawTable(
  canvas: SheetCanvas,
  plan: TablePlan,
  look: TableLook,
  top: number,
  left: number,
  spans?: Spans,
): Range {
  const { height, width } = drawnSize(plan, spans);
  const range = { top, left, bottom: top + height - 1, right: left + width - 1 };
  const lefts = [left];
  for (let at = 0; at < plan.columns.length; at++) lefts.push(lefts[at]! + (spans?.[at] ?? 1));
  const drawing = { canvas, plan, look, range, lefts, hasSpans: spans !== undefined };
  drawHeaders(drawing);
  drawBody(drawing);
  drawBorders(canvas, plan.headers.length, look, range);
  if (look.fitsColumns) fitColumns(drawing);
  else widenDates(drawing);
  return range;
}

function drawHeaders({ canvas, plan, look, range, lefts, hasSpans }: Drawing): void {
  const { headers, columns } = plan;
  const { top, left, right } = range;
  if (headers.length === 0) return;
  canvas.paint({ top, left, bottom: top + headers.length - 1, right }, look.header);
  for (const [level, cells] of headers.entries()) {
    for (const { text, column, columns: across, rows: down } of cells) {
      const row = top + level;
      const merged = {
        top: row,
        left: lefts[column]!,
        bottom: row + down - 1,
        right: lefts[column + across]! - 1,
      };
      if (text === null) {
        if (hasSpans) canvas.merge(merged);
        continue;
      }
      const style = text instanceof Date ? { numberFormat: look.dateFormat } : undefined;
      canvas.put(row, merged.left, text, style);
      if (look.mergesHeaders || hasSpans) canvas.merge(merged);
      if (across > 1 && look.header) canvas.paint(merged, CENTERED);
    }
  }
  // Numbers are aligned right by Excel; so are the headings of number columns with some authors.
  if (look.header && !look.header.alignment && headers.length === 1) {
    for (const [at, { format }] of columns.entries()) {
      if (format !== null) canvas.paint(cellRange(top, lefts[at]!), RIGHT);
    }
  }
}

const CENTERED: CellStyle = { alignment: { horizontal: "center" } };

const RIGHT: CellStyle = { alignment: { horizontal: "right" } };

function drawBody({ canvas, plan, look, range, lefts, hasSpans }: Drawing): void {
  const { top, left, right } = range;
  const first = top + plan.headers.length;
  const width = plan.columns.length;
  const address = (row: number, column: number) => `${columnName(lefts[column]!)}${first + row}`;
  const formats = plan.columns.map((column) => numberFormat(column, look));
  if (look.body) canvas.paint({ top: first, left, bottom: range.bottom, right }, look.body);
  for (const [at, { kind, values, indent, isRuled }] of plan.rows.entries()) {
    const row = first + at;
    const line = { top: row, left, bottom: row, right };
    if (at % 2 === 1) canvas.paint(line, look.stripe);
    if (kind === "section") canvas.paint(line, look.section);
    if (kind === "total" || kind === "subtotal") canvas.paint(line, look.total);
    for (let column = 0; column < values.length; column++) {
      const value = values[column]!;
      const style = kind === "data" && plan.columns[column]!.isRowHeader ? look.rowHeader : undefined;
      const format = hasNumberFormat(value) ? formats[column] : undefined;
      const written = toCellValue(value, look, address);
      if (written === null && style === undefined) continue;
      canvas.put(row, lefts[column]!, written, canvas.pool.combine(style, format));
    }
    if (isRuled) canvas.paint(line, { border: { bottom: look.line } });
    if (indent) canvas.paint(cellRange(row, left), { alignment: { horizontal: "left", indent } });
    if (hasSpans) {
      for (let column = 0; column < width; column++) {
        canvas.merge({ top: row, left: lefts[column]!, bottom: row, right: lefts[column + 1]! - 1 });
      }
    } else if (
      kind === "section" &&
      look.mergesSections &&
      values.every((value, column) => column === 0 || value === null)
    ) {
      canvas.merge(line);
    }
  }
  if (hasSpans) return;
  for (const { column, from, to } of plan.mergedLabels ?? []) {
    canvas.merge({ top: first + from, left: lefts[column]!, bottom: first + to, right: lefts[column]! });
  }
}

function hasNumberFormat(value: PlannedValue): boolean {
  return typeof value === "number" || value instanceof Date || (value !== null && isPlannedFormula(value));
}

function toCellValue(
  value: PlannedValue,
  look: TableLook,
  address: (row: number, column: number) => string,
): CellValue {
  if (value === null || typeof value !== "object" || !isPlannedFormula(value)) return value;
  return look.usesFormulas ? { formula: value.write(address), cached: value.computed } : value.computed;
}

function numberFormat({ format }: PlannedColumn, look: TableLook): CellStyle | undefined {
  if (format === "date") return { numberFormat: look.dateFormat };
  if (!look.formatsNumbers || format === null) return undefined;
  const codes = {
    integer: "#,##0",
    decimal: "0.00",
    fine: "0.000",
    percent: "0.0%",
    currency: look.currencyFormat,
    cents: look.currencyFormat.replaceAll(/#,##0(?!\.)/g, "#,##0.00"),
  };
  return { numberFormat: codes[format] };
}

/** As wide as the longest text of the table's column, within reason. */
function fitColumns({ canvas, plan, lefts, hasSpans }: Drawing): void {
  if (hasSpans) {
    for (let column = lefts[0]!; column < lefts.at(-1)!; column++) canvas.columnWidths.set(column, 3);
    return;
  }
  for (const at of plan.columns.keys()) {
    let longest = 0;
    for (const cells of plan.headers) {
      const cell = cells.find(({ column, columns }) => column === at && columns === 1);
      if (cell) longest = Math.max(longest, shownLength(cell.text));
    }
    for (const { values } of plan.rows) longest = Math.max(longest, shownLength(values[at] ?? null));
    const width = Math.min(34, Math.max(6, longest + 2));
    const column = lefts[at]!;
    canvas.columnWidths.set(column, Math.max(width, canvas.columnWidths.get(column) ?? 0));
  }
}

function shownLength(value: PlannedValue): number {
  return typeof value === "string" ? value.length : value ? 9 : 0;
}

/** Excel shows a date that does not fit as hashes, which even a careless author mends. */
function widenDates({ canvas, plan, lefts }: Drawing): void {
  for (const [at, { format }] of plan.columns.entries()) {
    const column = lefts[at]!;
    if (format === "date")
      canvas.columnWidths.set(column, Math.max(16, canvas.columnWidths.get(column) ?? 0));
  }
}

function cellRange(row: number, column: number): Range {
  return { top: row, left: column, bottom: row, right: column };
}
