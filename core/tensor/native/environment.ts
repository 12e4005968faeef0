/** Variables for libraries that read the C environment when they are loaded: Bun's `process.env` does not reach it. */

import { dlopen, FFIType } from "bun:ffi";

/** Sets variables for `getenv` in this process, over what they were. On Windows it does nothing. */
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
