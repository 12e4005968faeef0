/** A hash that shows whether two runs have the same data. */

import { createHash } from "node:crypto";
import type { SheetEntry } from "./dataset.ts";

/**
 * Hashes the names, grid sizes and boxes of all training and validation sheets, in order. Two runs with the
 * same fingerprint, seed and configuration see the same numbers.
 *
 * @returns 32 hex digits (MD5: it guards against mistakes, not against attacks).
 */
export function dataFingerprint(train: readonly SheetEntry[], validation: readonly SheetEntry[]): string {
  const hash = createHash("md5");
  for (const [split, entries] of [
    ["train", train],
    ["validation", validation],
  ] as const) {
    hash.update(`${split} ${entries.length}\n`);
    for (const { label, height, width, boxes } of entries) {
      hash.update(`${label}\n${height} ${width}\n${[...boxes].join(" ")}\n`);
    }
  }
  return hash.digest("hex");
}
