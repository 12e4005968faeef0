/** Collects the statistics of a dataset's labelled sheets. */

import { dirname } from "node:path";
import type { DataOptions } from "../../config/data-options.ts";
import type { DatasetPaths } from "../locate-dataset.ts";
import { byPlace, type ReadingOptions, readLabelledSheets } from "../reading/read-labelled-sheets.ts";
import { planReading } from "../reading-plan.ts";
import type { Split } from "../split.ts";
import { type DatasetStatistics, datasetStatistics } from "./dataset-statistics.ts";
import { sheetStatistics } from "./sheet-statistics.ts";

/**
 * Reads the sheets of some splits and counts.
 *
 * @param options.splits The splits whose sheets count.
 * @throws {UserError} With every malformed line of the annotations.
 */
export async function collectStatistics(
  dataset: DatasetPaths,
  data: DataOptions,
  options: ReadingOptions & { readonly splits: readonly Split[] },
): Promise<DatasetStatistics> {
  const root = dirname(dataset.folder);
  const { workbooks, skipped } = planReading(
    { ...data, root, dataset_names: [dataset.name] },
    options.splits,
  );
  const { sheets, leftOut } = await readLabelledSheets(workbooks, data, {
    ...options,
    keep: ({ entry, sheet }) => sheetStatistics(sheet, entry.grid, entry.ranges),
  });
  // Sorted, so that sums of floating-point numbers are the same every time.
  const statistics = sheets.toSorted(byPlace).map(({ kept }) => kept);
  const used = new Set(sheets.map(({ annotation }) => annotation.fileName));
  return datasetStatistics(dataset.name, statistics, { workbooks: used.size, leftOut, skipped });
}
