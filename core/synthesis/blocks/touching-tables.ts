/** Where one table may follow another without a gap: a header has to show where it begins. */

import type { Look } from "../looks/look.ts";
import type { TablePlan } from "../plans/table-plan.ts";

/** Whether a table of this look has a formatted header. */
export function hasStyledHeader(look: Look, plan: TablePlan): boolean {
  return look.header !== undefined && plan.headers.length > 0 && plan.isRaw !== true;
}

/** Whether texts over numbers show the header even where nothing is formatted. */
export function hasNumbersBelow({ headers, rows, columns }: TablePlan): boolean {
  const values = rows.find(({ kind }) => kind === "data")?.values.slice(1) ?? [];
  const numbers = values.filter((value) => typeof value === "number").length;
  const isText = headers.at(-1)?.every(({ text }) => typeof text !== "number") ?? false;
  return isText && numbers * 2 >= columns.length;
}
