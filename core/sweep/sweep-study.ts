/** A sweep as a study of Optuna: the lines that make it, and the rules that it keeps for its trials. */

import type { Json, JsonObject } from "../base/json.ts";
import { UserError } from "../base/problem.ts";
import type { JournalChange, JournalLine } from "./journal.ts";
import { type JournalState, OPERATION, type Study } from "./journal-state.ts";
import type { Hyperband, Sweep, SweepMetric } from "./sweep.ts";

/** What all agents of a sweep agree on; it stands in the study's attributes. */
export interface SweepRules {
  readonly method: Sweep["method"];
  readonly metric: SweepMetric;
  readonly hyperband: Hyperband | null;
  readonly parameters: Sweep["parameters"];
  /** The seed of all random values. */
  readonly seed: number;
}

const ATTRIBUTE = "sweep";
/** Optuna's numbers of the directions. */
const DIRECTIONS = { minimize: 1, maximize: 2 } as const;
/** Under this name Optuna keeps what the values of a study are called. */
const METRIC_NAMES = "study:metric_names";

/** The rules of a study; null for one that no sweep made. */
export function rulesOf({ attributes }: Study): SweepRules | null {
  return (attributes[ATTRIBUTE] ?? null) as unknown as SweepRules | null;
}

/**
 * Makes the study of a sweep, unless it is there.
 *
 * @throws {UserError} Exit code 2, if the study that is there has other rules.
 */
export function ensureStudy(sweep: Sweep, seed: number, state: JournalState): JournalChange<SweepRules> {
  const { method, metric, hyperband, parameters } = sweep;
  const { study } = state;
  if (study === null) {
    const rules: SweepRules = { method, metric, hyperband, parameters, seed };
    return { lines: studyLines(sweep, rules, state.nextStudyId), result: rules };
  }
  const rules = rulesOf(study);
  const wanted: Record<string, unknown> = { method, metric, hyperband, parameters };
  const other = Object.keys(wanted).find(
    (key) => JSON.stringify(wanted[key]) !== JSON.stringify(rules?.[key as keyof SweepRules]),
  );
  if (rules !== null && other === undefined) return { lines: [], result: rules };
  throw new UserError(
    {
      file: sweep.file,
      message: `Cannot go on with the sweep ${sweep.name}`,
      expected: "the file with which its trials began",
      got: rules === null ? "a study of this name that no sweep made" : `another ${other}`,
      fix: "give the new sweep another name, or another folder: --folder",
    },
    { exitCode: 2 },
  );
}

function studyLines({ name, metric }: Sweep, rules: SweepRules, id: number): JournalLine[] {
  const attributes: JsonObject = { [ATTRIBUTE]: rules as unknown as Json };
  return [
    { op_code: OPERATION.createStudy, study_name: name, directions: [DIRECTIONS[metric.goal]] },
    {
      op_code: OPERATION.setStudySystemAttribute,
      study_id: id,
      system_attr: { [METRIC_NAMES]: [metric.name] },
    },
    { op_code: OPERATION.setStudyUserAttribute, study_id: id, user_attr: attributes },
  ];
}
