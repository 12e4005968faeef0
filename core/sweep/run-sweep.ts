/** Runs a sweep: several agents in one process, each with one trial at a time. */

import { UserError } from "../base/problem.ts";
import type { RunConsole } from "../console/console.ts";
import { processTag } from "../files/process-identity.ts";
import { type Claims, type NextStep, nextStep, type Proposal } from "./claim-trial.ts";
import { Journal } from "./journal.ts";
import type { Trial } from "./journal-state.ts";
import { runTrial, type TrialSetting } from "./run-trial.ts";
import type { Sampler } from "./sampler.ts";
import type { Sweep } from "./sweep.ts";
import type { SweepFolder } from "./sweep-folder.ts";
import { ensureStudy, type SweepRules } from "./sweep-study.ts";
import { trialEnd, trialStart } from "./trial-words.ts";

export interface SweepOptions {
  readonly sweep: Sweep;
  readonly folder: SweepFolder;
  /** How many trials run at once. */
  readonly agents: number;
  /** The most trials that this process runs; null: there is no limit. */
  readonly count: number | null;
  /** The seed of a new sweep. */
  readonly seed: number;
  readonly samplerOf: (rules: SweepRules, journal: Journal) => Sampler;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly console: RunConsole;
  readonly signal: AbortSignal;
}

/** What became of a sweep so far. */
export interface SweepOutcome {
  readonly trials: readonly Trial[];
  readonly rules: SweepRules;
}

/** How often an agent that has nothing to do looks at the trials of others, ms. */
const LOOK_MS = 1000;
/** So many trials that fail before one succeeds are no accident: the rest would fail too. */
const MOST_FAILURES = 3;

/**
 * Runs trials until the sweep has as many as it may have and all of them have ended, or until this process
 * has run `count`. Trials whose agents were killed are run again.
 *
 * @throws {UserError} If the first trials all fail.
 */
export async function runSweep(options: SweepOptions): Promise<SweepOutcome> {
  const { sweep, folder, signal } = options;
  const journal = new Journal(folder.journal, sweep.name, `${processTag()}-${crypto.randomUUID()}`);
  const rules = await journal.change((state) => ensureStudy(sweep, options.seed, state));
  using sampler = options.samplerOf(rules, journal);
  const agents = new Agents(options, journal, rules, sampler);
  const all = Array.from({ length: options.agents }, () => agents.run());
  await Promise.all(all);
  if (!signal.aborted) agents.checkSuccess();
  return { trials: journal.read().trials, rules };
}

/** What the agents of one process share. They begin nothing new once one of them has failed. */
class Agents {
  readonly #options: SweepOptions;
  readonly #journal: Journal;
  readonly #claims: Claims;
  readonly #sampler: Sampler;
  #left: number;
  #failures: Trial[] = [];
  #hasSucceeded = false;

  constructor(options: SweepOptions, journal: Journal, rules: SweepRules, sampler: Sampler) {
    this.#options = options;
    this.#journal = journal;
    this.#claims = { folder: options.folder, rules, most: options.sweep.runCap };
    this.#sampler = sampler;
    this.#left = options.count ?? Number.POSITIVE_INFINITY;
  }

  /** One agent: a trial after the other. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted && this.#left > 0 && !this.#isHopeless) {
      this.#left--;
      const step = await this.#next();
      if (step.kind !== "trial") this.#left++;
      if (step.kind === "done") return;
      if (step.kind === "trial") await this.#runOne(step.trial);
      else await Bun.sleep(LOOK_MS);
    }
  }

  /** @throws {UserError} If the trials of this process failed, and no other. */
  checkSuccess(): void {
    const last = this.#failures.at(-1);
    if (this.#hasSucceeded || last === undefined) return;
    throw new UserError({
      file: this.#options.folder.trial(last.number),
      message: "Cannot go on with this sweep",
      expected: "trials that end well",
      got: trialEnd(this.#options.sweep, last),
      fix: "look at the output of the trial in this folder; a trial that failed is not run again",
    });
  }

  get #isHopeless(): boolean {
    return !this.#hasSucceeded && this.#failures.length >= MOST_FAILURES;
  }

  async #next(): Promise<NextStep> {
    const decide = (proposal: Proposal | null) => {
      const propose = proposal === null ? null : () => proposal;
      return this.#journal.change((state) => nextStep(this.#claims, propose, state));
    };
    const step = await decide(null);
    if (step.kind !== "propose") return step;
    // Another agent may begin a trial meanwhile: then these values belong to another number.
    const asked = new Map([[step.number, await this.#sampler.propose(step.number)]]);
    for (;;) {
      const now = this.#journal.read().trials.length;
      if (!asked.has(now)) asked.set(now, await this.#sampler.propose(now));
      const next = await this.#journal.change((state) => {
        const values = asked.get(state.trials.length) ?? null;
        return nextStep(this.#claims, values === null ? null : () => values, state);
      });
      if (next.kind !== "propose") return next;
    }
  }

  async #runOne(trial: Extract<NextStep, { kind: "trial" }>["trial"]): Promise<void> {
    const { sweep, folder, env, signal, console } = this.#options;
    const setting: TrialSetting = { sweep, folder, journal: this.#journal, env, signal };
    console.line(trialStart(sweep, trial));
    try {
      const ended = await runTrial(trial, setting);
      if (ended === null) return;
      console.line(trialEnd(sweep, ended));
      if (ended.state === "failed") this.#failures.push(ended);
      else this.#hasSucceeded = true;
    } finally {
      trial.lock.release();
    }
  }
}
