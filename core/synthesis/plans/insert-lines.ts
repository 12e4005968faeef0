/**
 * Inserts rows and columns into plans. Formulas, merged labels and headings keep referring to the same
 * cells.
 */

import {
  type HeaderCell,
  isPlannedFormula,
  type PlannedColumn,
  type PlannedRow,
  type PlannedValue,
  type TablePlan,
} from "./table-plan.ts";

const BLANK_ROW: PlannedRow = { kind: "blank", values: [] };
const BLANK_COLUMN: PlannedColumn = { isRowHeader: false, format: null, adds: false };

/** The plan with an empty row before each of the given body rows, which count from 0. */
export function insertBlankRows(plan: TablePlan, before: readonly number[]): TablePlan {
  const moved = plan.rows.map((_, row) => row + before.filter((at) => at <= row).length);
  const rows: PlannedRow[] = [];
  for (const [at, row] of plan.rows.entries()) {
    if (before.includes(at)) rows.push(BLANK_ROW);
    rows.push({
      ...row,
      values: row.values.map((value) => readdressed(value, (line) => moved[line]!, same)),
    });
  }
  const mergedLabels = plan.mergedLabels?.map(({ column, from, to }) => ({
    column,
    from: moved[from]!,
    to: moved[to]!,
  }));
  return { ...plan, rows, ...(mergedLabels ? { mergedLabels } : {}) };
}

/**
 * The plan with a new column before column `at` (from 0). Its heading, if any, stands in the last header
 * row.
 */
export function insertColumn(
  plan: TablePlan,
  at: number,
  column: PlannedColumn = BLANK_COLUMN,
  heading: string | null = null,
  valueAt: (row: number) => PlannedValue = () => null,
): TablePlan {
  const moved = (old: number) => (old >= at ? old + 1 : old);
  const headers = plan.headers.map((cells, level) => {
    const shifted = cells.map((cell): HeaderCell => {
      // A heading over columns on both sides spans the new one too.
      const isAcross = cell.column < at && cell.column + cell.columns > at;
      return isAcross ? { ...cell, columns: cell.columns + 1 } : { ...cell, column: moved(cell.column) };
    });
    if (heading === null || level !== plan.headers.length - 1) return shifted;
    return [...shifted, { text: heading, column: at, columns: 1, rows: 1 }].sort(
      (a, b) => a.column - b.column,
    );
  });
  const rows = plan.rows.map((row, index): PlannedRow => {
    if (row.kind === "blank") return row;
    const values = row.values.map((value) => readdressed(value, same, moved));
    values.splice(at, 0, row.kind === "data" ? valueAt(index) : null);
    return { ...row, values };
  });
  const columns = [...plan.columns];
  columns.splice(at, 0, column);
  const mergedLabels = plan.mergedLabels?.map((label) => ({ ...label, column: moved(label.column) }));
  return { ...plan, headers, rows, columns, ...(mergedLabels ? { mergedLabels } : {}) };
}

function readdressed(
  value: PlannedValue,
  rowOf: (row: number) => number,
  columnOf: (column: number) => number,
): PlannedValue {
  if (value === null || typeof value !== "object" || !isPlannedFormula(value)) return value;
  return {
    computed: value.computed,
    write: (address) => value.write((row, column) => address(rowOf(row), columnOf(column))),
  };
}

function same(line: number): number {
  return line;
}
