/** The state of a run while it trains: its progress, its clocks and its current row. */

import type { Metrics } from "../base/metrics.ts";
import type { Moment } from "../hooks/lifecycle.ts";
import { addSums, type LossSums } from "../loss/loss-parts.ts";
import { isBetter } from "./best-epoch.ts";
import { hasExploded } from "./exploded-loss.ts";
import { EMPTY_SUMS, momentOf, type ProgressState } from "./progress-state.ts";

/**
 * The state of the last step's row.
 *
 * - `closed`: the row has been handed over, or there was no step yet.
 * - `open`: the step's metrics have been logged, and their row has not been handed over yet.
 * - `saved`: like `open`, but the progress holds the row, so that a resumed run hands it over.
 */
type RowState = "closed" | "open" | "saved";

/**
 * The state of a run that trains.
 *
 * Life cycle: it begins with the progress of a fresh run or of a checkpoint. In every epoch, `beginEpoch`
 * starts the clock of the epoch, `countStep` follows each update, `awaitValidation` comes before a
 * validation, and `endEpoch` follows that of the epoch. `closeRow` comes before a row is handed over.
 * `stopClock` is called when the run ends. Between any two calls `progress` is what a checkpoint has to
 * hold.
 */
export class RunState {
  readonly #startedAt = performance.now();
  /** Training time of earlier processes, in seconds. */
  readonly #secondsBefore: number;
  #progress: ProgressState;
  #row: RowState;
  #epochStartedAt = this.#startedAt;
  /** How the newest loss looks; `diverged` is for good. */
  #health: "good" | "exploded" | "diverged" = "good";
  /** Time that earlier processes spent on the epoch, in seconds. */
  #epochSecondsBefore = 0;

  constructor(progress: ProgressState) {
    this.#progress = progress;
    this.#secondsBefore = progress.seconds;
    this.#row = Object.keys(progress.pendingRow).length > 0 ? "saved" : "closed";
  }

  /** JSON-safe; a new object after every change. */
  get progress(): ProgressState {
    return this.#progress;
  }

  /** The moment for plugins. */
  get moment(): Moment {
    return momentOf(this.#progress);
  }

  /** Time spent on the epoch so far, in seconds, over all processes. */
  get epochSeconds(): number {
    return this.#epochSecondsBefore + secondsSince(this.#epochStartedAt);
  }

  /** True if the last step's row waits to be handed over and no resumed run would do it. */
  get isRowLeft(): boolean {
    return this.#row === "open";
  }

  /** True if the state must not replace an earlier one on the disk: the run has diverged or is about to. */
  get isRuined(): boolean {
    return this.#health !== "good";
  }

  /** True once the run ends because it has diverged. */
  get hasDiverged(): boolean {
    return this.#health === "diverged";
  }

  /** The run ends because it has diverged: whatever its last finite loss was, its state is of no use. */
  diverge(): void {
    this.#health = "diverged";
  }

  /** True if the row of a step waits for a validation, also that of an earlier process. */
  get isRowWaiting(): boolean {
    return this.#row === "saved";
  }

  /** The next epoch begins, or a resumed run goes on within it. */
  beginEpoch(): void {
    this.#epochStartedAt = performance.now();
    this.#epochSecondsBefore = this.#progress.sums.seconds;
  }

  /** An update is done: its sums join the epoch's, and its row is open. */
  countStep(own: LossSums, lr: number): void {
    const { step, stepInEpoch, sums } = this.#progress;
    this.#judge(own.loss / own.sheets);
    this.#change({
      step: step + 1,
      stepInEpoch: stepInEpoch + 1,
      sums: { ...addSums(sums, own), lr, seconds: this.epochSeconds },
      pendingRow: {},
    });
    this.#row = "open";
  }

  /**
   * A validation follows the step: the row stays open for its metrics; until they are logged, the progress
   * holds it.
   */
  awaitValidation(row: Readonly<Record<string, number>>): void {
    this.#change({ pendingRow: row });
    if (this.#row === "open") this.#row = "saved";
  }

  /**
   * The epoch and its validation are done.
   *
   * @param val null without a validation split.
   * @returns Whether the epoch is better than every one before, see `isBetter`.
   */
  endEpoch(train: Metrics, val: Metrics | null): boolean {
    const { epoch: before, best, lowest } = this.#progress;
    const epoch = before + 1;
    const isBest = val !== null && isBetter(val, best?.metrics ?? null);
    const loss = (val ?? train).loss!;
    this.#judge(loss, isBest);
    this.#change({
      epoch,
      stepInEpoch: 0,
      sums: EMPTY_SUMS,
      pendingRow: {},
      best: isBest ? { epoch, metrics: val } : best,
      lowest: lowest === null || loss < lowest.loss ? { epoch, loss } : lowest,
      train,
      val,
    });
    if (this.#row === "saved") this.#row = "open";
    return isBest;
  }

  /** The row is about to be handed over. */
  closeRow(): void {
    if (this.#row === "saved") this.#change({ pendingRow: {} });
    this.#row = "closed";
  }

  /** The run ends: `progress.seconds` is its whole time. */
  stopClock(): void {
    this.#change({});
  }

  /** @param isBest True: the state finds more tables than any before, whatever its loss is. */
  #judge(loss: number, isBest = false): void {
    if (this.#health !== "diverged") {
      this.#health = !isBest && hasExploded(loss, this.#progress) ? "exploded" : "good";
    }
  }

  #change(changes: Partial<ProgressState>): void {
    const seconds = this.#secondsBefore + secondsSince(this.#startedAt);
    this.#progress = { ...this.#progress, ...changes, seconds };
  }
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
