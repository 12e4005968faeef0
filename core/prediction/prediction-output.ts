/**
 * Where predictions go: standard output, a file that appears when it is complete, or a `.jsonl` that grows.
 */

import { closeSync, openSync, writeSync } from "node:fs";
import { UserError } from "../base/problem.ts";
import type { StderrConsole } from "../console/stderr-console.ts";
import { AtomicOutput } from "../files/atomic-output.ts";

export interface PredictionOutput {
  write(text: string): void;
  /** Completes the output. */
  commit(): void;
  /**
   * Has to be the last call, whatever happened. Without a `commit` before it, an incomplete file is
   * removed; lines of a `.jsonl` and text on standard output stay.
   */
  close(): Promise<void>;
}

/** Writes to standard output. */
export function standardOutput(console: StderrConsole): PredictionOutput {
  return { write: (text) => console.result(text), commit() {}, close: () => console.flush() };
}

/** Writes a file that appears under its name with `commit`. @throws {UserError} If it cannot be written. */
export function wholeFileOutput(path: string): PredictionOutput {
  const output = attempt(path, () => new AtomicOutput(path));
  return {
    write: (text) => attempt(path, () => output.write(Buffer.from(text))),
    commit: () => attempt(path, () => output.commit()),
    close: async () => output.abort(),
  };
}

/** Appends to a file. A text is in it when `write` returns. @throws {UserError} If it cannot be written. */
export function appendedOutput(path: string): PredictionOutput {
  const file = attempt(path, () => openSync(path, "a"));
  return {
    write(text) {
      attempt(path, () => {
        const bytes = Buffer.from(text);
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      });
    },
    commit() {},
    close: async () => closeSync(file),
  };
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const got = (cause as Error).message;
    const fix = "make room on the disk, make the folder, or name another --output";
    throw new UserError({ file: path, message: "Cannot write the output", got, fix }, { cause });
  }
}
