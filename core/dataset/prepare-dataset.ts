/** Fills the feature cache with the workbooks of a dataset. */

import { join } from "node:path";
import type { Problem } from "../base/problem.ts";
import type { Shard } from "../base/shard.ts";
import type { DataOptions } from "../config/data-options.ts";
import { positionsOfShard, sizesOf } from "../files/deal-files.ts";
import { readAnnotations } from "./annotations.ts";
import type { DatasetPaths } from "./locate-dataset.ts";
import { type ReadingOptions, readDatasetWorkbooks } from "./reading/read-labelled-sheets.ts";

export interface PreparedDataset {
  readonly dataset: string;
  readonly workbooks: number;
  /** The worksheets of all workbooks, labelled or not: a workbook is always read as a whole. */
  readonly sheets: number;
  /** Workbooks that were in the cache already. */
  readonly cached: number;
  readonly failed: readonly Problem[];
  /** Why grids could not be put into the cache; null if they could. */
  readonly cacheError: string | null;
}

/**
 * Reads every labelled workbook that is not in the cache. After an interruption the finished ones stay
 * there.
 *
 * @param options.shard The part of the workbooks to read; null for all.
 * @throws {UserError} With every malformed line of the annotations.
 */
export async function prepareDataset(
  dataset: DatasetPaths,
  limits: Pick<DataOptions, "max_rows" | "max_cols">,
  options: ReadingOptions & { readonly cacheFolder: string; readonly shard?: Shard | null },
): Promise<PreparedDataset> {
  const annotations = readAnnotations(dataset.annotations).filter(({ isSkipped }) => !isSkipped);
  const all = [...new Set(annotations.map(({ fileName }) => fileName))];
  const { shard = null } = options;
  const names = shard === null ? all : shardOf(all, dataset, shard);
  const workbooks = names.map((fileName) => ({ dataset, fileName }));
  const results = await readDatasetWorkbooks(
    workbooks,
    { ...limits, cache: true },
    { ...options, keepGrids: false, keep: (_, result) => result },
  );
  const read = results.filter((result) => result.kind === "read");
  return {
    dataset: dataset.name,
    workbooks: workbooks.length,
    sheets: read.reduce((sum, { sheets }) => sum + sheets.length, 0),
    cached: read.filter(({ fromCache }) => fromCache).length,
    failed: results.flatMap((result) => (result.kind === "failed" ? result.problems : [])),
    cacheError: read.find(({ cacheError }) => cacheError !== null)?.cacheError ?? null,
  };
}

function shardOf(names: readonly string[], { files }: DatasetPaths, shard: Shard): string[] {
  const sizes = sizesOf(names.map((name) => join(files, name)));
  return positionsOfShard(sizes, shard).map((position) => names[position]!);
}
