/** Ids that have to differ between all runs of the world. */

import { getRandomValues } from "node:crypto";

/** Letters and digits from the system's own randomness: two runs with one seed are still two runs. */
export function randomId(length: number): string {
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  let id = "";
  while (id.length < length) {
    // 252 is the largest multiple of 36 in a byte; beyond it some letters would be likelier than others.
    for (const byte of getRandomValues(new Uint8Array(length))) {
      if (byte < 252 && id.length < length) id += letters[byte % 36];
    }
  }
  return id;
}
