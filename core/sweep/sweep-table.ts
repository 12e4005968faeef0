/** The trials of a sweep as a table, and as JSON. */

import { basename } from "node:path";
import { fittingTable, type TableColumn } from "../base/fitting-table.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { formatMetric } from "../base/metrics.ts";
import type { Trial } from "./journal-state.ts";
import type { Sweep, SweepMetric } from "./sweep.ts";
import type { SweepFolder } from "./sweep-folder.ts";
import { attributesOf } from "./trial-attributes.ts";
import { valueText, varied } from "./trial-words.ts";

/** The trial with the best value of those that were completed; null if there is none. */
export function bestTrial(trials: readonly Trial[], { goal }: Pick<SweepMetric, "goal">): Trial | null {
  const sign = goal === "maximize" ? -1 : 1;
  const done = trials.filter(({ state, value }) => state === "complete" && value !== null);
  return done.toSorted((a, b) => sign * (a.value! - b.value!))[0] ?? null;
}

/**
 * One row per trial, in the order of their numbers; a star marks the best.
 *
 * @param width The length of a line in characters.
 */
export function trialTable({ metric, parameters }: Sweep, trials: readonly Trial[], width: number): string {
  const best = bestTrial(trials, metric);
  const columns: TableColumn<Trial>[] = [
    { head: "trial", cell: (trial) => `${trial === best ? "*" : " "} ${trial.number}`, rank: 0 },
    { head: "state", cell: ({ state }) => state, rank: 0 },
    { head: metric.name, cell: ({ value }) => (value === null ? "–" : formatMetric(value)), rank: 0 },
    ...varied(parameters).map(({ name }, i) => ({
      head: name,
      cell: (trial: Trial) => valueText(attributesOf(trial).parameters[name] ?? null),
      rank: i + 1,
    })),
    { head: "values", cell: ({ intermediate }) => String(intermediate.size), rank: parameters.length + 1 },
    {
      head: "run",
      cell: (trial) => basename(attributesOf(trial).run ?? "–"),
      rank: parameters.length + 2,
    },
  ];
  return fittingTable(columns, trials, width);
}

/** Everything that is known of a sweep, for programs. */
export function sweepJson(sweep: Sweep, folder: SweepFolder, trials: readonly Trial[]): JsonObject {
  const { name, method, metric } = sweep;
  return {
    name,
    method,
    metric: { ...metric } as JsonObject,
    folder: folder.path,
    journal: folder.journal,
    best: bestTrial(trials, metric)?.number ?? null,
    trials: trials.map((trial) => trialJson(trial, folder)),
  };
}

function trialJson(trial: Trial, folder: SweepFolder): JsonObject {
  const { number, state, value, intermediate, start, end } = trial;
  const { parameters, run, termination, reason, lost } = attributesOf(trial);
  return {
    number,
    state,
    value,
    parameters,
    values: [...intermediate].sort(([a], [b]) => a - b),
    start,
    end,
    run: run === null ? null : folder.found(run),
    band: (termination?.band ?? null) as Json,
    reason,
    lost,
  };
}
