/** The console of a run: lines for people, kept in `output.log` too, and at most one live line below them. */

import { closeSync, openSync, writeSync } from "node:fs";
import { errorText } from "./command.ts";

/** What plugins and the loop print through. */
export interface RunConsole {
  /** True where standard output is a terminal: live lines and colours make sense. */
  readonly isTerminal: boolean;
  /** The terminal's width in characters; 80 where there is none. */
  readonly columns: number;
  /** Prints a line (or several). It also goes to `output.log`, stamped with nothing: it reads as the console did. */
  line(text: string): void;
  /** Like `line`, on standard error. */
  warn(text: string): void;
  /** Shows or replaces the live line, on terminals only; null removes it. It never reaches `output.log`. */
  status(text: string | null): void;
  /** Calls back with every printed line from now on. Returns a function that stops it. */
  subscribe(listener: (line: string, stream: "stdout" | "stderr") => void): () => void;
}

const CLEAR_LINE = "\r\u001b[2K";

/** The console on this process's standard streams. `attach` names the log file once the run's folder exists. */
export class ProcessConsole implements RunConsole {
  readonly isTerminal = Boolean(process.stdout.isTTY) && process.env.TERM !== "dumb";
  #listeners = new Set<(line: string, stream: "stdout" | "stderr") => void>();
  #isTelling = false;
  #status: string | null = null;
  #log: number | null = null;
  /** Lines printed before there was a file to keep them in. */
  #early: string[] = [];

  get columns(): number {
    return process.stdout.columns || 80;
  }

  /** From now on lines are appended to this file, those printed so far first. */
  attach(path: string): void {
    this.#log = openSync(path, "a");
    for (const line of this.#early) this.#keep(line);
    this.#early = [];
  }

  /** Closes the log file and keeps what is printed from now on for the next one. */
  detach(): void {
    if (this.#log !== null) closeSync(this.#log);
    this.#log = null;
  }

  /** Closes the log file and removes the live line. */
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

  status(text: string | null): void {
    if (!this.isTerminal) return;
    if (text === null && this.#status === null) return;
    this.#status = text;
    process.stdout.write(CLEAR_LINE + (text ?? ""));
  }

  subscribe(listener: (line: string, stream: "stdout" | "stderr") => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #print(text: string, stream: "stdout" | "stderr"): void {
    if (this.#status !== null) process.stdout.write(CLEAR_LINE);
    process[stream].write(`${text}\n`);
    if (this.#status !== null) process.stdout.write(this.#status);
    for (const line of text.split("\n")) {
      if (this.#log === null) this.#early.push(line);
      else this.#keep(line);
      this.#tell(line, stream);
    }
  }

  /** A listener that throws is not asked again; what a listener prints is told to none, or it would hear itself for ever. */
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

  #keep(line: string): void {
    try {
      writeSync(this.#log as number, `${line}\n`);
    } catch {
      // A full disk must not end the run because of a line that was shown already.
    }
  }
}
