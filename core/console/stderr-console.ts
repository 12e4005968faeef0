/** Results on standard output, everything else on standard error, the progress bar too: results can be piped. */

import { UserError } from "../base/problem.ts";
import type { RunConsole } from "./console.ts";

const CLEAR_LINE = "\r\u001b[2K";

/** What is not a result. */
export class StderrConsole implements RunConsole {
  readonly isTerminal = Boolean(process.stderr.isTTY) && process.env.TERM !== "dumb";
  #status: string | null = null;
  #closed: Error | null = null;
  /** The last result has left this process. */
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
    return () => {}; // nobody keeps a log of this
  }

  /** Writes to standard output; on a terminal the bar makes room. @throws {UserError} If nobody reads it any more. */
  result(text: string): void {
    if (this.#closed !== null) {
      const { message: got } = this.#closed;
      throw new UserError({ message: "Cannot write the results", got, fix: "--output <file>" });
    }
    if (text === "") return;
    this.#around(() => {
      this.#handedOn = new Promise((resolve) => process.stdout.write(text, () => resolve()));
    });
  }

  /** Until all results have been handed on: the process may end then. */
  flush(): Promise<void> {
    return this.#handedOn;
  }

  #around(write: () => void): void {
    if (this.#status !== null) process.stderr.write(CLEAR_LINE);
    write();
    if (this.#status !== null) process.stderr.write(this.#status);
  }
}
