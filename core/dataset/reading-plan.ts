/** Which workbooks have to be read, and what for. */

import { type Problem, UserError } from "../base/problem.ts";
import type { DataOptions } from "../config/data-options.ts";
import { type Annotation, readAnnotations } from "./annotations.ts";
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
    const byFile = new Map<string, PlannedSheet[]>();
    const splitsOfFile = new Map<string, Set<Split>>();
    for (const [index, split] of assignSplits(annotations, data).entries()) {
      const annotation = annotations[index]!;
      annotated[split]++;
      const planned = { annotation, split, order: order++ };
      getOrAdd(splitsOfFile, annotation.fileName, () => new Set()).add(split);
      if (splits.includes(split)) getOrAdd(byFile, annotation.fileName, () => []).push(planned);
    }
    for (const [fileName, sheets] of byFile) workbooks.push({ dataset, fileName, sheets });
    for (const [fileName, found] of splitsOfFile) {
      if (found.size < 2) continue;
      notes.push(
        `${name}/${fileName}: its published split_code puts sheets of one workbook into ${[...found].join(" and ")}`,
      );
    }
  }
  const problems = [...missing, ...malformed];
  if (problems.length > 0) throw new UserError(problems, { exitCode: malformed.length > 0 ? 1 : 2 });
  return { workbooks, annotated, notes };
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

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
