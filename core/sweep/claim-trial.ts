/**
 * Decides what an agent does next: run a trial again whose agent is gone, begin a new one, wait, or end. A
 * trial is claimed by the lock on its folder, within one change of the journal, so no two agents have it.
 */

import { existsSync, mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Json, JsonObject } from "../base/json.ts";
import { acquireFolderLock, type FolderLock, isFolderHeld } from "../files/folder-lock.ts";
import { gridSize } from "./grid.ts";
import type { JournalChange, JournalLine } from "./journal.ts";
import { type JournalState, OPERATION, stateNumber, type Trial } from "./journal-state.ts";
import { optunaParameter } from "./optuna-space.ts";
import type { SweepFolder } from "./sweep-folder.ts";
import { TRIAL_FILES } from "./sweep-folder.ts";
import type { SweepRules } from "./sweep-study.ts";
import { attributeLines, attributesOf, NO_ATTRIBUTES } from "./trial-attributes.ts";

/** A trial that was lost with so many agents counts as failed: it may be what ended them. */
const MOST_LOSSES = 3;

/** A trial that this process may run, until it releases the lock. */
export interface ClaimedTrial {
  readonly number: number;
  /** Proves the claim: results that come with another token are refused. */
  readonly token: string;
  readonly values: Readonly<Record<string, Json>>;
  /** The run of an earlier attempt; null if there was none. */
  readonly run: string | null;
  readonly isAgain: boolean;
  readonly lock: FolderLock;
}

/** The values of a new trial. */
export interface Proposal {
  /** By the names of the parameters. */
  readonly values: Readonly<Record<string, Json>>;
  /** By the names that Optuna knows them by. */
  readonly internal: Readonly<Record<string, number>>;
  /** What Optuna's sampler keeps with the trial. */
  readonly systemAttributes: JsonObject;
}

export type NextStep =
  | { readonly kind: "trial"; readonly trial: ClaimedTrial }
  /** A new trial may begin: its values are needed. */
  | { readonly kind: "propose"; readonly number: number }
  /** Others run the last trials. */
  | { readonly kind: "wait" }
  | { readonly kind: "done" };

export interface Claims {
  readonly folder: SweepFolder;
  readonly rules: SweepRules;
  /** The most trials of the sweep; null: there is no limit. */
  readonly most: number | null;
}

/**
 * What comes next. A change that claims a lost trial locks its folder.
 *
 * @param propose The values of a new trial, if one may begin; null: they are not known yet.
 */
export function nextStep(
  claims: Claims,
  propose: ((number: number) => Proposal) | null,
  state: JournalState,
): JournalChange<NextStep> {
  const lines: JournalLine[] = [];
  let elsewhere = 0;
  const running = state.trials.filter((trial) => trial.state === "running");
  for (const trial of running) {
    const folder = claims.folder.trial(trial.number);
    if (isFolderHeld(folder) || isFolderHeld(join(folder, TRIAL_FILES.process))) {
      elsewhere++;
      continue;
    }
    const { lost, isPaused } = attributesOf(trial);
    if (!isPaused && lost + 1 >= MOST_LOSSES) {
      lines.push(...givenUp(trial, lost + 1));
      continue;
    }
    const again = claimAgain(claims, trial, isPaused ? lost : lost + 1);
    return { lines: [...lines, ...again.lines], result: { kind: "trial", trial: again.trial } };
  }
  const number = state.trials.length;
  if (mayBegin(claims, state)) {
    if (propose === null) return { lines, result: { kind: "propose", number } };
    const begun = begin(claims, state, propose(number));
    return { lines: [...lines, ...begun.lines], result: { kind: "trial", trial: begun.trial } };
  }
  return { lines, result: { kind: elsewhere > 0 ? "wait" : "done" } };
}

/** Whether the sweep has room for another trial. */
function mayBegin({ rules, most }: Claims, { trials }: JournalState): boolean {
  if (most !== null && trials.length >= most) return false;
  if (rules.method === "grid" && trials.length >= gridSize(rules.parameters)) return false;
  const { target, goal } = rules.metric;
  if (target === null) return true;
  return !trials.some(
    ({ state, value }) =>
      state === "complete" && value !== null && (goal === "maximize" ? value >= target : value <= target),
  );
}

interface Claim {
  readonly lines: readonly JournalLine[];
  readonly trial: ClaimedTrial;
}

function claimAgain({ folder }: Claims, trial: Trial, lost: number): Claim {
  const token = crypto.randomUUID();
  const { parameters: values, run } = attributesOf(trial);
  const lock = lockTrial(folder, trial.number);
  const lines = attributeLines(trial, { agent: token, host: hostname(), lost, isPaused: false });
  const found = run === null ? null : folder.found(run);
  return { lines, trial: { number: trial.number, token, values, run: found, isAgain: true, lock } };
}

function begin({ folder, rules }: Claims, state: JournalState, proposal: Proposal): Claim {
  const { number, id: study } = { number: state.trials.length, id: state.study!.id };
  const token = crypto.randomUUID();
  const { values, internal, systemAttributes } = proposal;
  const lock = lockTrial(folder, number);
  const known = rules.parameters.flatMap((parameter) => optunaParameter(parameter) ?? []);
  const distributions = Object.fromEntries(
    known.map(({ name, distribution }) => [name, JSON.stringify(distribution)]),
  );
  const attributes = { ...NO_ATTRIBUTES, parameters: values, agent: token, host: hostname() };
  const line: JournalLine = {
    op_code: OPERATION.createTrial,
    study_id: study,
    datetime_start: new Date().toISOString(),
    state: stateNumber("running"),
    value: null,
    values: null,
    distributions,
    params: internal,
    user_attrs: attributes as unknown as JsonObject,
    system_attrs: systemAttributes,
    intermediate_values: {},
  };
  return { lines: [line], trial: { number, token, values, run: null, isAgain: false, lock } };
}

function givenUp(trial: Trial, lost: number): JournalLine[] {
  const reason = `its agents were killed, ${lost} in a row`;
  const end: JournalLine = {
    op_code: OPERATION.setTrialState,
    trial_id: trial.id,
    state: stateNumber("failed"),
    values: null,
    datetime_complete: new Date().toISOString(),
  };
  return [...attributeLines(trial, { reason, lost }), end];
}

function lockTrial(folder: SweepFolder, number: number): FolderLock {
  const path = folder.trial(number);
  const inner = join(path, TRIAL_FILES.process);
  if (!existsSync(inner)) mkdirSync(inner, { recursive: true });
  return acquireFolderLock(path, "run this trial");
}
