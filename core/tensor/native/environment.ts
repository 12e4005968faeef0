/**
 * Sets variables in the C environment, which libraries read when they are loaded and Bun's `process.env`
 * does not reach.
 */

import { dlopen, FFIType } from "bun:ffi";

/** Sets variables for `getenv` in this process and overwrites old values. On Windows it does nothing. */
export function setLibraryEnvironment(variables: Readonly<Record<string, string>>): void {
  const library = { linux: "libc.so.6", darwin: "libSystem.B.dylib" }[process.platform as string];
  if (library === undefined) return;
  const { symbols, close } = dlopen(library, {
    setenv: { args: [FFIType.cstring, FFIType.cstring, FFIType.i32], returns: FFIType.i32 },
  });
  for (const [name, value] of Object.entries(variables)) {
    symbols.setenv(Buffer.from(`${name}\0`), Buffer.from(`${value}\0`), 1);
  }
  close();
}
