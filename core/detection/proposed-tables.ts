/** Marks which proposed tables are objects of the workbook itself. */

import type { PredictedTable } from "../base/predicted-table.ts";
import { formatRange, type Range } from "../base/range.ts";
import type { ProposalSource, ProposedTable } from "../dataset/labelling/proposed-table.ts";
import { excelObjects, type ObjectSheet } from "./excel-objects.ts";
import { mergeObjects } from "./merge-objects.ts";

/**
 * The tables of the network and Excel's own ones, which replace those of the network as in mode `hybrid`: a
 * label of an object is its own reference.
 */
export function proposedByModel(sheet: ObjectSheet, predicted: readonly PredictedTable[]): ProposedTable[] {
  const sourceOf = objectSources(sheet);
  return mergeObjects(excelObjects(sheet).tables, predicted).map(({ range, score }) => {
    return { range, score, source: sourceOf(range) ?? "model" };
  });
}

/** Connected blocks of cells; those that are one of Excel's own tables are marked. */
export function proposedByBlocks(sheet: ObjectSheet, blocks: readonly Range[]): ProposedTable[] {
  const sourceOf = objectSources(sheet);
  return blocks.map((range) => ({ range, score: null, source: sourceOf(range) ?? "blocks" }));
}

/** The kind of the object at a range; undefined where there is none, or where it is no table. */
function objectSources(sheet: ObjectSheet): (range: Range) => ProposalSource | undefined {
  const pivots = new Set(excelObjects({ ...sheet, tables: [] }).tables.map(formatRange));
  const tables = new Set(excelObjects(sheet).tables.map(formatRange));
  return (range) => {
    const key = formatRange(range);
    if (pivots.has(key)) return "pivot_table";
    return tables.has(key) ? "excel_table" : undefined;
  };
}
