/** Loads the sheets of one split, with all that an evaluation needs of them. */

import { join } from "node:path";
import { UserError } from "../base/problem.ts";
import type { Range } from "../base/range.ts";
import type { DataOptions } from "../config/data-options.ts";
import type { SheetEntry, SkippedSheet } from "../dataset/dataset.ts";
import { checkNamedRoot } from "../dataset/named-root.ts";
import {
  byPlace,
  type ReadingOptions,
  readLabelledSheets,
  type UsableSheet,
} from "../dataset/reading/read-labelled-sheets.ts";
import { planReading } from "../dataset/reading-plan.ts";
import type { Split } from "../dataset/split.ts";
import { ensureSyntheticDataset, SYNTHETIC } from "../dataset/synthetic-dataset.ts";

/** A labelled sheet, with Excel's own tables on it. */
export interface EvaluationSheet extends Omit<SheetEntry, "boxes"> {
  /** The path of the workbook. */
  readonly path: string;
  /** Excel's table objects and pivot tables, as in the file: they may reach past the grid. */
  readonly tables: readonly Range[];
  readonly pivots: readonly Range[];
  /** `label_origin` and `confidence` of the label; null if it has none. */
  readonly origin: string | null;
  readonly confidence: string | null;
}

export interface LoadedSplit {
  /** In the order of the datasets and of their annotations. */
  readonly sheets: readonly EvaluationSheet[];
  /** The number of workbooks with these sheets. */
  readonly workbooks: number;
  readonly skipped: readonly SkippedSheet[];
  readonly notes: readonly string[];
}

/**
 * Reads the labelled sheets of a split, and writes `synthetic` first if it is needed. Labels that
 * contradict their workbook are treated as in training (`on_bad_file`).
 *
 * @throws {UserError} Exit code 2 if a dataset is missing or the split is empty, 1 if none of its sheets
 *   can be used.
 */
export async function loadSplit(
  data: DataOptions,
  split: Split,
  options: ReadingOptions = {},
): Promise<LoadedSplit> {
  const { signal } = options;
  let written: string[] = [];
  if (data.dataset_names.includes(SYNTHETIC)) {
    checkNamedRoot(data.root);
    written = await ensureSyntheticDataset(data.root, { signal });
  }
  const { workbooks, annotated, notes: planNotes } = planReading(data, [split]);
  if (workbooks.length === 0) throw emptySplit(data, split, annotated);
  const reading = await readLabelledSheets(workbooks, data, { ...options, keep: evaluationSheet });
  if (data.on_bad_file === "fail" && reading.mistakes.length > 0) throw new UserError(reading.mistakes);
  const found = reading.sheets.toSorted(byPlace);
  const skipped = reading.skipped.toSorted(byPlace).map(({ order: _, ...each }) => each);
  const sheets = found.map(({ kept }) => kept);
  if (sheets.length === 0) {
    const got = skipped.map(({ file, sheet, reason }) => `${file}${sheet ? `/${sheet}` : ""}: ${reason}`);
    throw new UserError({
      message: `Cannot evaluate: no sheet of the ${split} split can be used`,
      got: got.join("\n"),
    });
  }
  return {
    sheets,
    workbooks: new Set(sheets.map(({ path }) => path)).size,
    skipped,
    notes: [...written, ...planNotes, ...found.flatMap(({ notes }) => notes)],
  };
}

function evaluationSheet({ annotation, workbook, entry, sheet }: UsableSheet): EvaluationSheet {
  const { boxes: _, ...facts } = entry;
  const { tables, pivots } = sheet;
  const { origin, confidence } = annotation;
  const path = join(workbook.dataset.files, workbook.fileName);
  return { ...facts, path, tables, pivots, origin, confidence };
}

function emptySplit(data: DataOptions, split: Split, annotated: Readonly<Record<Split, number>>): UserError {
  const largest = (["test", "validation", "train"] as const).find((each) => annotated[each] > 0);
  return new UserError(
    {
      message: `Cannot evaluate on the ${split} split: no labelled sheet is in it`,
      expected: `a sheet of ${data.dataset_names.join(", ")} in the ${split} split`,
      got:
        `train ${annotated.train}, validation ${annotated.validation}, test ${annotated.test} sheets ` +
        `in ${data.root}`,
      fix: largest === undefined ? "--data.dataset_names=…, other datasets" : `--split ${largest}`,
    },
    { exitCode: 2 },
  );
}
