/**
 * Where predictions go: standard output, a file that appears when it is complete, or a `.jsonl` that grows.
 */

import { closeSync, openSync } from "node:fs";
import { UserError } from "../base/problem.ts";
import type { StderrConsole } from "../console/stderr-console.ts";
import { openOutput, writeThrough } from "../files/open-output.ts";
import type { OutputPlace } from "../files/output-place.ts";

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

/**
 * Writes a file that appears under its name with `commit`, or to a pipe or device.
 *
 * @throws {UserError} If it cannot be written.
 */
export function wholeOutput(place: OutputPlace): PredictionOutput {
  const { named } = place;
  const output = attempt(named, () => openOutput(place));
  return {
    write: (text) => attempt(named, () => output.write(Buffer.from(text))),
    commit: () => attempt(named, () => output.commit()),
    close: async () => output.abort(),
  };
}

/**
 * Writes to the end of a file. A text is in it when `write` returns.
 *
 * @param anew True: what the file holds is dropped.
 * @throws {UserError} If it cannot be written.
 */
export function grownOutput(path: string, anew: boolean): PredictionOutput {
  const file = attempt(path, () => openSync(path, anew ? "w" : "a"));
  return {
    write: (text) => attempt(path, () => writeThrough(file, Buffer.from(text))),
    commit() {},
    close: async () => closeSync(file),
  };
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { message: got, code } = cause as NodeJS.ErrnoException;
    const fix =
      code === "ENXIO"
        ? "start the program that reads the pipe first"
        : "make room on the disk, or name another --output";
    throw new UserError({ file: path, message: "Cannot write the output", got, fix }, { cause });
  }
}
