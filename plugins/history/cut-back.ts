/** Cuts a file of lines back to what a resumed run goes on from. */

import { closeSync, fstatSync, ftruncateSync, openSync, readSync } from "node:fs";

const BLOCK = 1 << 16;
/** The beginning of a line that decides about it. Some records are megabytes long. */
const START = 1 << 16;
const LINE_END = 10;

/**
 * Cuts off, from the end, every line that is not to be kept, and a last line without an end. Lines before the
 * last one that is kept stay as they are.
 *
 * @param isKept Decides by the beginning of a line, 65,536 characters at most.
 * @returns The last line that is left, or its beginning; null if none is, or there is no file.
 * @throws The system's error if the file cannot be changed.
 */
export function cutBack(path: string, isKept: (start: string) => boolean): string | null {
  let file: number;
  try {
    file = openSync(path, "r+");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    const { size } = fstatSync(file);
    let end = lineEndBefore(file, size); // behind the last whole line
    let last: string | null = null;
    while (end > 0) {
      const from = lineEndBefore(file, end - 1);
      const start = textAt(file, from, Math.min(START, end - 1 - from));
      if (isKept(start)) {
        last = start;
        break;
      }
      end = from;
    }
    if (end < size) ftruncateSync(file, end);
    return last;
  } finally {
    closeSync(file);
  }
}

/** The position behind the last line end that lies before `before`; 0 if there is none. */
function lineEndBefore(file: number, before: number): number {
  const block = Buffer.alloc(BLOCK);
  for (let end = before; end > 0; ) {
    const from = Math.max(0, end - BLOCK);
    const length = readSync(file, block, 0, end - from, from);
    const found = block.subarray(0, length).lastIndexOf(LINE_END);
    if (found >= 0) return from + found + 1;
    end = from;
  }
  return 0;
}

function textAt(file: number, from: number, length: number): string {
  const bytes = Buffer.alloc(length);
  return bytes.toString("utf8", 0, readSync(file, bytes, 0, length, from));
}
