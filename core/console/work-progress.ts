/** Shows how a long piece of work goes: a bar on a terminal, a line every few seconds elsewhere, nothing where silent. */

import { formatDuration, progressBar } from "../base/text-layout.ts";
import type { RunConsole } from "./console.ts";

/** Without a terminal a line appears this often, milliseconds. */
const LINE_INTERVAL = 10_000;
const BAR_WIDTH = 24;

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
   * @param what "reading real".
   * @param total How many there are of `unit`.
   * @param silent True where the output is for a program.
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

  /** So many more are done (one, if left out); `share` of all the work is then, 0 … 1: they differ in size. */
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
