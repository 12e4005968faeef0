/** Writes an output to its place: a file that appears whole, or a pipe or device as it goes. */

import { closeSync, constants, openSync, writeSync } from "node:fs";
import { AtomicOutput } from "./atomic-output.ts";
import type { OutputPlace } from "./output-place.ts";

/** Call `write` any number of times, then `commit`, and `abort` in the end whatever happened. */
export interface OutputWriter {
  /** @throws The system's error (ENOSPC, EPIPE …) as it came, here and in `commit`. */
  write(bytes: Uint8Array): void;
  /** Completes the output: a file gets its name. */
  commit(): void;
  /** Releases what is open. A file without its name is removed; does nothing after `commit`. */
  abort(): void;
}

/** @throws The system's error as it came. */
export function openOutput(place: OutputPlace): OutputWriter {
  if (place.kind === "file") return new AtomicOutput(place.path);
  if (place.kind === "descriptor") return streamWriter(place.number, () => {});
  const file = openSync(place.path, constants.O_WRONLY | constants.O_NONBLOCK);
  return streamWriter(file, () => closeSync(file));
}

/** How long a reader is waited for before a pipe that is full is tried again, ms. */
const PAUSE_MS = 2;

/** Writes all bytes to an open pipe or device, however slowly they are read. @throws The system's error. */
export function writeThrough(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(file, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Bun.sleepSync(PAUSE_MS);
    }
  }
}

function streamWriter(file: number, close: () => void): OutputWriter {
  let isOpen = true;
  const end = () => {
    if (isOpen) close();
    isOpen = false;
  };
  return { write: (bytes) => writeThrough(file, bytes), commit: end, abort: end };
}
