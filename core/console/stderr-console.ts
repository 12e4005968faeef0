/**
 * A console for commands whose results are piped: results on standard output, everything else
 * on standard error.
 */

import type { RunConsole } from "./console.ts";
import { DEFAULT_COLUMNS, LiveLines } from "./live-lines.ts";
import { outputError } from "./standard-output-watch.ts";

/** Prints lines and live lines on standard error, and results on standard output. */
export class StderrConsole implements RunConsole {
  readonly isTerminal = Boolean(process.stderr.isTTY) && process.env.TERM !== "dumb";
  readonly #live = new LiveLines(process.stderr);
  #closed: Error | null = null;
  /** Resolves when the last result has left this process. */
  #handedOn: Promise<void> = Promise.resolve();

  constructor() {
    process.stdout.on("error", (error: Error) => {
      this.#closed = error;
    });
  }

  get columns(): number {
    return process.stderr.columns || DEFAULT_COLUMNS;
  }

  line(text: string): void {
    this.#around(() => process.stderr.write(`${text}\n`));
  }

  warn(text: string): void {
    this.line(text);
  }

  status(text: string | null): void {
    if (!this.isTerminal || text === this.#live.text) return;
    this.#live.show(text);
  }

  subscribe(): () => void {
    return () => {}; // these commands keep no log
  }

  /**
   * Writes to standard output, with the live lines out of the way.
   *
   * @throws {ReaderGone} If the reader has closed the pipe.
   * @throws {UserError} If it cannot be written: a full disk.
   */
  result(text: string): void {
    if (this.#closed !== null) throw outputError(this.#closed);
    if (text === "") return;
    this.#around(() => {
      this.#handedOn = new Promise((resolve) => process.stdout.write(text, () => resolve()));
    });
  }

  /** Resolves when all results have left this process, which may then end. */
  flush(): Promise<void> {
    return this.#handedOn;
  }

  #around(write: () => void): void {
    this.#live.hide();
    write();
    this.#live.redraw();
  }
}
