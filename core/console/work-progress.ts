/** Shows the progress of long work: a bar on a terminal, a line every few seconds elsewhere. */

import { formatDuration, progressBar } from "../base/text-layout.ts";
import type { RunConsole } from "./console.ts";

/** The time between two lines without a terminal, milliseconds. */
const LINE_INTERVAL = 10_000;
const BAR_WIDTH = 24;

/** Call `step` after each piece of work, and `end` in the end. */
export class WorkProgress {
  readonly #console: RunConsole;
  readonly #what: string;
  readonly #total: number;
  readonly #silent: boolean;
  readonly #unit: string;
  readonly #startedAt = performance.now();
  #lineAt = this.#startedAt;
  #done = 0;
  #share = 0;

  /**
   * @param what What is done: "reading real".
   * @param total How many pieces there are, counted in `unit`.
   * @param silent True: nothing is shown, because the output is for a program.
   */
  constructor(console: RunConsole, what: string, total: number, silent: boolean, unit = "workbooks") {
    this.#console = console;
    this.#what = what;
    this.#total = total;
    this.#silent = silent;
    this.#unit = unit;
  }

  /** Seconds since the work began. */
  get seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  /**
   * Counts pieces that are done.
   *
   * @param share How much of all the work is done now, 0 … 1: pieces differ in size.
   * @param count How many pieces are done since the last call.
   */
  step(share: number, count = 1): void {
    this.#done += count;
    this.#share = share;
    if (this.#silent) return;
    if (this.#console.isTerminal) this.#console.status(this.#bar());
    else if (performance.now() - this.#lineAt > LINE_INTERVAL && this.#done < this.#total) {
      this.#lineAt = performance.now();
      this.#console.line(`${this.#what}: ${this.#done} of ${this.#total} ${this.#unit}`);
    }
  }

  /** Removes the bar. */
  end(): void {
    this.#console.status(null);
  }

  #bar(): string {
    const rate = this.#done / this.seconds;
    const words = [
      this.#what,
      progressBar(this.#share, BAR_WIDTH),
      `${this.#done}/${this.#total} ${this.#unit}`,
      `${rate.toFixed(1)}/s`,
      `ETA ${formatDuration((this.seconds / this.#share) * (1 - this.#share))}`,
    ];
    return words.join("  ").slice(0, this.#console.columns - 1);
  }
}
