/** Loads the sheets to train on from the datasets on disk. */

import { UserError } from "../base/problem.ts";
import type { DataOptions } from "../config/data-options.ts";
import { featureCacheFolder } from "../features/load-grids.ts";
import { checkSplits } from "./check-splits.ts";
import type { LoadedData, LoadProgress, SheetEntry } from "./dataset.ts";
import { byPlace, readLabelledSheets } from "./reading/read-labelled-sheets.ts";
import { type PlannedWorkbook, planReading } from "./reading-plan.ts";
import type { Split } from "./split.ts";
import { ensureSyntheticDataset, SYNTHETIC } from "./synthetic-dataset.ts";

export interface LoadOptions {
  /** Called once a workbook is written or read. Workbooks are read in no particular order. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Aborted: the promise is rejected with its reason. */
  readonly signal?: AbortSignal;
  /** The splits whose workbooks are read. The others stay empty. @default all */
  readonly splits?: readonly Split[];
  /** Where grids are kept unless `data.cache` is false. @default the project's own cache folder */
  readonly cacheFolder?: string;
  /** Threads that read. @default one per core */
  readonly threads?: number;
  /**
   * Called for each sheet that can be used, in no particular order. Only what it returns stays in memory.
   *
   * @default the sheet as it is
   */
  readonly keep?: (entry: SheetEntry) => SheetEntry;
}

const ALL_SPLITS: readonly Split[] = ["train", "validation", "test"];

/**
 * Loads the datasets that the configuration names, and writes `synthetic` first if it is needed. The
 * entries have the order of the datasets and of their annotations. They depend neither on the cache nor on
 * the number of threads.
 *
 * A missing dataset or a malformed line is an error before any workbook is read. A workbook that cannot be
 * read, or a label that contradicts its workbook, is skipped; with `on_bad_file: fail` it is an error once
 * all are read.
 *
 * @throws {UserError} As above. Also if no sheet is left to train on, or none to validate on and
 *   `val_ratio` is not 0.
 */
export async function loadDatasets(data: DataOptions, options: LoadOptions = {}): Promise<LoadedData> {
  const { onProgress, signal, splits = ALL_SPLITS, cacheFolder = featureCacheFolder(), threads } = options;
  const { keep = (entry) => entry } = options;
  const written = data.dataset_names.includes(SYNTHETIC)
    ? await ensureSyntheticDataset(data.root, { onProgress, signal })
    : [];
  const { workbooks, annotated, proposals, notes: planNotes } = planReading(data, splits);
  checkSplits(data, annotated, splits, { proposals });

  const report = inDatasetOrder(workbooks, onProgress);
  const reading = await readLabelledSheets(workbooks, data, {
    threads,
    signal,
    cacheFolder,
    onWorkbook(_, { dataset, fileName }) {
      report(dataset.name, fileName);
    },
    keep: ({ entry }) => keep(entry),
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
  checkSplits(data, { train: train.length, validation: validation.length, test: test.length }, splits, {
    proposals,
    skipped,
  });
  return { train, validation, test, annotated, datasets: [...data.dataset_names], skipped, notes };
}

/**
 * Reports one dataset after the other, each with its own number of workbooks. Threads finish workbooks of
 * several datasets in turn: what is read of a later one is reported once the earlier ones are complete.
 */
function inDatasetOrder(
  workbooks: readonly PlannedWorkbook[],
  onProgress: LoadOptions["onProgress"],
): (dataset: string, fileName: string) => void {
  const counts = Map.groupBy(workbooks, ({ dataset }) => dataset.name);
  const waiting = [...counts].map(([name, { length }]) => ({
    name,
    total: length,
    read: [] as string[],
    done: 0,
  }));
  return (dataset, fileName) => {
    waiting.find(({ name }) => name === dataset)!.read.push(fileName);
    for (const each of waiting) {
      while (each.done < each.read.length) {
        const next = each.read[each.done++]!;
        onProgress?.({
          action: "read",
          dataset: each.name,
          fileName: next,
          done: each.done,
          total: each.total,
        });
      }
      if (each.done < each.total) return;
    }
  };
}
