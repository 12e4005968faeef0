/**
 * Optuna's journal file: one JSON object per line, appended under a lock, never changed. Several processes,
 * on several machines, keep the state of a sweep in it, and Optuna and its dashboard read it as their own.
 */

import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import type { JsonObject } from "../base/json.ts";
import { UserError } from "../base/problem.ts";
import { acquireJournalLock } from "./journal-lock.ts";
import { JournalState } from "./journal-state.ts";

/** A line without `worker_id`, which is added. */
export type JournalLine = JsonObject & { readonly op_code: number };

/** What a change appends, and what it returns. */
export interface JournalChange<T> {
  readonly lines: readonly JournalLine[];
  readonly result: T;
}

const LINE_END = 10;

/** A journal that is read as it grows. Nothing stays open between two calls. */
export class Journal {
  /** Absolute. */
  readonly path: string;
  readonly #worker: string;
  readonly #state: JournalState;
  /** Bytes that are applied: whole lines. */
  #offset = 0;

  /**
   * @param path The file; it is made by the first change.
   * @param study The name of the study that counts.
   * @param worker Whoever writes, unique among all writers.
   */
  constructor(path: string, study: string, worker: string) {
    this.path = resolve(path);
    this.#worker = worker;
    this.#state = new JournalState(study);
  }

  /** The state as the file has it now. */
  read(): JournalState {
    const file = this.#open("r");
    if (file === null) return this.#state;
    try {
      this.#apply(file);
    } finally {
      closeSync(file);
    }
    return this.#state;
  }

  /**
   * Decides on the newest state, which nobody changes meanwhile, and appends lines to it.
   *
   * @throws {UserError} If the file cannot be written to.
   */
  async change<T>(decide: (state: JournalState) => JournalChange<T>): Promise<T> {
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      closeSync(openSync(this.path, "a")); // the lock points to it
      using _ = await acquireJournalLock(this.path);
      const file = openSync(this.path, "r+");
      try {
        this.#apply(file);
        // The rest of a line whose writer was killed would spoil the next line.
        if (fstatSync(file).size > this.#offset) ftruncateSync(file, this.#offset);
        const { lines, result } = decide(this.#state);
        if (lines.length > 0) {
          const text = lines
            .map((line) => `${JSON.stringify({ ...line, worker_id: this.#worker })}\n`)
            .join("");
          const bytes = Buffer.from(text);
          for (let at = 0; at < bytes.length; )
            at += writeSync(file, bytes, at, bytes.length - at, this.#offset + at);
          fsyncSync(file);
          this.#apply(file);
        }
        return result;
      } finally {
        closeSync(file);
      }
    } catch (cause) {
      if (cause instanceof UserError || (cause as NodeJS.ErrnoException).code === undefined) throw cause;
      throw new UserError(
        {
          file: this.path,
          message: "Cannot write the journal of the sweep",
          expected: "a folder that can be written to",
          got: (cause as Error).message,
          fix: "make it writable, or choose another one: --folder",
        },
        { cause },
      );
    }
  }

  #open(flags: string): number | null {
    try {
      return openSync(this.path, flags);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  }

  #apply(file: number): void {
    const { size } = fstatSync(file);
    if (size <= this.#offset) return;
    const bytes = Buffer.alloc(size - this.#offset);
    const got = readSync(file, bytes, 0, bytes.length, this.#offset);
    const end = bytes.subarray(0, got).lastIndexOf(LINE_END) + 1;
    for (const line of bytes.toString("utf8", 0, end).split("\n"))
      if (line !== "") this.#state.apply(parsed(line));
    this.#offset += end;
  }
}

/** Python writes numbers that are not finite by names of its own. They count as missing. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    try {
      return JSON.parse(line.replaceAll(/(?<=[[:,]\s*)(?:NaN|-?Infinity)(?=\s*[,\]}])/g, "null"));
    } catch {
      return null;
    }
  }
}
