/** The sheets of one split, with what an evaluation needs beside their grids. */

import { join } from "node:path";
import { type Problem, UserError } from "../base/problem.ts";
import { problemsLine } from "../base/problem-line.ts";
import type { Range } from "../base/range.ts";
import type { DataOptions } from "../config/data-options.ts";
import type { SheetEntry, SkippedSheet } from "../dataset/dataset.ts";
import { labelSheet } from "../dataset/label-sheet.ts";
import { readWorkbooks } from "../dataset/reading/read-workbooks.ts";
import { planReading } from "../dataset/reading-plan.ts";
import type { Split } from "../dataset/split.ts";
import { ensureSyntheticDataset, SYNTHETIC } from "../dataset/synthetic-dataset.ts";
import { featureCacheFolder } from "../features/load-grids.ts";

/** A labelled sheet and what Excel itself says of it. */
export interface EvaluationSheet extends Omit<SheetEntry, "boxes"> {
  /** Path of the workbook. */
  readonly path: string;
  /** Excel's table objects and its pivot tables, as the file has them: they may reach past the grid. */
  readonly tables: readonly Range[];
  readonly pivots: readonly Range[];
  /** `label_origin` and `confidence` of the label; null where it says nothing. */
  readonly origin: string | null;
  readonly confidence: string | null;
}

export interface LoadedSplit {
  /** In the order of the datasets and of their annotations. */
  readonly sheets: readonly EvaluationSheet[];
  /** Workbooks that hold them. */
  readonly workbooks: number;
  readonly skipped: readonly SkippedSheet[];
  readonly notes: readonly string[];
}

export interface LoadSplitOptions {
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Told how many workbooks there are, before the first is read. */
  readonly onStart?: (workbooks: number) => void;
  /** Called once a workbook is read; `share` of all the bytes is read then, 0 … 1. */
  readonly onWorkbook?: (share: number) => void;
}

/**
 * Reads the labelled sheets of a split; `synthetic` is written first if it is named and not there. Labels and workbooks
 * that contradict each other are treated as in training (`on_bad_file`).
 *
 * @throws {UserError} Exit code 2 if a dataset is missing or no sheet is in the split; 1 if none of them can be used.
 */
export async function loadSplit(
  data: DataOptions,
  split: Split,
  { threads, signal, onStart, onWorkbook }: LoadSplitOptions = {},
): Promise<LoadedSplit> {
  const notes = data.dataset_names.includes(SYNTHETIC)
    ? await ensureSyntheticDataset(data.root, { signal })
    : [];
  const { workbooks, annotated, notes: planNotes } = planReading(data, [split]);
  if (workbooks.length === 0) throw emptySplit(data, split, annotated);
  notes.push(...planNotes);
  onStart?.(workbooks.length);
  const found: { order: number; sheet: EvaluationSheet; notes: readonly string[] }[] = [];
  const skipped: (SkippedSheet & { order: number })[] = [];
  const mistakes: Problem[] = [];
  await readWorkbooks(
    workbooks.map(({ dataset, fileName }) => join(dataset.files, fileName)),
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
        const { dataset, fileName, sheets } = workbooks[index]!;
        const file = `${dataset.name}/${fileName}`;
        onWorkbook?.(share);
        if (result.kind === "failed") {
          skipped.push({ file, reason: problemsLine(result.problems), order: sheets[0]!.order });
          mistakes.push(...result.problems);
          return;
        }
        const book = { sheets: result.sheets, fromCache: true, cacheError: null };
        for (const { annotation, order } of sheets) {
          const labelled = labelSheet(dataset.name, annotation, book, data);
          if (labelled.entry === null) {
            const { reason } = labelled;
            skipped.push({ file, sheet: annotation.sheetName, reason, order });
            const message = `Cannot use the sheet: ${reason}`;
            const place = { file: dataset.annotations, line: annotation.line };
            if (labelled.isMistake) mistakes.push({ ...place, message });
            continue;
          }
          const { boxes: _, ...entry } = labelled.entry;
          const objects = result.sheets.find(({ grid }) => grid === entry.grid)!;
          const { origin, confidence } = annotation;
          const path = join(dataset.files, fileName);
          const sheet = {
            ...entry,
            path,
            tables: objects.tables,
            pivots: objects.pivots,
            origin,
            confidence,
          };
          found.push({ order, notes: labelled.notes, sheet });
        }
      },
    },
  );
  if (data.on_bad_file === "fail" && mistakes.length > 0) throw new UserError(mistakes);
  // Workbooks come in whatever order their threads end.
  found.sort((a, b) => a.order - b.order);
  skipped.sort((a, b) => a.order - b.order);
  const sheets = found.map(({ sheet }) => sheet);
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
    skipped: skipped.map(({ order: _, ...each }) => each),
    notes: [...notes, ...found.flatMap((each) => each.notes)],
  };
}

function emptySplit(data: DataOptions, split: Split, annotated: Readonly<Record<Split, number>>): UserError {
  const largest = (["test", "validation", "train"] as const).find((each) => annotated[each] > 0);
  return new UserError(
    {
      message: `Cannot evaluate on the ${split} split: no labelled sheet is in it`,
      expected: `a sheet of ${data.dataset_names.join(", ")} in the ${split} split`,
      got: `train ${annotated.train}, validation ${annotated.validation}, test ${annotated.test} sheets in ${data.root}`,
      fix: largest === undefined ? "--data.dataset_names=[…], other datasets" : `--split ${largest}`,
    },
    { exitCode: 2 },
  );
}
