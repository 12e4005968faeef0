/** Sorts and groups the runs of the table. */

import type { RunRow } from "../../api.ts";
import { runColumn } from "./run-columns.ts";

/** A line of the table: a run, or the heading of the group of runs below it. */
export type TableLine =
  | { readonly kind: "run"; readonly run: RunRow }
  | { readonly kind: "group"; readonly title: string; readonly runs: readonly RunRow[] };

/**
 * The lines of the table.
 *
 * @param sort The key of a column, `-` before it for descending. Runs without a value come last either way.
 * @param group The key of a column; empty for no groups.
 */
export function arrangeRuns(runs: readonly RunRow[], sort: string, group: string): TableLine[] {
  const sorted = sortRuns(runs, sort);
  if (group === "") return sorted.map((run) => ({ kind: "run", run }));
  const column = runColumn(group);
  const groups = Map.groupBy(sorted, (run) => (column.value(run) === null ? "none" : column.text(run)));
  return [...groups].flatMap(([value, own]) => [
    { kind: "group" as const, title: `${column.title}: ${value}`, runs: own },
    ...own.map((run) => ({ kind: "run" as const, run })),
  ]);
}

function sortRuns(runs: readonly RunRow[], sort: string): RunRow[] {
  const isDown = sort.startsWith("-");
  const column = runColumn(isDown ? sort.slice(1) : sort);
  const keyed = runs.map((run) => ({ run, value: column.value(run) }));
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
    const order = compareValues(a.value, b.value);
    return isDown ? -order : order;
  });
  return keyed.map(({ run }) => run);
}

function compareValues(a: string | number, b: string | number): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}
