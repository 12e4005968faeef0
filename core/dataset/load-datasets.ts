/** Datasets on disk → sheets to train on. */

import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { type Problem, UserError } from "../base/problem.ts";
import { problemsLine } from "../base/problem-line.ts";
import type { DataOptions } from "../config/data-options.ts";
import { featureCacheFolder, loadGrids } from "../features/load-grids.ts";
import { checkSplits } from "./check-splits.ts";
import type { LoadedData, LoadProgress, SheetEntry, SkippedSheet } from "./dataset.ts";
import { labelSheet } from "./label-sheet.ts";
import { planReading } from "./reading-plan.ts";
import type { Split } from "./split.ts";
import { ensureSyntheticDataset, SYNTHETIC } from "./synthetic-dataset.ts";

export interface LoadOptions {
  /** Called once a workbook is written or read. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Aborted: the promise is rejected with its reason, between two workbooks. */
  readonly signal?: AbortSignal;
  /** The splits whose workbooks are read; the others stay empty. By default all. */
  readonly splits?: readonly Split[];
  /** Where grids are kept, unless `data.cache` is false; by default the project's own cache folder. */
  readonly cacheFolder?: string;
}

const ALL_SPLITS: readonly Split[] = ["train", "validation", "test"];

/**
 * Loads the datasets that the configuration names; `synthetic` is written first if it is not there. Entries come in
 * the order of the datasets and of their annotations, whatever the cache holds.
 *
 * What is wrong with the datasets as such (one is missing, lines are malformed) ends the run before any workbook is
 * read. What is wrong with a workbook or with the label of one sheet skips that one, or ends the run once all are
 * looked at (`on_bad_file: fail`).
 *
 * @throws {UserError} As above; if nothing is left to train on, or to validate on unless `val_ratio` is 0.
 */
export async function loadDatasets(data: DataOptions, options: LoadOptions = {}): Promise<LoadedData> {
  const { onProgress, signal, splits = ALL_SPLITS, cacheFolder = featureCacheFolder() } = options;
  const written = data.dataset_names.includes(SYNTHETIC)
    ? await ensureSyntheticDataset(data.root, { onProgress, signal })
    : [];
  const { workbooks, annotated, notes: planNotes } = planReading(data, splits);
  checkSplits(data, annotated, splits);

  const limits = { maxRows: data.max_rows, maxCols: data.max_cols };
  const found: { entry: SheetEntry; split: Split; order: number }[] = [];
  const skipped: SkippedSheet[] = [];
  const mistakes: Problem[] = [];
  const notes = [...written, ...planNotes];
  let cacheError: Error | null = null;
  for (const [index, { dataset, fileName, sheets }] of workbooks.entries()) {
    signal?.throwIfAborted();
    const file = `${dataset.name}/${fileName}`;
    const path = join(dataset.files, fileName);
    try {
      const workbook = await loadGrids(path, { cacheFolder: data.cache ? cacheFolder : null, ...limits });
      cacheError ??= workbook.cacheError;
      for (const { annotation, split, order } of sheets) {
        const labelled = labelSheet(dataset.name, annotation, workbook, data);
        if (labelled.entry) {
          found.push({ entry: labelled.entry, split, order });
          notes.push(...labelled.notes);
        } else {
          skipped.push({ file, sheet: annotation.sheetName, reason: labelled.reason });
          if (labelled.isMistake) {
            const { annotations } = dataset;
            mistakes.push({
              file: annotations,
              line: annotation.line,
              message: `Cannot use the sheet: ${labelled.reason}`,
            });
          }
        }
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      skipped.push({ file, reason: problemsLine(error.problems) });
      mistakes.push(...error.problems);
    }
    onProgress?.({
      action: "read",
      dataset: dataset.name,
      fileName,
      done: index + 1,
      total: workbooks.length,
    });
    await setImmediate(); // grids from the cache come without a pause: lets signals and the screen have their turn
  }
  if (cacheError !== null) {
    notes.push(
      `feature grids are not kept for the next run, ${cacheFolder} cannot be written: ${cacheError.message}`,
    );
  }
  if (data.on_bad_file === "fail" && mistakes.length > 0) throw new UserError(mistakes);

  found.sort((a, b) => a.order - b.order);
  const entriesOf = (wanted: Split) => found.flatMap(({ entry, split }) => (split === wanted ? [entry] : []));
  const [train, validation, test] = ALL_SPLITS.map(entriesOf) as [SheetEntry[], SheetEntry[], SheetEntry[]];
  checkSplits(
    data,
    { train: train.length, validation: validation.length, test: test.length },
    splits,
    skipped,
  );
  return { train, validation, test, annotated, datasets: [...data.dataset_names], skipped, notes };
}
