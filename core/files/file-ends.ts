/** Reads the beginning or the end of a file, by which it shows what made it. */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { systemPath } from "../base/system-path.ts";
import { fileSize } from "./file-state.ts";

/** The first bytes of a file, at most `length`. @throws If it cannot be read, or is no file. */
export function readStart(path: string, length: number): Buffer {
  return read(path, () => 0, length);
}

/** The last bytes of a file, at most `length`. @throws If it cannot be read, or is no file. */
export function readEnd(path: string, length: number): Buffer {
  return read(path, (size) => Math.max(0, size - length), length);
}

function read(path: string, from: (size: number) => number, length: number): Buffer {
  if (fileSize(path) === null) throw new Error(`${path} is no file`); // opening a pipe would wait
  const file = openSync(systemPath(path), "r");
  try {
    const { size } = fstatSync(file);
    const start = from(size);
    const bytes = Buffer.alloc(Math.min(length, size - start));
    let at = 0;
    for (let got = -1; at < bytes.length && got !== 0; at += got) {
      got = readSync(file, bytes, at, bytes.length - at, start + at);
    }
    return bytes.subarray(0, at);
  } finally {
    closeSync(file);
  }
}
