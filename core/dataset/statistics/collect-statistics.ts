/** Reads the labelled sheets of a dataset and counts. */

import { join } from "node:path";
import type { DataOptions } from "../../config/data-options.ts";
import { featureCacheFolder } from "../../features/load-grids.ts";
import { labelSheet } from "../label-sheet.ts";
import type { DatasetPaths } from "../locate-dataset.ts";
import { readWorkbooks } from "../reading/read-workbooks.ts";
import { planReading } from "../reading-plan.ts";
import type { Split } from "../split.ts";
import { type DatasetStatistics, datasetStatistics } from "./dataset-statistics.ts";
import { type SheetStatistics, sheetStatistics } from "./sheet-statistics.ts";

export interface CollectOptions {
  /** The splits whose sheets count. */
  readonly splits: readonly Split[];
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Told how many workbooks there are, before the first is read. */
  readonly onStart?: (workbooks: number) => void;
  /** Called once a workbook is read; `share` of all the bytes is read then, 0 … 1. */
  readonly onWorkbook?: (share: number) => void;
}

/** @throws {UserError} With every malformed line of the annotations. */
export async function collectStatistics(
  dataset: DatasetPaths,
  data: DataOptions,
  { splits, threads, signal, onStart, onWorkbook }: CollectOptions,
): Promise<DatasetStatistics> {
  const root = join(dataset.folder, "..");
  const { workbooks } = planReading({ ...data, root, dataset_names: [dataset.name] }, splits);
  onStart?.(workbooks.length);
  const found: { order: number; statistics: SheetStatistics }[] = [];
  const used = new Set<string>();
  let leftOut = 0;
  await readWorkbooks(
    workbooks.map(({ fileName }) => join(dataset.files, fileName)),
    {
      grids: {
        cacheFolder: data.cache ? featureCacheFolder() : null,
        maxRows: data.max_rows,
        maxCols: data.max_cols,
      },
      keepGrids: true,
      ...(threads === undefined ? {} : { threads }),
      ...(signal === undefined ? {} : { signal }),
      onResult(index, result, share) {
        const { sheets: planned, fileName } = workbooks[index]!;
        onWorkbook?.(share);
        if (result.kind === "failed") {
          leftOut += planned.length;
          return;
        }
        const book = { sheets: result.sheets, fromCache: true, cacheError: null };
        for (const { annotation, order } of planned) {
          const labelled = labelSheet(dataset.name, annotation, book, data);
          if (labelled.entry === null) {
            leftOut++;
            continue;
          }
          const { grid, ranges } = labelled.entry;
          const size = result.sheets.find((sheet) => sheet.grid === grid) ?? grid;
          found.push({ order, statistics: sheetStatistics(size, grid, ranges) });
          used.add(fileName);
        }
      },
    },
  );
  // In the order of the annotations: sums of floating-point numbers are then the same every time.
  found.sort((a, b) => a.order - b.order);
  const sheets = found.map(({ statistics }) => statistics);
  return datasetStatistics(dataset.name, sheets, { workbooks: used.size, leftOut });
}
