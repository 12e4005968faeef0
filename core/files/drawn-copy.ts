/**
 * The mark of copies with drawn ranges: a comment of their archive. Programs that save the copy drop it, so a
 * copy that somebody worked on is a file of theirs.
 */

import { readEnd } from "./file-ends.ts";

/** The beginning of the comment, and all of it in copies that do not say what they were drawn from. */
export const DRAWN_MARK = "ranges drawn by tablesense2";

/** The record at the end of an archive, before its comment (PKWARE APPNOTE 4.3.16). */
const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
/** Digits that say what a copy was drawn from. */
const ORIGIN_DIGITS = 12;

/** The comment of a copy. @param origin Digits of a hash of all that the copy depends on. */
export function drawnMark(origin: string): string {
  return `${DRAWN_MARK} ${origin.slice(0, ORIGIN_DIGITS)}`;
}

/** True for a copy that this program drew and nobody has saved since. */
export function isDrawnCopy(path: string): boolean {
  return drawnMarkOf(path) !== null;
}

/** The comment of a copy that this program drew and nobody has saved since; null for any other file. */
export function drawnMarkOf(path: string): string | null {
  const longest = DRAWN_MARK.length + 1 + ORIGIN_DIGITS;
  try {
    const end = readEnd(path, END_BYTES + longest);
    for (const length of [longest, DRAWN_MARK.length]) {
      const at = end.length - END_BYTES - length;
      if (at < 0 || end.readUInt32LE(at) !== END_SIGNATURE) continue;
      const comment = end.toString("latin1", at + END_BYTES);
      if (comment.startsWith(DRAWN_MARK)) return comment;
    }
    return null;
  } catch {
    return null; // whoever reads it next says why
  }
}
