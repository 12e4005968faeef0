/**
 * Shared formulas: one expression for a group of cells, which is shifted to each cell (ECMA-376
 * part 1, 18.3.1.40).
 */

import { columnName, columnNumber, MAX_COLUMN, MAX_ROW } from "../base/range.ts";

/**
 * One piece of an expression. Strings, quoted sheet names, structured references and errors stay as they are.
 * A1 references, ranges of columns and ranges of rows are shifted. Names stay whole, even if a part of them
 * looks like a reference: `LOG10(`, `TAX2024`, `AB1!`.
 */
const PIECE =
  /"(?:[^"]|"")*"|'(?:[^']|'')*'|\[(?:[^[\]]|\[[^\]]*\])*\]|#[A-Z0-9/]+[!?]?|(?<cell>\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}(?![\w.!(]))|(?<columns>\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.!(]))|(?<rows>\$?[1-9][0-9]{0,6}:\$?[1-9][0-9]{0,6}(?![\w.!(]))|[\p{L}_\\$][\p{L}\p{N}_.\\$]*|[0-9][0-9.]*(?:[eE][+-]?[0-9]+)?/gu;

/**
 * The expression for a cell that is `rows` further down and `columns` further right. Relative references
 * move, references with `$` stay. A reference that would leave the sheet becomes `#REF!`.
 */
export function shiftFormula(expression: string, rows: number, columns: number): string {
  if (rows === 0 && columns === 0) return expression;
  return expression.replace(PIECE, (piece, ...rest) => {
    const groups = rest[rest.length - 1] as Record<"cell" | "columns" | "rows", string | undefined>;
    if (groups.cell !== undefined) return shiftCell(piece, rows, columns);
    if (groups.columns !== undefined) return shiftEnds(piece, (end) => shiftColumn(end, columns));
    if (groups.rows !== undefined) return shiftEnds(piece, (end) => shiftRow(end, rows));
    return piece;
  });
}

function shiftCell(cell: string, rows: number, columns: number): string {
  const [, column, row] = /^(\$?[A-Za-z]+)(\$?[0-9]+)$/.exec(cell)!;
  // Beyond XFD1048576 it is a name, not a reference: ABCD1, and ZZZ1 too.
  if (columnNumber(column!.replace("$", "")) > MAX_COLUMN || Number(row!.replace("$", "")) > MAX_ROW)
    return cell;
  const shiftedColumn = shiftColumn(column!, columns);
  const shiftedRow = shiftRow(row!, rows);
  return shiftedColumn === null || shiftedRow === null ? "#REF!" : shiftedColumn + shiftedRow;
}

function shiftEnds(range: string, shift: (end: string) => string | null): string {
  const [first, last] = range.split(":").map(shift);
  return first && last ? `${first}:${last}` : "#REF!";
}

function shiftColumn(name: string, columns: number): string | null {
  if (name.startsWith("$")) return name;
  const column = columnNumber(name) + columns;
  return column >= 1 && column <= MAX_COLUMN ? columnName(column) : null;
}

function shiftRow(text: string, rows: number): string | null {
  if (text.startsWith("$")) return text;
  const row = Number(text) + rows;
  return row >= 1 && row <= MAX_ROW ? String(row) : null;
}
