/**
 * Whether a resumed run leaves the path that is logged: it then goes on from an earlier checkpoint than the
 * last, or with another configuration, and its rows are none of the logged run.
 */

import type { Config, PluginRun } from "../../../core/plugin.ts";
import { readEarlierLogs } from "../log/earlier-logs.ts";

/** The run that another one goes on from, and the last step that both share. */
export interface ParentRun {
  readonly runId: string;
  readonly step: number;
}

/** A run as it is resumed: the part of it that the decision needs. */
export type ResumedRun = Pick<PluginRun, "folder" | "resumed" | "config">;

export interface Continuation {
  /** The run to branch off from; null: the run goes on under its own id. */
  readonly parent: ParentRun | null;
  /** A line for the user; null if there is nothing to say. */
  readonly note: string | null;
}

/**
 * Compares the step at which a run goes on with the end of its log. A process that was killed has logged
 * steps after its last checkpoint: with the same configuration they come again as they were, and their rows
 * stay. In every other case rows after the step belong to a path that the run has left.
 *
 * @param earlierRunId The id under which the run was logged; null for a run that never was.
 */
export function continuation(run: ResumedRun, earlierRunId: string | null): Continuation {
  if (earlierRunId === null || run.resumed === null) return { parent: null, note: null };
  const { step } = run.resumed;
  const earlier = readEarlierLogs(run.folder, earlierRunId);
  if (earlier.lastStep <= step) return { parent: null, note: null };
  const isOne = step + 1 === earlier.lastStep;
  const rest = isOne ? `step ${step + 1}` : `steps ${step + 1} to ${earlier.lastStep}`;
  if (!earlier.ended && !isChanged(run.config, earlier.config)) {
    return { parent: null, note: `${rest} ${isOne ? "is" : "are"} already logged and not logged again` };
  }
  return {
    parent: { runId: earlierRunId, step },
    note:
      `this goes on from step ${step} of run ${earlierRunId}, whose ${rest} ${isOne ? "stays" : "stay"} in that run's log; ` +
      "from here on it is a run of its own, with the rows that both share",
  };
}

/** Keys whose value changes no row. */
const WITHOUT_EFFECT = [
  "training.device",
  "training.workers",
  "training.early_stopping_patience",
  "training.early_stopping_metric",
  "training.early_stopping_min_epochs",
  "data.cache",
  "data.memory_limit",
  "evaluation.before_and_after",
];

/** True if a value that decides what the rows hold differs from the logged one. */
function isChanged(config: Config, logged: ReadonlyMap<string, string>): boolean {
  const names = ["data", "model", "training", "evaluation"] as const;
  if (names.some((name) => differs(parsed(logged.get(name)), config[name], name))) return true;
  const { seed } = (parsed(logged.get("experiment")) ?? {}) as { seed?: unknown };
  return seed !== undefined && seed !== config.experiment.seed;
}

/** Compares what both have: a key that one of them lacks is not from the user. */
function differs(before: unknown, after: unknown, path: string): boolean {
  if (before === undefined || after === undefined || WITHOUT_EFFECT.includes(path)) return false;
  if (!isMapping(before) || !isMapping(after)) return JSON.stringify(before) !== JSON.stringify(after);
  return Object.keys(before).some((key) => differs(before[key], after[key], `${path}.${key}`));
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}
