/** Datasets on disk → sheets to train on. */

import { UserError } from "../base/problem.ts";
import type { DataOptions } from "../config/data-options.ts";
import { featureCacheFolder } from "../features/load-grids.ts";
import { checkSplits } from "./check-splits.ts";
import type { LoadedData, LoadProgress, SheetEntry } from "./dataset.ts";
import { byPlace, readLabelledSheets } from "./reading/read-labelled-sheets.ts";
import { planReading } from "./reading-plan.ts";
import type { Split } from "./split.ts";
import { ensureSyntheticDataset, SYNTHETIC } from "./synthetic-dataset.ts";

export interface LoadOptions {
  /** Called once a workbook is written or read; workbooks are read in whatever order their threads end. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Aborted: the promise is rejected with its reason. */
  readonly signal?: AbortSignal;
  /** The splits whose workbooks are read; the others stay empty. By default all. */
  readonly splits?: readonly Split[];
  /** Where grids are kept, unless `data.cache` is false; by default the project's own cache folder. */
  readonly cacheFolder?: string;
  /** Threads that read. @default one per core */
  readonly threads?: number;
}

const ALL_SPLITS: readonly Split[] = ["train", "validation", "test"];

/**
 * Loads the datasets that the configuration names; `synthetic` is written first if it is not there. Entries come in
 * the order of the datasets and of their annotations, whatever the cache holds and however many threads read.
 *
 * What is wrong with the datasets as such (one is missing, lines are malformed) ends the run before any workbook is
 * read. What is wrong with a workbook or with the label of one sheet skips that one, or ends the run once all are
 * looked at (`on_bad_file: fail`).
 *
 * @throws {UserError} As above; if nothing is left to train on, or to validate on unless `val_ratio` is 0.
 */
export async function loadDatasets(data: DataOptions, options: LoadOptions = {}): Promise<LoadedData> {
  const { onProgress, signal, splits = ALL_SPLITS, cacheFolder = featureCacheFolder(), threads } = options;
  const written = data.dataset_names.includes(SYNTHETIC)
    ? await ensureSyntheticDataset(data.root, { onProgress, signal })
    : [];
  const { workbooks, annotated, notes: planNotes } = planReading(data, splits);
  checkSplits(data, annotated, splits);

  let done = 0;
  const reading = await readLabelledSheets(workbooks, data, {
    threads,
    signal,
    cacheFolder,
    onWorkbook(_, { dataset, fileName }) {
      done++;
      onProgress?.({ action: "read", dataset: dataset.name, fileName, done, total: workbooks.length });
    },
    keep: ({ entry }) => entry,
  });
  const notes = [...written, ...planNotes, ...reading.sheets.flatMap((sheet) => sheet.notes)];
  if (reading.cacheError !== null) {
    notes.push(
      `feature grids are not kept for the next run, ${cacheFolder} cannot be written: ${reading.cacheError}`,
    );
  }
  if (data.on_bad_file === "fail" && reading.mistakes.length > 0) throw new UserError(reading.mistakes);

  const found = reading.sheets.toSorted(byPlace);
  const entriesOf = (wanted: Split): SheetEntry[] =>
    found.flatMap(({ kept, split }) => (split === wanted ? [kept] : []));
  const [train, validation, test] = [entriesOf("train"), entriesOf("validation"), entriesOf("test")];
  const skipped = reading.skipped.map(({ order: _, ...each }) => each);
  checkSplits(
    data,
    { train: train.length, validation: validation.length, test: test.length },
    splits,
    skipped,
  );
  return { train, validation, test, annotated, datasets: [...data.dataset_names], skipped, notes };
}
