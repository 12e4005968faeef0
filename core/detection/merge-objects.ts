/**
 * The `hybrid` prediction: the table objects of the file, and the model's tables for the rest of the sheet.
 */

import type { PredictedTable } from "../base/predicted-table.ts";
import { type Range, rangeArea, rangeIou, sharedArea } from "../base/range.ts";

/** A found table and an object with at least this IoU are the same table. */
const SAME_IOU = 0.5;

/**
 * Excel's objects with score 1, then the model's tables in their order. An object replaces a table if their
 * IoU is at least 0.5, or if one of the two lies wholly inside the other.
 *
 * @param objects The objects that count as tables; see `excelObjects`.
 */
export function mergeObjects(
  objects: readonly Range[],
  predicted: readonly PredictedTable[],
): PredictedTable[] {
  const isReplaced = ({ range }: PredictedTable) =>
    objects.some((object) => {
      const smaller = Math.min(rangeArea(object), rangeArea(range));
      return rangeIou(object, range) >= SAME_IOU || sharedArea(object, range) === smaller;
    });
  return [
    ...objects.map((range) => ({ range, score: 1 })),
    ...predicted.filter((table) => !isReplaced(table)),
  ];
}
