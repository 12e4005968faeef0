/** Which workbooks have to be read, and what for. */

import { type Problem, UserError } from "../base/problem.ts";
import type { DataOptions } from "../config/data-options.ts";
import type { Annotation } from "./annotation-line.ts";
import { readAnnotations } from "./annotations.ts";
import { type DatasetPaths, datasetPaths, missingDataset } from "./locate-dataset.ts";
import { assignSplits, type Split } from "./split.ts";

/** An annotated sheet that is asked for. */
export interface PlannedSheet {
  readonly annotation: Annotation;
  readonly split: Split;
  /** Its place among all annotations: entries are sorted by it. */
  readonly order: number;
}

/** A workbook to read, with the sheets of it that are asked for. */
export interface PlannedWorkbook {
  readonly dataset: DatasetPaths;
  readonly fileName: string;
  readonly sheets: readonly PlannedSheet[];
}

export interface ReadingPlan {
  /** In the order of the datasets and of their annotations. */
  readonly workbooks: readonly PlannedWorkbook[];
  /** Annotated sheets of each split, asked for or not. */
  readonly annotated: Readonly<Record<Split, number>>;
  readonly notes: readonly string[];
}

/**
 * Reads the annotations of all datasets and divides them into splits.
 *
 * @throws {UserError} With all that is wrong with all datasets: missing ones (exit code 2 if that is all), bad lines.
 */
export function planReading(data: DataOptions, splits: readonly Split[]): ReadingPlan {
  const missing: Problem[] = [];
  const malformed: Problem[] = [];
  const workbooks: PlannedWorkbook[] = [];
  const annotated = { train: 0, validation: 0, test: 0 };
  const notes: string[] = [];
  let order = 0;
  for (const name of data.dataset_names) {
    const dataset = datasetPaths(data.root, name);
    const problem = missingDataset(data.root, dataset);
    if (problem) {
      missing.push(problem);
      continue;
    }
    const annotations = collect(() => readAnnotations(dataset.annotations), malformed) ?? [];
    for (const workbook of planWorkbooks(dataset, annotations, data, order)) {
      const { fileName, sheets } = workbook;
      for (const { split } of sheets) annotated[split]++;
      const wanted = sheets.filter(({ split }) => splits.includes(split));
      if (wanted.length > 0) workbooks.push({ ...workbook, sheets: wanted });
      const found = new Set(sheets.map(({ split }) => split));
      if (found.size < 2) continue;
      notes.push(
        `${name}/${fileName}: its published split_code puts sheets of one workbook into ${[...found].join(" and ")}`,
      );
    }
    order += annotations.length;
  }
  const problems = [...missing, ...malformed];
  if (problems.length > 0) throw new UserError(problems, { exitCode: malformed.length > 0 ? 1 : 2 });
  workbooks.sort((a, b) => a.sheets[0]!.order - b.sheets[0]!.order);
  return { workbooks, annotated, notes };
}

/**
 * The annotated sheets of one dataset by workbook, in the order in which the annotations name the workbooks first.
 *
 * @param firstOrder The place of the first annotation among those of all datasets.
 */
export function planWorkbooks(
  dataset: DatasetPaths,
  annotations: readonly Annotation[],
  data: DataOptions,
  firstOrder = 0,
): PlannedWorkbook[] {
  const splitOf = assignSplits(annotations, data);
  const sheets = annotations.map((annotation, index): PlannedSheet => {
    return { annotation, split: splitOf[index]!, order: firstOrder + index };
  });
  const byFile = Map.groupBy(sheets, ({ annotation }) => annotation.fileName);
  return [...byFile].map(([fileName, ofFile]) => ({ dataset, fileName, sheets: ofFile }));
}

function collect<T>(work: () => T, problems: Problem[]): T | null {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.push(...error.problems);
    return null;
  }
}
