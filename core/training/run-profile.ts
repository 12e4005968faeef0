/** How long the phases of a run take: what `bun run train --profile` prints. */

import { formatDuration, table } from "../base/text-layout.ts";

/** In the order of the table. */
export const PHASES = [
  "reading sheets",
  "making samples",
  "gradients",
  "update",
  "validation",
  "hooks",
  "checkpoints",
  "waiting",
] as const;

/**
 * - `reading sheets`: the datasets, before the first step.
 * - `making samples`: augmentation and fresh synthetic sheets, at every step.
 * - `gradients`: forward and backward pass on the device, the sum over the step, and its norms.
 * - `update`: AdamW, the weights' average, and sending the weights to the device.
 * - `validation`: the validation split.
 * - `hooks`: plugins, at all hooks.
 * - `checkpoints`: copying what is saved.
 * - `waiting`: for a checkpoint that is still being written.
 */
export type Phase = (typeof PHASES)[number];

/** Measures a run, or does not. */
export interface RunProfile {
  /**
   * Does a piece of work that belongs to a phase. If work of another phase happens within it, that time
   * counts for the other phase only.
   *
   * @returns What the work returns. If that is a promise, the phase ends when it settles.
   */
  during<T>(phase: Phase, work: () => T): T;
  /** The table for the console; null where nothing is measured. */
  report(): string | null;
}

/** Measures nothing. */
export const NO_PROFILE: RunProfile = { during: (_, work) => work(), report: () => null };

interface Measured {
  milliseconds: number;
  /** How often the phase began. */
  times: number;
}

/**
 * Measures the phases of one run.
 *
 * Life cycle: the clock starts when it is made. Calls of `during` may be nested, but not overlap: the one
 * that began last ends first. `report` may be called at any time.
 */
export class PhaseClock implements RunProfile {
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly #measured = new Map<Phase, Measured>(
    PHASES.map((phase) => [phase, { milliseconds: 0, times: 0 }]),
  );
  /** The phases under way, the innermost last. */
  readonly #open: Phase[] = [];
  /** When the innermost phase began or became the innermost one again. */
  #since: number;

  /** @param now Milliseconds of a clock that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#startedAt = this.#since = now();
  }

  during<T>(phase: Phase, work: () => T): T {
    this.#count();
    this.#open.push(phase);
    this.#measured.get(phase)!.times++;
    let result: T;
    try {
      result = work();
    } catch (error) {
      this.#leave();
      throw error;
    }
    if (result instanceof Promise) return result.finally(() => this.#leave()) as T;
    this.#leave();
    return result;
  }

  report(): string {
    this.#count();
    const total = this.#since - this.#startedAt;
    const rows = [...this.#measured].map(([phase, { milliseconds, times }]) => ({
      phase: phase as string,
      milliseconds,
      times: `${times}`,
    }));
    const known = rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    rows.push({ phase: "everything else", milliseconds: total - known, times: "" });
    const body = rows.map(({ phase, milliseconds, times }) => [
      phase,
      formatDuration(milliseconds / 1000),
      `${((100 * milliseconds) / Math.max(total, 1)).toFixed(1)} %`,
      times,
    ]);
    return table(["phase", "time", "share", "times"], body, 1);
  }

  #leave(): void {
    this.#count();
    this.#open.pop();
  }

  /** Adds the time since the last change to the innermost phase. */
  #count(): void {
    const now = this.#now();
    const phase = this.#open.at(-1);
    if (phase !== undefined) this.#measured.get(phase)!.milliseconds += now - this.#since;
    this.#since = now;
  }
}
