/** Reads the console of a run, `output.log`, piece by piece. */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { fileSize } from "../files/file-state.ts";

/** What `readConsole` returns. */
export interface ConsolePiece {
  /** Whole lines; at the end of the file, the last one so far. */
  readonly text: string;
  /** The byte to go on from. */
  readonly next: number;
  /** True: the file has more already. */
  readonly more: boolean;
}

const NOTHING: ConsolePiece = { text: "", next: 0, more: false };
const MOST_BYTES = 2 ** 20;

/**
 * At most 1 MB from a byte on. A file that is shorter than that, since it was replaced, is read from its
 * beginning.
 *
 * @returns Nothing from 0 on if there is no file.
 */
export function readConsole(path: string, from: number): ConsolePiece {
  if (fileSize(path) === null) return NOTHING; // opening a pipe would wait
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return NOTHING;
  }
  try {
    const { size } = fstatSync(file);
    const start = from > size ? 0 : from;
    const bytes = Buffer.alloc(Math.min(MOST_BYTES, size - start));
    const got = readSync(file, bytes, 0, bytes.length, start);
    const isCut = start + got < size;
    const lineEnd = bytes.subarray(0, got).lastIndexOf(10) + 1;
    const end = isCut && lineEnd > 0 ? lineEnd : wholeLetters(bytes.subarray(0, got));
    return { text: bytes.toString("utf8", 0, end), next: start + end, more: start + end < size && isCut };
  } finally {
    closeSync(file);
  }
}

/** The length of UTF-8 text without a last letter that is cut. */
function wholeLetters(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue; // within a letter
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
