/**
 * What the results of a prediction depend on besides the workbook: results of two makers are not to be mixed.
 */

import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import type { Mode } from "../detection/modes.ts";

/** Stands in each line of a `.jsonl` as `made_with`. */
export interface Maker {
  readonly mode: Mode;
  /** The first digits of the SHA-256 of the weights' file; null without a network. */
  readonly weights: string | null;
  /** `--threshold`; null for the one stored with the weights. */
  readonly threshold: number | null;
  /** `--limits`; left out for the usual ones. */
  readonly limits?: number;
}

/** Enough to tell files apart. */
const DIGITS = 12;
/** How much of a file is read at a time. */
const CHUNK_BYTES = 1 << 22;

/**
 * @param weights The file of the weights; null without a network.
 * @throws The system's error if it cannot be read.
 */
export function makerOf(
  mode: Mode,
  weights: string | null,
  threshold: number | undefined,
  limits: number,
): Maker {
  return {
    mode,
    weights: weights === null ? null : hashOf(weights),
    threshold: weights === null ? null : (threshold ?? null),
    ...(limits === 1 ? {} : { limits }),
  };
}

/** `mode model, weights 3f2a9c01b81d, threshold 0.5`; equal texts mean equal makers. */
export function describeMaker(maker: Maker | null): string {
  if (maker === null) return "lines that do not say what made them";
  const { mode, weights, threshold, limits } = maker;
  return [
    `mode ${mode}`,
    ...(weights === null ? [] : [`weights ${weights}`, `threshold ${threshold ?? "of the weights"}`]),
    ...(limits === undefined ? [] : [`limits ${limits}`]),
  ].join(", ");
}

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
