/** What the lines of an Optuna journal add up to: a study and its trials. */

import type { Json, JsonObject } from "../base/json.ts";
import { isRecord } from "../base/plain-object.ts";

/** The operations of the format, as Optuna numbers them. */
export const OPERATION = {
  createStudy: 0,
  deleteStudy: 1,
  setStudyUserAttribute: 2,
  setStudySystemAttribute: 3,
  createTrial: 4,
  setTrialParameter: 5,
  setTrialState: 6,
  setTrialIntermediate: 7,
  setTrialUserAttribute: 8,
  setTrialSystemAttribute: 9,
} as const;

/** Optuna's numbers of the states of a trial, in their order. */
const STATES = ["running", "complete", "pruned", "failed", "waiting"] as const;
export type TrialState = (typeof STATES)[number];

/** The number of a state in the journal. */
export function stateNumber(state: TrialState): number {
  return STATES.indexOf(state);
}

export interface Trial {
  /** Counts the trials of all studies of the journal, from 0. */
  readonly id: number;
  /** Counts the trials of the study, from 0. */
  readonly number: number;
  readonly state: TrialState;
  readonly value: number | null;
  /** Values of the metric by epoch. */
  readonly intermediate: ReadonlyMap<number, number>;
  readonly attributes: JsonObject;
  /** ISO 8601. */
  readonly start: string | null;
  readonly end: string | null;
}

export interface Study {
  readonly id: number;
  readonly attributes: JsonObject;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
interface MutableTrial extends Mutable<Trial> {
  study: number;
  intermediate: Map<number, number>;
}

/** Applies the lines in their order. Only operations of one study count; the others are passed over. */
export class JournalState {
  readonly #name: string;
  /** The studies that exist, by id. */
  readonly #studies = new Map<number, { name: string; attributes: JsonObject }>();
  #nextStudy = 0;
  /** The trials of all studies, by id. */
  readonly #trials: MutableTrial[] = [];

  /** @param name The study that counts. */
  constructor(name: string) {
    this.#name = name;
  }

  /** null before the study is created, and after it is deleted. */
  get study(): Study | null {
    for (const [id, { name, attributes }] of this.#studies)
      if (name === this.#name) return { id, attributes };
    return null;
  }

  /** The id of the next study. */
  get nextStudyId(): number {
    return this.#nextStudy;
  }

  /** How many trials all studies of the journal have: the id of the next one. */
  get nextTrialId(): number {
    return this.#trials.length;
  }

  /** The trials of the study, by number. */
  get trials(): readonly Trial[] {
    const id = this.study?.id;
    return this.#trials.filter(({ study }) => study === id);
  }

  /** Applies one line. What is no operation of the format does nothing. */
  apply(line: unknown): void {
    if (!isRecord(line)) return;
    const operation = line.op_code;
    if (operation === OPERATION.createStudy) this.#createStudy(line);
    else if (operation === OPERATION.createTrial) this.#createTrial(line);
    else if (typeof line.study_id === "number") this.#changeStudy(line.study_id, operation, line);
    else if (typeof line.trial_id === "number") this.#changeTrial(line.trial_id, operation, line);
  }

  #createStudy({ study_name: name }: Record<string, unknown>): void {
    const taken = [...this.#studies.values()].some((study) => study.name === name);
    if (typeof name !== "string" || taken) return;
    this.#studies.set(this.#nextStudy++, { name, attributes: {} });
  }

  #changeStudy(id: number, operation: unknown, line: Record<string, unknown>): void {
    const study = this.#studies.get(id);
    if (study === undefined) return;
    if (operation === OPERATION.deleteStudy) this.#studies.delete(id);
    else if (operation === OPERATION.setStudyUserAttribute)
      study.attributes = { ...study.attributes, ...attributesIn(line.user_attr) };
  }

  #createTrial(line: Record<string, unknown>): void {
    const { study_id: study } = line;
    if (typeof study !== "number" || !this.#studies.has(study)) return;
    const intermediate = new Map<number, number>();
    for (const [step, value] of Object.entries(attributesIn(line.intermediate_values)))
      if (typeof value === "number") intermediate.set(Number(step), value);
    this.#trials.push({
      study,
      id: this.#trials.length,
      number: this.#trials.filter((trial) => trial.study === study).length,
      state: STATES[Number(line.state ?? 0)] ?? "running",
      value: valueIn(line.value ?? line.values),
      intermediate,
      attributes: attributesIn(line.user_attrs),
      start: textIn(line.datetime_start),
      end: textIn(line.datetime_complete),
    });
  }

  /** A trial that has ended does not change any more. */
  #changeTrial(id: number, operation: unknown, line: Record<string, unknown>): void {
    const trial = this.#trials[id];
    if (trial === undefined || (trial.state !== "running" && trial.state !== "waiting")) return;
    if (operation === OPERATION.setTrialState) {
      trial.state = STATES[Number(line.state)] ?? trial.state;
      if (trial.state === "running") trial.start = textIn(line.datetime_start) ?? trial.start;
      trial.end = textIn(line.datetime_complete) ?? trial.end;
      trial.value = valueIn(line.values) ?? trial.value;
    } else if (operation === OPERATION.setTrialIntermediate) {
      const { step, intermediate_value: value } = line;
      if (typeof step === "number" && typeof value === "number") trial.intermediate.set(step, value);
    } else if (operation === OPERATION.setTrialUserAttribute) {
      trial.attributes = { ...trial.attributes, ...attributesIn(line.user_attr) };
    }
  }
}

function attributesIn(value: unknown): Record<string, Json> {
  return isRecord(value) ? (value as Record<string, Json>) : {};
}

/** The first of several values; studies of ours have one. */
function valueIn(value: unknown): number | null {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "number" ? first : null;
}

function textIn(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
