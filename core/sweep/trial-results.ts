/** Writes what comes of a trial into the journal: its values, its run, its end. Only its agent may. */

import { type Termination, termination } from "./hyperband.ts";
import type { Journal, JournalChange, JournalLine } from "./journal.ts";
import { type JournalState, OPERATION, stateNumber, type Trial } from "./journal-state.ts";
import { rulesOf } from "./sweep-study.ts";
import { attributeLines, attributesOf, type TrialAttributes } from "./trial-attributes.ts";

/** What the giver of a value does next. */
export type Answer =
  | { readonly kind: "go on" }
  /** Hyperband ends the trial. */
  | { readonly kind: "end"; readonly termination: Termination }
  /** Another agent has the trial now, or it has ended: nothing was written. */
  | { readonly kind: "lost" };

/** How a trial ended. */
export interface TrialEnd {
  readonly state: "complete" | "failed";
  /** The value of one without values by epoch; null: none is known. */
  readonly value: number | null;
  readonly reason: string | null;
}

/** A trial, as the process sees it that runs it. */
export class TrialResults {
  readonly #journal: Journal;
  readonly #number: number;
  readonly #token: string;

  /** @param token That of the claim. */
  constructor(journal: Journal, number: number, token: string) {
    this.#journal = journal;
    this.#number = number;
    this.#token = token;
  }

  /** Adds the metric's value after an epoch, from 1, and asks Hyperband. */
  report(epoch: number, value: number): Promise<Answer> {
    return this.#change<Answer>({ kind: "lost" }, (trial, state) => {
      const line: JournalLine = {
        op_code: OPERATION.setTrialIntermediate,
        trial_id: trial.id,
        step: epoch,
        intermediate_value: value,
      };
      const rules = rulesOf(state.study!)!;
      // An earlier attempt may have come further: what it reported beyond this epoch does not count.
      const before = [...trial.intermediate].filter(([at]) => at < epoch);
      const own = [...ordered(before), value];
      const others = state.trials.filter(({ number }) => number !== trial.number);
      const all = [own, ...others.map(({ intermediate }) => ordered([...intermediate]))];
      const end = rules.hyperband && termination(rules.hyperband, rules.metric, own, all);
      return end === null
        ? { lines: [line], result: { kind: "go on" } }
        : {
            lines: [line, ...attributeLines(trial, { termination: end })],
            result: { kind: "end", termination: end },
          };
    });
  }

  /** @returns False if the trial is another agent's now. */
  note(changed: Partial<TrialAttributes>): Promise<boolean> {
    return this.#change(false, (trial) => ({ lines: attributeLines(trial, changed), result: true }));
  }

  /**
   * Ends the trial. One that Hyperband ended counts as pruned, with its last value, as in Optuna; otherwise
   * the best of its values counts. One without any value has failed.
   *
   * @returns The trial as it ended; null if it is another agent's now.
   */
  async end({ state, value, reason }: TrialEnd): Promise<Trial | null> {
    const isOurs = await this.#change(false, (trial, { study }) => {
      const values = ordered([...trial.intermediate]);
      const isLess = rulesOf(study!)!.metric.goal === "minimize";
      const best = values.length === 0 ? value : isLess ? Math.min(...values) : Math.max(...values);
      const isPruned = state === "complete" && attributesOf(trial).termination !== null;
      const result = isPruned ? values.at(-1)! : best;
      const isFailed = state === "failed" || result === null;
      const why = isFailed ? (reason ?? "it gave no value of the metric") : null;
      const line: JournalLine = {
        op_code: OPERATION.setTrialState,
        trial_id: trial.id,
        state: stateNumber(isFailed ? "failed" : isPruned ? "pruned" : "complete"),
        values: isFailed ? null : [result],
        datetime_complete: new Date().toISOString(),
      };
      return { lines: [...(why === null ? [] : attributeLines(trial, { reason: why })), line], result: true };
    });
    return isOurs ? this.#journal.read().trials[this.#number]! : null;
  }

  #change<T>(lost: T, decide: (trial: Trial, state: JournalState) => JournalChange<T>): Promise<T> {
    return this.#journal.change((state) => {
      const trial = state.trials[this.#number];
      const isOurs = trial?.state === "running" && attributesOf(trial).agent === this.#token;
      return isOurs ? decide(trial, state) : { lines: [], result: lost };
    });
  }
}

/** The values in the order of their epochs. */
function ordered(values: readonly (readonly [number, number])[]): number[] {
  return values.toSorted(([a], [b]) => a - b).map(([, value]) => value);
}
