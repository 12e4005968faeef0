/** Prints for the plugin: every line begins with `W&B: `, and `silent` silences all of them. */

import type { RunConsole } from "../../../core/plugin.ts";
import type { LogWriterEvents } from "../log/log-writer.ts";

export class Voice {
  readonly #console: RunConsole;
  readonly #isSilent: boolean;
  readonly #said = new Set<string>();

  constructor(console: RunConsole, isSilent: boolean) {
    this.#console = console;
    this.#isSilent = isSilent;
  }

  /** Prints a line that begins with `W&B: ` already. */
  print(text: string): void {
    if (!this.#isSilent) this.#console.line(text);
  }

  line(text: string): void {
    this.print(`W&B: ${text}`);
  }

  warn(text: string): void {
    if (!this.#isSilent) this.#console.warn(`W&B: ${text}`);
  }

  /** Warns, but only the first time that it is called with this key. */
  once(key: string, text: string): void {
    if (this.#said.has(key)) return;
    this.#said.add(key);
    this.warn(text);
  }

  /** Writes something beside the log. A failure is reported once for each `what`, and the run goes on. */
  attempt(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.failed(what, error);
    }
  }

  /** Reports once for each `what` that it was not written. */
  failed(what: string, error: unknown): void {
    this.once(what, `${what} is not written: ${(error as Error).message}`);
  }

  /** What to print when the log cannot be written. */
  diskEvents(path: string): LogWriterEvents {
    return {
      onTrouble: (error) =>
        this.warn(
          `${path} cannot be written: ${error.message}. ${remedy(error.code)} Training goes on; rows wait in memory.`,
        ),
      onRecovery: () => this.line("the log can be written again; nothing is missing in it"),
      onGivenUp: () => this.warn("too much waits to be written; from here on nothing is logged"),
    };
  }
}

/** What the user can do about a file that cannot be written, by the system's error code. */
export function remedy(code: string | undefined): string {
  if (code === "ENOSPC" || code === "EDQUOT") return "Make room on the disk.";
  return code === "EROFS" || code === "EACCES" ? "Make the folder writable." : "Check the disk.";
}
