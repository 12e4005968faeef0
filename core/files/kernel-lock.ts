/**
 * Locks on open files that Linux gives up when their process ends, however it ends. They hold between the
 * containers of a machine too, whose processes do not see each other.
 */

import { dlopen, FFIType } from "bun:ffi";
import { readdirSync } from "node:fs";

/** flock(2): shared, exclusive, and at once or not at all. */
const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;

/**
 * Locks an open file until it is closed or the process ends.
 *
 * @param file A file descriptor.
 * @returns False if there are no such locks here, or another process holds one.
 */
export function lockOpenFile(file: number): boolean {
  return flock(file, LOCK_EX) === 0;
}

/**
 * Whether another process, or another descriptor of this one, has locked the file.
 *
 * @returns null if there are no such locks here.
 */
export function isOpenFileLocked(file: number): boolean | null {
  const result = flock(file, LOCK_SH);
  return result === null ? null : result !== 0;
}

/** @returns 0 for a lock, -1 for none; null if the function is not there. */
function flock(file: number, kind: number): number | null {
  if (process.platform !== "linux") return null;
  for (const name of libraries()) {
    try {
      const { symbols, close } = dlopen(name, {
        flock: { args: [FFIType.i32, FFIType.i32], returns: FFIType.i32 },
      });
      const result = symbols.flock(file, kind | LOCK_NB);
      close();
      return result;
    } catch {
      // Not this library: the next one.
    }
  }
  return null;
}

/** The C library: of glibc, or of musl, whose name holds the kind of processor. */
function libraries(): string[] {
  try {
    return ["libc.so.6", ...readdirSync("/lib").filter((name) => name.startsWith("libc.musl-"))];
  } catch {
    return ["libc.so.6"];
  }
}
