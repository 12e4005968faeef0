/**
 * Reads the labelled sheets of datasets on threads: each workbook once, its sheets joined with their
 * labels.
 */

import { join } from "node:path";
import type { Problem } from "../../base/problem.ts";
import { problemsLine } from "../../base/problem-line.ts";
import type { DataOptions } from "../../config/data-options.ts";
import { featureCacheFolder } from "../../features/load-grids.ts";
import type { SheetGrid } from "../../features/sheet-grid.ts";
import type { SheetEntry, SkippedSheet } from "../dataset.ts";
import { labelSheets } from "../label-sheet.ts";
import type { DatasetPaths } from "../locate-dataset.ts";
import type { PlannedSheet, PlannedWorkbook } from "../reading-plan.ts";
import { type ReadResult, readWorkbooks } from "./read-workbooks.ts";

/** How to read, and whom to call meanwhile. */
export interface ReadingOptions {
  /** Threads that read. @default one per core, none for a few small workbooks */
  readonly threads?: number | undefined;
  /** Aborted: the promise is rejected with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of workbooks before the first is read. */
  readonly onStart?: ((workbooks: number) => void) | undefined;
  /**
   * Called once a workbook is read, in no particular order. `share` of all bytes are read by then, 0 … 1.
   */
  readonly onWorkbook?: ((share: number, workbook: WorkbookName) => void) | undefined;
}

/** Names a workbook. */
export interface WorkbookName {
  readonly dataset: DatasetPaths;
  readonly fileName: string;
}

/** The limits of grids and whether they are kept. */
export type GridOptions = Pick<DataOptions, "max_rows" | "max_cols" | "cache">;

export interface KeepOptions<Workbook, Kept> extends ReadingOptions {
  /** Where grids are kept, unless `cache` is false. @default the project's own cache folder */
  readonly cacheFolder?: string | undefined;
  /** False: the grids only go into the cache. @default true */
  readonly keepGrids?: boolean;
  /** Called once a workbook is read. Only what it returns stays in memory: large datasets do not fit. */
  readonly keep: (workbook: Workbook, result: ReadResult) => Kept;
}

/** Reads workbooks of datasets. @returns What `keep` returned for each, in the order of `workbooks`. */
export async function readDatasetWorkbooks<Workbook extends WorkbookName, Kept>(
  workbooks: readonly Workbook[],
  grids: GridOptions,
  options: KeepOptions<Workbook, Kept>,
): Promise<Kept[]> {
  const { threads, signal, onStart, onWorkbook, keepGrids = true, keep } = options;
  const { cacheFolder = featureCacheFolder() } = options;
  onStart?.(workbooks.length);
  const kept = new Array<Kept>(workbooks.length);
  await readWorkbooks(
    workbooks.map(({ dataset, fileName }) => join(dataset.files, fileName)),
    {
      grids: {
        cacheFolder: grids.cache ? cacheFolder : null,
        maxRows: grids.max_rows,
        maxCols: grids.max_cols,
      },
      keepGrids,
      threads,
      signal,
      onResult(index, result, share) {
        const workbook = workbooks[index]!;
        kept[index] = keep(workbook, result);
        onWorkbook?.(share, workbook);
      },
    },
  );
  return kept;
}

/** A labelled sheet that can be used. */
export interface UsableSheet extends PlannedSheet {
  readonly workbook: PlannedWorkbook;
  readonly entry: SheetEntry;
  /** The worksheet as the workbook has it. */
  readonly sheet: SheetGrid;
}

/** The result of reading labelled sheets. All lists have the order of the plan's workbooks. */
export interface LabelledReading<Kept> {
  readonly sheets: readonly (PlannedSheet & {
    readonly kept: Kept;
    /** Changes to the sheet: clipped regions, a cropped grid, a name that differs in case or blanks. */
    readonly notes: readonly string[];
  })[];
  /** Sheets and whole workbooks that cannot be used. `order` is that of the (first) sheet. */
  readonly skipped: readonly (SkippedSheet & { readonly order: number })[];
  /** The number of labels that cannot be used. */
  readonly leftOut: number;
  /**
   * What `on_bad_file: fail` does not accept: unreadable workbooks, labels that contradict their workbook.
   */
  readonly mistakes: readonly Problem[];
  /** Why grids could not be put into the cache; null if they could. */
  readonly cacheError: string | null;
}

/**
 * Reads the sheets of a plan. The result does not depend on the number of threads.
 *
 * @param options.keep Called for each usable sheet, in no particular order. Only what it returns stays in
 *   memory.
 */
export async function readLabelledSheets<Kept>(
  workbooks: readonly PlannedWorkbook[],
  data: DataOptions,
  options: ReadingOptions & {
    readonly cacheFolder?: string | undefined;
    readonly keep: (sheet: UsableSheet) => Kept;
  },
): Promise<LabelledReading<Kept>> {
  const parts = await readDatasetWorkbooks(workbooks, data, {
    ...options,
    keep: (workbook, result) => labelWorkbook(workbook, result, data, options.keep),
  });
  return {
    sheets: parts.flatMap(({ sheets }) => sheets),
    skipped: parts.flatMap(({ skipped }) => skipped),
    leftOut: parts.reduce((sum, part) => sum + part.leftOut, 0),
    mistakes: parts.flatMap(({ mistakes }) => mistakes),
    cacheError: parts.find(({ cacheError }) => cacheError !== null)?.cacheError ?? null,
  };
}

/** Compares sheets by their place among all annotations, for sorting. */
export function byPlace(a: { readonly order: number }, b: { readonly order: number }): number {
  return a.order - b.order;
}

function labelWorkbook<Kept>(
  workbook: PlannedWorkbook,
  result: ReadResult,
  data: DataOptions,
  keep: (sheet: UsableSheet) => Kept,
): LabelledReading<Kept> {
  const { dataset, fileName, sheets: planned, skipped: marked } = workbook;
  const file = `${dataset.name}/${fileName}`;
  if (result.kind === "failed") {
    const skipped = [{ file, reason: problemsLine(result.problems), order: planned[0]!.order }];
    return { sheets: [], skipped, leftOut: planned.length, mistakes: result.problems, cacheError: null };
  }
  const sheets: LabelledReading<Kept>["sheets"][number][] = [];
  const skipped: LabelledReading<Kept>["skipped"][number][] = [];
  const mistakes: Problem[] = [];
  // A skipped line takes part: it may be the one that counts of several about one sheet.
  const annotations = [...planned.map(({ annotation }) => annotation), ...marked];
  const all = labelSheets(dataset.name, annotations, result.sheets, data);
  for (const [index, plan] of planned.entries()) {
    const { annotation, order } = plan;
    const labelled = all[index]!;
    if (labelled.entry !== null) {
      const { entry, sheet, notes } = labelled;
      sheets.push({ ...plan, kept: keep({ ...plan, workbook, entry, sheet }), notes });
      continue;
    }
    const { reason, isMistake } = labelled;
    skipped.push({ file, sheet: annotation.sheetName, reason, order });
    if (isMistake) {
      const message = `Cannot use the sheet: ${reason}`;
      mistakes.push({ file: dataset.annotations, line: annotation.line, message });
    }
  }
  return { sheets, skipped, leftOut: skipped.length, mistakes, cacheError: result.cacheError };
}
