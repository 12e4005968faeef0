/**
 * The order in which sheets are labelled: what teaches most first.
 *
 * Within a template, the surest doubt comes first. One sheet of each template comes before the second of
 * any: a network that has learned one sheet of a form gains little from the next. Labelled sheets count as
 * the first ones of their template.
 */

import type { SheetState } from "./label-messages.ts";

/** What the order needs of a sheet. */
export interface RankedSheet {
  readonly id: string;
  readonly state: SheetState;
  readonly doubt: number | null;
  /** "" while unknown: then the sheet is the only one of its kind. */
  readonly template: string;
}

/** @param sheets In the order of the workbooks and their tabs, which decides between equals. */
export function teachingOrder(sheets: readonly RankedSheet[]): string[] {
  const byDoubt = sheets
    .map((sheet, place) => ({ ...sheet, place }))
    .sort((a, b) => (b.doubt ?? -1) - (a.doubt ?? -1) || a.place - b.place);
  const doneFirst = [
    ...byDoubt.filter(({ state }) => state !== "open"),
    ...byDoubt.filter(({ state }) => state === "open"),
  ];
  const seen = new Map<string, number>();
  const turns = new Map<string, number>();
  for (const { id, template, doubt } of doneFirst) {
    const turn = template === "" ? 0 : (seen.get(template) ?? 0);
    // Sheets that nobody has looked at yet come last: their doubt may be anything.
    turns.set(id, doubt === null ? Number.POSITIVE_INFINITY : turn);
    seen.set(template, turn + 1);
  }
  const rank = ({ id }: { readonly id: string }) => turns.get(id)!;
  return byDoubt.sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b))).map(({ id }) => id);
}
