/** Turns drawn tables into Excel tables. */

import { overlaps, type Range } from "../../base/range.ts";
import type { TablePlan } from "../plans/table-plan.ts";
import type { SheetCanvas } from "./sheet-canvas.ts";

/**
 * Makes a drawn table an Excel table where Excel's rules allow it: one header row of unique texts, no gaps,
 * no merges.
 *
 * @returns Whether it was made one.
 */
export function makeExcelTable(
  canvas: SheetCanvas,
  plan: TablePlan,
  range: Range,
  name: string,
  style: string | undefined,
): boolean {
  if (plan.headers.length !== 1 || plan.mergedLabels?.length) return false;
  const columns = plan.headers[0]!.map((cell) => cell.text).filter((text) => typeof text === "string");
  const isUnique = new Set(columns.map((text) => text.toLowerCase())).size === range.right - range.left + 1;
  const isPlain = plan.rows.every(
    ({ kind }, at) => kind === "data" || (kind === "total" && at === plan.rows.length - 1),
  );
  if (!isUnique || !isPlain) return false;
  const isMerged = canvas.merges.some((merge) => overlaps(merge, range));
  const hasTotals = plan.rows.at(-1)!.kind === "total";
  if (isMerged || range.bottom - range.top < (hasTotals ? 2 : 1)) return false;
  canvas.excelTables.push({ name, range, columns, hasTotals, ...(style === undefined ? {} : { style }) });
  return true;
}
