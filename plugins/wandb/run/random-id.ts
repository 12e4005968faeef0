/** Ids that differ from all others in the world. */

import { getRandomValues } from "node:crypto";

/**
 * Lower-case letters and digits. They come from the system and not from the seed: two runs of one seed are
 * two runs.
 */
export function randomId(length: number): string {
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  let id = "";
  while (id.length < length) {
    // 252 is the largest multiple of 36 in a byte. With larger bytes some letters would be likelier than
    // others.
    for (const byte of getRandomValues(new Uint8Array(length))) {
      if (byte < 252 && id.length < length) id += letters[byte % 36];
    }
  }
  return id;
}
