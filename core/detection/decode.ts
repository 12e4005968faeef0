/** Turns the scores and boxes of the detector into ranges of cells. */

import { bestFirst, type PredictedTable } from "../base/predicted-table.ts";
import { formatRange } from "../base/range.ts";
import { boxToRange } from "../features/box-range.ts";

/**
 * The tables of one sheet: the queries at or above the threshold, in the order of `bestFirst`. Queries whose
 * boxes round to the same range are one table with the best of their scores.
 *
 * @param scores Q probabilities.
 * @param boxes `Q * 4`, cxcywh in 0 … 1 of the sheet's grid.
 * @param scoreThreshold The least score of a table, 0 … 1.
 */
export function decodeTables(
  scores: ArrayLike<number>,
  boxes: Float32Array,
  { height, width }: { height: number; width: number },
  scoreThreshold: number,
): PredictedTable[] {
  const kept = Array.from({ length: scores.length }, (_, query) => query)
    .filter((query) => scores[query]! >= scoreThreshold)
    .sort((a, b) => scores[b]! - scores[a]!);
  const tables = new Map<string, PredictedTable>();
  for (const query of kept) {
    const range = boxToRange(boxes.subarray(query * 4, query * 4 + 4), height, width);
    const key = formatRange(range);
    if (!tables.has(key)) tables.set(key, { range, score: scores[query]! });
  }
  return [...tables.values()].sort(bestFirst);
}
