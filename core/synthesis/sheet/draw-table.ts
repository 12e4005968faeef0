/** Draws a planned table on a sheet. */

import { columnName, type Range } from "../../base/range.ts";
import type { CellStyle, CellValue } from "../../excel/write/workbook-layout.ts";
import type { TableLook } from "../looks/table-look.ts";
import {
  type HeaderCell,
  isPlannedFormula,
  type PlannedColumn,
  type PlannedRow,
  type PlannedValue,
  planSize,
  type TablePlan,
} from "../plans/table-plan.ts";
import { drawBorders } from "./draw-borders.ts";
import type { SheetCanvas } from "./sheet-canvas.ts";

/**
 * How many sheet columns each column of a plan takes: more than one where its cells are merged from
 * several.
 */
export type Spans = readonly number[];

/** A table being drawn: its plan, its look, and where its columns lie. */
interface Drawing {
  readonly canvas: SheetCanvas;
  readonly plan: TablePlan;
  readonly look: TableLook;
  readonly range: Range;
  /** The first sheet column of each column of the plan, and the one after the last. */
  readonly lefts: readonly number[];
  readonly hasSpans: boolean;
}

/** The size of a plan on the sheet, in cells. */
export function drawnSize(plan: TablePlan, spans?: Spans): { height: number; width: number } {
  const { height, width } = planSize(plan);
  return { height, width: spans ? spans.reduce((sum, span) => sum + span, 0) : width };
}

/**
 * Draws the table with its top-left corner at (top, left), in the author's style.
 *
 * @returns The table's range as a label has it, with all header rows, row headers, body and totals.
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

function drawHeaders(drawing: Drawing): void {
  const { canvas, plan, look, range } = drawing;
  const { headers } = plan;
  const { top, left, right } = range;
  if (headers.length === 0) return;
  canvas.paint({ top, left, bottom: top + headers.length - 1, right }, look.header);
  for (const [level, cells] of headers.entries()) {
    for (const cell of cells) drawHeaderCell(drawing, top + level, cell);
  }
  if (look.header && !look.header.alignment && headers.length === 1) alignNumberHeadings(drawing);
}

function drawHeaderCell({ canvas, look, lefts, hasSpans }: Drawing, row: number, cell: HeaderCell): void {
  const { text, column, columns: across, rows: down } = cell;
  const left = lefts[column]!;
  const merged = { top: row, left, bottom: row + down - 1, right: lefts[column + across]! - 1 };
  if (text === null) {
    if (hasSpans) canvas.merge(merged);
    return;
  }
  const style = text instanceof Date ? { numberFormat: look.dateFormat } : undefined;
  canvas.put(row, left, text, style);
  if (look.mergesHeaders || hasSpans) canvas.merge(merged);
  if (across > 1 && look.header) canvas.paint(merged, CENTERED);
}

/** Excel aligns numbers to the right; so do some authors with the headings over them. */
function alignNumberHeadings({ canvas, plan, range, lefts }: Drawing): void {
  for (const [at, { format }] of plan.columns.entries()) {
    if (format !== null) canvas.paint(cellRange(range.top, lefts[at]!), RIGHT);
  }
}

const CENTERED: CellStyle = { alignment: { horizontal: "center" } };

const RIGHT: CellStyle = { alignment: { horizontal: "right" } };

function drawBody(drawing: Drawing): void {
  const { canvas, plan, look, range, lefts, hasSpans } = drawing;
  const { left, right, bottom } = range;
  const first = range.top + plan.headers.length;
  const formats = plan.columns.map((column) => numberFormat(column, look));
  if (look.body) canvas.paint({ top: first, left, bottom, right }, look.body);
  for (const [at, planned] of plan.rows.entries()) {
    const line = { top: first + at, left, bottom: first + at, right };
    if (at % 2 === 1) canvas.paint(line, look.stripe);
    canvas.paint(line, rowStyle(planned, look));
    drawValues(drawing, first, first + at, planned, formats);
    if (planned.isRuled) canvas.paint(line, { border: { bottom: look.line } });
    if (planned.indent)
      canvas.paint(cellRange(line.top, left), { alignment: { horizontal: "left", indent: planned.indent } });
    if (hasSpans) mergeSpans(drawing, line.top);
    else if (isMergedSection(planned, look)) canvas.merge(line);
  }
  if (hasSpans) return;
  for (const { column, from, to } of plan.mergedLabels ?? []) {
    canvas.merge({ top: first + from, left: lefts[column]!, bottom: first + to, right: lefts[column]! });
  }
}

/** What the whole row is painted with, below the styles of its cells. */
function rowStyle({ kind }: PlannedRow, look: TableLook): CellStyle | undefined {
  if (kind === "section") return look.section;
  return kind === "total" || kind === "subtotal" ? look.total : undefined;
}

/** Puts the values of a row on the sheet. `first` is the sheet row of the first row of the body. */
function drawValues(
  { canvas, plan, look, lefts }: Drawing,
  first: number,
  row: number,
  { kind, values }: PlannedRow,
  formats: readonly (CellStyle | undefined)[],
): void {
  const address = (bodyRow: number, column: number) => `${columnName(lefts[column]!)}${first + bodyRow}`;
  for (let column = 0; column < values.length; column++) {
    const value = values[column]!;
    const style = kind === "data" && plan.columns[column]!.isRowHeader ? look.rowHeader : undefined;
    const format = hasNumberFormat(value) ? formats[column] : undefined;
    const written = toCellValue(value, look, address);
    if (written === null && style === undefined) continue;
    canvas.put(row, lefts[column]!, written, canvas.pool.combine(style, format));
  }
}

/** Merges the sheet columns of each column of the plan. */
function mergeSpans({ canvas, plan, lefts }: Drawing, row: number): void {
  for (const column of plan.columns.keys())
    canvas.merge({ top: row, left: lefts[column]!, bottom: row, right: lefts[column + 1]! - 1 });
}

/** Whether a row is the heading of a section, with nothing beside it, and is merged across the table. */
function isMergedSection({ kind, values }: PlannedRow, look: TableLook): boolean {
  if (kind !== "section" || !look.mergesSections) return false;
  return values.every((value, column) => column === 0 || value === null);
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

/**
 * Makes each sheet column as wide as the longest text of the table's column, between 6 and 34 characters.
 */
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

/**
 * Widens columns of dates: Excel shows a date that does not fit as hashes, which even a careless author
 * mends.
 */
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
