/** Which sheets of a workbook, and which of their rows and columns, are looked at. */

import { nearest } from "../base/nearest.ts";
import { UserError } from "../base/problem.ts";
import { clipRange, type Range } from "../base/range.ts";
import { type KeptLines, keepAll, keepLines } from "../detection/keep-lines.ts";
import { hiddenLines } from "../excel/hidden-lines.ts";
import type { Sheet, SheetEntry } from "../excel/workbook.ts";
import type { PackedGrid } from "../features/packed-grid.ts";

/** What a user wants to have looked at. */
export interface PartToLookAt {
  /** The name of one sheet; null for all. */
  readonly sheet: string | null;
  /** The cells of each sheet; null for all. */
  readonly range: Range | null;
  /** True: hidden sheets are left out, and hidden rows and columns are treated as if they were not there. */
  readonly skipHidden: boolean;
}

export const WHOLE_WORKBOOK: PartToLookAt = { sheet: null, range: null, skipHidden: false };

/**
 * The sheets that are looked at, as indices, in the order of their tabs. A sheet that is named is looked at
 * even if it is hidden. Upper and lower case make no difference in names, as in Excel.
 *
 * @throws {UserError} If the workbook has no sheet of the name.
 */
export function sheetsToLookAt(
  file: string,
  entries: readonly SheetEntry[],
  { sheet, skipHidden }: PartToLookAt,
): number[] {
  const all = entries.map((_, index) => index);
  if (sheet === null) return all.filter((index) => !skipHidden || entries[index]!.state === "visible");
  const exact = all.filter((index) => entries[index]!.name === sheet);
  const wanted = sheet.toLowerCase();
  const found =
    exact.length > 0 ? exact : all.filter((index) => entries[index]!.name.toLowerCase() === wanted);
  if (found.length > 0) return found.slice(0, 1);
  const names = entries.map(({ name }) => name);
  const close = nearest(sheet, names);
  throw new UserError({
    file,
    message: `Cannot find the sheet ${JSON.stringify(sheet)}`,
    expected: `one of its sheets: ${names.map((name) => JSON.stringify(name)).join(", ")}`,
    got: sheet,
    fix: `--sheet ${JSON.stringify(close ?? names[0])}`,
  });
}

/** The part of a sheet's grid that is looked at; null if nothing is left of it. */
export function linesToLookAt(
  grid: PackedGrid,
  sheet: Pick<Sheet, "rows" | "columns">,
  { range, skipHidden }: PartToLookAt,
): KeptLines | null {
  const whole = { top: 1, left: 1, bottom: grid.height, right: grid.width };
  const part = range === null ? whole : clipRange(range, grid.height, grid.width);
  if (part === null) return null;
  if (range === null && !skipHidden) return keepAll(grid);
  const hidden = skipHidden ? hiddenLines(sheet) : { rows: new Set(), columns: new Set() };
  const rows = linesBetween(part.top, part.bottom, hidden.rows);
  const columns = linesBetween(part.left, part.right, hidden.columns);
  if (rows.length === 0 || columns.length === 0) return null;
  if (rows.length === grid.height && columns.length === grid.width) return keepAll(grid);
  return keepLines(grid, rows, columns);
}

/** Counted from 0, without those that are hidden. */
function linesBetween(first: number, last: number, hidden: ReadonlySet<unknown>): number[] {
  const lines: number[] = [];
  for (let line = first; line <= last; line++) if (!hidden.has(line)) lines.push(line - 1);
  return lines;
}
