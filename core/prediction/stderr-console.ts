/** Results on standard output, everything else on standard error, the progress bar too: results can be piped. */

import type { RunConsole } from "../training/console.ts";

const CLEAR_LINE = "\r\u001b[2K";

/** What is not a result. */
export class StderrConsole implements RunConsole {
  readonly isTerminal = Boolean(process.stderr.isTTY) && process.env.TERM !== "dumb";
  #status: string | null = null;

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

  /** Writes to standard output; on a terminal the bar makes room. */
  result(text: string): void {
    this.#around(() => process.stdout.write(text));
  }

  #around(write: () => void): void {
    if (this.#status !== null) process.stderr.write(CLEAR_LINE);
    write();
    if (this.#status !== null) process.stderr.write(this.#status);
  }
}
