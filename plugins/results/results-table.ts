/** The numbers of all epochs as CSV (RFC 4180). */

import { GRADIENT_NORMS } from "../../core/plugin.ts";
import type { EpochRow } from "./epoch-rows.ts";

/** The first columns, and the names that rows have for them. */
const FIRST = { epoch: "epoch", step: "global_step", seconds: "_time" } as const;
/** What the row of an epoch's last step has of that step alone. */
const OF_THE_STEP: readonly string[] = Object.values(GRADIENT_NORMS);

/**
 * One line per epoch: epoch, gradient step, seconds of training, and all metrics in the order in which they
 * first appear. A value that an epoch lacks is empty.
 */
export function resultsTable(rows: readonly EpochRow[]): string {
  const axes: readonly string[] = Object.values(FIRST);
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  const metrics = [...names].filter((name) => !axes.includes(name) && !OF_THE_STEP.includes(name));
  const lines = rows.map((row) => [...axes, ...metrics].map((name) => String(row[name] ?? "")));
  return [[...Object.keys(FIRST), ...metrics].map(field), ...lines]
    .map((fields) => `${fields.join(",")}\r\n`)
    .join("");
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
