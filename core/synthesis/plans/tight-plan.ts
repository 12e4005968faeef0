/** Makes plans tight: no outer row or column is empty. */

import type { HeaderCell, PlannedValue, TablePlan } from "./table-plan.ts";

/** The plan with a value in every outer row and column: an empty one would not belong to the table. */
export function tight(plan: TablePlan): TablePlan {
  const width = plan.columns.length;
  let { rows, headers } = plan;
  let end = rows.length;
  while (end > 0 && rows[end - 1]!.values.every((value) => value === null || value === undefined)) end--;
  if (end < rows.length) rows = rows.slice(0, end);
  // With fewer rows it would not count as a table.
  const least = headers.length === 0 || width === 1 ? 3 : width === 2 ? 2 : 1;
  const filled = rows.filter(({ values }) => values.some((value) => value !== null)).length;
  for (let row = filled; row < least; row++) {
    rows = [
      ...rows,
      { kind: "data", values: Array.from({ length: width }, (_, at) => row * width + at + 1) },
    ];
  }
  const hasValue = (column: number) =>
    headers.some((cells) => cells.some((cell) => cell.text !== null && cell.column === column)) ||
    rows.some(({ values }) => (values[column] ?? null) !== null);
  for (const column of [0, width - 1]) {
    if (hasValue(column)) continue;
    const text = column === 0 ? "ID" : "Remarks";
    const last = headers.length - 1;
    if (last >= 0) {
      const level = headers.findLastIndex((cells) => cells.length > 0);
      const others = headers[level]!.filter((cell) => cell.column !== column).map((cell) =>
        endingBefore(cell, column),
      );
      const cell: HeaderCell = { text, column, columns: 1, rows: 1 };
      const cells = column === 0 ? [cell, ...others] : [...others, cell];
      headers = headers.map((each, at) => (at === level ? cells : each));
    } else
      rows = rows.map((row, at) =>
        at === 0 ? { ...row, values: withValue(row.values, column, text, width) } : row,
      );
  }
  if (headers.length === 0 && rows[0]!.values.every((value) => value === null)) {
    rows = rows.map((row, at) => (at === 0 ? { ...row, values: withValue(row.values, 0, 1, width) } : row));
  }
  return { ...plan, rows, headers };
}

/** The heading, shortened to end before the column if it spans it. */
function endingBefore(cell: HeaderCell, column: number): HeaderCell {
  const reaches = cell.column < column && cell.column + cell.columns > column;
  return reaches ? { ...cell, columns: column - cell.column } : cell;
}

function withValue(
  values: readonly PlannedValue[],
  column: number,
  value: PlannedValue,
  width: number,
): PlannedValue[] {
  return Array.from({ length: width }, (_, at) => (at === column ? value : (values[at] ?? null)));
}
