/**
 * A console for commands whose results are piped: results on standard output, everything else
 * on standard error.
 */

import { CLEAR_LINE, type RunConsole } from "./console.ts";
import { outputError } from "./standard-output-watch.ts";

/** Prints lines and the live line on standard error, and results on standard output. */
export class StderrConsole implements RunConsole {
  readonly isTerminal = Boolean(process.stderr.isTTY) && process.env.TERM !== "dumb";
  #status: string | null = null;
  #closed: Error | null = null;
  /** Resolves when the last result has left this process. */
  #handedOn: Promise<void> = Promise.resolve();

  constructor() {
    process.stdout.on("error", (error: Error) => {
      this.#closed = error;
    });
  }

  get columns(): number {
    return process.stderr.columns || 80;
  }

  line(text: string): void {
    this.#around(() => process.stderr.write(`${text}\n`));
  }

  warn(text: string): void {
    this.line(text);
  }

  status(text: string | null): void {
    if (!this.isTerminal || text === this.#status) return;
    this.#status = text;
    process.stderr.write(CLEAR_LINE + (text ?? ""));
  }

  subscribe(): () => void {
    return () => {}; // these commands keep no log
  }

  /**
   * Writes to standard output, with the live line out of the way.
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
    if (this.#status !== null) process.stderr.write(CLEAR_LINE);
    write();
    if (this.#status !== null) process.stderr.write(this.#status);
  }
}
