/** Which sheets are shown, and in which order. */

import type { ShownSheet } from "../../api.ts";

/** The kinds of mistakes that have a button. There are also `mistake` and `right`. */
export const KINDS = ["missed", "false", "joined", "split", "edge", "near", "duplicate"] as const;

/** All kinds of a sheet's true and predicted tables. */
function kindsOf({ truth, predicted }: ShownSheet): Set<string> {
  return new Set([...truth, ...predicted].map(({ kind }) => kind));
}

/** True for a sheet that a button shows: "" shows all. */
export function hasKind(sheet: ShownSheet, kind: string): boolean {
  if (kind === "") return true;
  const kinds = kindsOf(sheet);
  const isRight = [...kinds].every((each) => each === "exact");
  return kind === "right" ? isRight : kind === "mistake" ? !isRight : kinds.has(kind);
}

/** The sheets that were found, the worst first if `order` says so. */
export function orderSheets(
  sheets: readonly ShownSheet[],
  { kind, order, words }: { readonly kind: string; readonly order: string; readonly words: string },
): ShownSheet[] {
  const wanted = words.trim().toLowerCase();
  const found = sheets.filter((sheet) => hasKind(sheet, kind) && sheet.key.toLowerCase().includes(wanted));
  if (order !== "worst") return found;
  return found.sort((a, b) => a.f1 - b.f1 || mistakesOf(b) - mistakesOf(a));
}

function mistakesOf({ truth, predicted }: ShownSheet): number {
  const missed = truth.filter(({ kind }) => kind !== "exact").length;
  return missed + predicted.filter(({ kind }) => kind === "false" || kind === "duplicate").length;
}
