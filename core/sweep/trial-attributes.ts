/** What a sweep keeps of a trial beside what Optuna itself does, in the trial's attributes. */

import type { Json, JsonObject } from "../base/json.ts";
import type { Termination } from "./hyperband.ts";
import type { JournalLine } from "./journal.ts";
import { OPERATION, type Trial } from "./journal-state.ts";

export interface TrialAttributes {
  /** The values of all parameters, constants among them, by their names. */
  readonly parameters: Readonly<Record<string, Json>>;
  /** Whoever runs it now, or ran it last. Results of anybody else are refused. */
  readonly agent: string;
  /** The machine of that agent. */
  readonly host: string;
  /** How often the trial was lost with an agent that was killed. */
  readonly lost: number;
  /** True: its agent was asked to stop, and left it for the next one. */
  readonly isPaused: boolean;
  /** The folder of its run, once that exists. */
  readonly run: string | null;
  /** Why Hyperband ended it. */
  readonly termination: Termination | null;
  /** Why it failed. */
  readonly reason: string | null;
}

/** Those of a trial that nobody has run yet. */
export const NO_ATTRIBUTES: TrialAttributes = {
  parameters: {},
  agent: "",
  host: "",
  lost: 0,
  isPaused: false,
  run: null,
  termination: null,
  reason: null,
};

export function attributesOf({ attributes }: Trial): TrialAttributes {
  return { ...NO_ATTRIBUTES, ...(attributes as Partial<TrialAttributes>) };
}

/** Lines that change attributes of a trial: one each, as the format wants it. */
export function attributeLines({ id }: Pick<Trial, "id">, changed: Partial<TrialAttributes>): JournalLine[] {
  return Object.entries(changed).map(([key, value]) => ({
    op_code: OPERATION.setTrialUserAttribute,
    trial_id: id,
    user_attr: { [key]: value } as unknown as JsonObject,
  }));
}
