/** Where predictions go: standard output, a file that appears when it is whole, or a `.jsonl` that grows. */

import { closeSync, openSync, writeSync } from "node:fs";
import { AtomicOutput } from "../files/atomic-output.ts";
import { UserError } from "../problem.ts";

export interface PredictionOutput {
  write(text: string): void;
  /** All is written. */
  commit(): void;
  /** The work was stopped or failed: what is half written goes, lines of a `.jsonl` stay. After `commit` it does nothing. */
  abort(): void;
}

/** @param write Standard output's own. */
export function standardOutput(write: (text: string) => void): PredictionOutput {
  return { write, commit() {}, abort() {} };
}

/** @throws {UserError} If the file cannot be written. */
export function wholeFileOutput(path: string): PredictionOutput {
  const output = attempt(path, () => new AtomicOutput(path));
  return {
    write: (text) => attempt(path, () => output.write(Buffer.from(text))),
    commit: () => attempt(path, () => output.commit()),
    abort: () => output.abort(),
  };
}

/** Every text is in the file when `write` returns. @throws {UserError} If the file cannot be written. */
export function appendedOutput(path: string): PredictionOutput {
  let file: number | null = attempt(path, () => openSync(path, "a"));
  const close = () => {
    if (file !== null) closeSync(file);
    file = null;
  };
  return {
    write(text) {
      attempt(path, () => {
        const bytes = Buffer.from(text);
        for (let at = 0; at < bytes.length; ) at += writeSync(file!, bytes, at);
      });
    },
    commit: close,
    abort: close,
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
