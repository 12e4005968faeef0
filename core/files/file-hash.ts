/** Tells the contents of files apart by a short hash. */

import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";

/** Enough to tell files apart. */
const DIGITS = 12;
/** How much of a file is read at a time. */
const CHUNK_BYTES = 1 << 22;

/** The first digits of the SHA-256 of a file. */
export function hashOf(path: string): string {
  const hash = createHash("sha256");
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const file = openSync(path, "r");
  try {
    for (let got = -1; got !== 0; ) {
      got = readSync(file, chunk);
      hash.update(chunk.subarray(0, got));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest("hex").slice(0, DIGITS);
}
