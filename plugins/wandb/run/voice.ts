/** What the plugin says on the console: every line begins with `W&B: `, and nothing is said twice. */

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

  /** A line that says itself whose it is. */
  print(text: string): void {
    if (!this.#isSilent) this.#console.line(text);
  }

  line(text: string): void {
    this.print(`W&B: ${text}`);
  }

  warn(text: string): void {
    if (!this.#isSilent) this.#console.warn(`W&B: ${text}`);
  }

  /** Warns the first time that it is called with this key. */
  once(key: string, text: string): void {
    if (this.#said.has(key)) return;
    this.#said.add(key);
    this.warn(text);
  }

  /** Does something beside the log; its failure is told once and costs nothing else. */
  attempt(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.failed(what, error);
    }
  }

  /** Tells once that something is missing beside the log. */
  failed(what: string, error: unknown): void {
    this.once(what, `${what} is not written: ${(error as Error).message}`);
  }

  /** What to say about a log that the disk does not take. */
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

/** What to do about a file that cannot be written, by the system's error code. */
export function remedy(code: string | undefined): string {
  if (code === "ENOSPC" || code === "EDQUOT") return "Make room on the disk.";
  return code === "EROFS" || code === "EACCES" ? "Make the folder writable." : "Check the disk.";
}
