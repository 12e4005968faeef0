/**
 * The mark of copies with drawn ranges: a comment of their archive. Programs that save the copy drop it, so a
 * copy that somebody worked on is a file of theirs.
 */

import { readEnd } from "./file-ends.ts";

/** The comment. */
export const DRAWN_MARK = "ranges drawn by tablesense2";

/** The record at the end of an archive, before its comment (PKWARE APPNOTE 4.3.16). */
const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;

/** True for a copy that this program drew and nobody has saved since. */
export function isDrawnCopy(path: string): boolean {
  const length = END_BYTES + DRAWN_MARK.length;
  try {
    const end = readEnd(path, length);
    return (
      end.length === length &&
      end.readUInt32LE(0) === END_SIGNATURE &&
      end.toString("latin1", END_BYTES) === DRAWN_MARK
    );
  } catch {
    return false; // whoever reads it next says why
  }
}
