/** The console of a run: lines, which `output.log` keeps too, and live lines below them. */

import { closeSync, openSync, writeSync } from "node:fs";
import { errorText } from "./command.ts";
import { ForeignOutputWatch } from "./foreign-output.ts";
import { DEFAULT_COLUMNS, LiveLines } from "./live-lines.ts";

/** What plugins and the training loop print to. */
export interface RunConsole {
  /** True if standard output is a terminal, where live lines and colours make sense. */
  readonly isTerminal: boolean;
  /** The terminal's width in characters; 80 if there is no terminal. */
  readonly columns: number;
  /**
   * Prints one or several lines. They also go to `output.log`, without time stamps, so that it reads
   * like the console.
   */
  line(text: string): void;
  /** Does the same on standard error. */
  warn(text: string): void;
  /**
   * Shows or replaces the live lines, on terminals only; null removes them. What is wider than the terminal
   * is cut off. The live lines never go to `output.log`.
   */
  status(text: string | null): void;
  /** Calls `listener` with every line that is printed from now on, until the returned function is called. */
  subscribe(listener: (line: string, stream: "stdout" | "stderr") => void): () => void;
}

/**
 * The console on this process's standard streams. It keeps the lines in memory until `attach` names the log
 * file, which is possible only once the run's folder exists. `close` it in the end.
 *
 * While it shows live lines, it watches what others print and the size of the terminal, and draws them anew.
 */
export class ProcessConsole implements RunConsole {
  readonly isTerminal = Boolean(process.stdout.isTTY) && process.env.TERM !== "dumb";
  #listeners = new Set<(line: string, stream: "stdout" | "stderr") => void>();
  #isTelling = false;
  readonly #live = new LiveLines(process.stdout);
  /** Watches what others print while there are live lines. */
  #watch: ForeignOutputWatch | null = null;
  #log: number | null = null;
  /** Lines that were printed before there was a log file. */
  #early: string[] = [];

  get columns(): number {
    return process.stdout.columns || DEFAULT_COLUMNS;
  }

  /** Appends the lines that were printed so far to this file, and every line from now on. */
  attach(path: string): void {
    this.#log = openSync(path, "a");
    for (const line of this.#early.splice(0)) this.#keep(line);
  }

  /** Closes the log file; lines from now on are kept for the next one. */
  detach(): void {
    if (this.#log !== null) closeSync(this.#log);
    this.#log = null;
  }

  /** Closes the log file and removes the live lines. */
  close(): void {
    this.status(null);
    this.detach();
  }

  line(text: string): void {
    this.#print(text, "stdout");
  }

  warn(text: string): void {
    this.#print(text, "stderr");
  }

  /** Writes one or several lines to the log file alone. Listeners do not hear of them. */
  log(text: string): void {
    for (const line of text.split("\n")) this.#write(line);
  }

  status(text: string | null): void {
    if (!this.isTerminal) return;
    if (text === null) this.#endLive();
    else {
      if (this.#watch === null) this.#beginLive();
      this.#unnoticed(() => this.#live.show(text));
    }
  }

  subscribe(listener: (line: string, stream: "stdout" | "stderr") => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #beginLive(): void {
    this.#watch = new ForeignOutputWatch({
      before: () => this.#live.hide(),
      after: (isLineEnded) => {
        if (!isLineEnded) process.stdout.write("\n");
        this.#live.redraw();
      },
    });
    process.stdout.on("resize", this.#redraw);
    process.on("exit", this.#endLive);
  }

  readonly #endLive = (): void => {
    if (this.#watch === null) return;
    this.#unnoticed(() => this.#live.show(null));
    this.#watch[Symbol.dispose]();
    this.#watch = null;
    process.stdout.off("resize", this.#redraw);
    process.off("exit", this.#endLive);
  };

  readonly #redraw = (): void => this.#unnoticed(() => this.#live.redraw());

  #unnoticed(work: () => void): void {
    if (this.#watch === null) work();
    else this.#watch.unnoticed(work);
  }

  #print(text: string, stream: "stdout" | "stderr"): void {
    this.#unnoticed(() => {
      this.#live.hide();
      process[stream].write(`${text}\n`);
      this.#live.redraw();
    });
    for (const line of text.split("\n")) {
      this.#write(line);
      this.#tell(line, stream);
    }
  }

  /**
   * A listener that throws is removed. What a listener prints while it is called goes to no listener, or it
   * would call itself without end.
   */
  #tell(line: string, stream: "stdout" | "stderr"): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    for (const listener of [...this.#listeners]) {
      try {
        listener(line, stream);
      } catch (error) {
        this.#listeners.delete(listener);
        this.warn(`A listener of the console failed and is no longer called: ${errorText(error)}`);
      }
    }
    this.#isTelling = false;
  }

  #write(line: string): void {
    if (this.#log === null) this.#early.push(line);
    else this.#keep(line);
  }

  #keep(line: string): void {
    try {
      writeSync(this.#log as number, `${line}\n`);
    } catch {
      // The line was printed: a full disk must not end the run because of its copy.
    }
  }
}
