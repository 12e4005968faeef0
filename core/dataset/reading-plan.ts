/** Plans which workbooks are read, and for which of their sheets. */

import { type Problem, UserError } from "../base/problem.ts";
import { counted } from "../base/text-layout.ts";
import type { DataOptions } from "../config/data-options.ts";
import type { Annotation } from "./annotation-line.ts";
import { readAnnotations } from "./annotations.ts";
import { type DatasetPaths, datasetPaths, missingDataset } from "./locate-dataset.ts";
import { assignSplits, type Split, splitCodeFix, unknownSplitCodes } from "./split.ts";

/** An annotated sheet that is needed. */
export interface PlannedSheet {
  readonly annotation: Annotation;
  readonly split: Split;
  /** Its place among all annotations, by which sheets are sorted. */
  readonly order: number;
}

/** A workbook to read, and the sheets of it that are needed. */
export interface PlannedWorkbook {
  readonly dataset: DatasetPaths;
  readonly fileName: string;
  readonly sheets: readonly PlannedSheet[];
  /** The lines about it that are not used: they say `skipped`, or are proposals that are left out. */
  readonly skipped: readonly Annotation[];
}

/** The workbooks of one dataset, and what its lines leave out. */
export interface PlannedWorkbooks {
  /** Those with a sheet that is used, in the order of each workbook's first line that is used. */
  readonly workbooks: readonly PlannedWorkbook[];
  /** Sheets whose line says `skipped`. No plan reads them. */
  readonly skipped: readonly PlannedSheet[];
  /** Sheets whose label is a proposal that nobody has looked at, whether they are used or not. */
  readonly unseen: readonly PlannedSheet[];
}

export interface ReadingPlan {
  /** In the order of the datasets and of their annotations. */
  readonly workbooks: readonly PlannedWorkbook[];
  /** The number of annotated sheets of each split that are used, needed or not. */
  readonly annotated: Readonly<Record<Split, number>>;
  /** The number of sheets of each split that `on_proposed_label: skip` leaves out. */
  readonly proposals: Readonly<Record<Split, number>>;
  /** The number of sheets of the wanted splits whose line says `skipped`. */
  readonly skipped: number;
  readonly notes: readonly string[];
}

/**
 * Reads the annotations of all datasets and divides them into splits.
 *
 * @throws {UserError} With every missing dataset and every malformed line. Exit code 2 if datasets are just
 *   missing.
 */
export function planReading(data: DataOptions, splits: readonly Split[]): ReadingPlan {
  const missing: Problem[] = [];
  const malformed: Problem[] = [];
  const workbooks: PlannedWorkbook[] = [];
  const annotated = { train: 0, validation: 0, test: 0 };
  const unseenSheets: (readonly PlannedSheet[])[] = [];
  const notes: string[] = [];
  let order = 0;
  let skippedSheets = 0;
  for (const name of data.dataset_names) {
    const dataset = datasetPaths(data.root, name);
    const problem = missingDataset(data.root, dataset);
    if (problem) {
      missing.push(problem);
      continue;
    }
    const annotations = collect(() => readAnnotations(dataset.annotations), malformed) ?? [];
    const plan = planWorkbooks(dataset, annotations, data, order);
    const count = (sheets: readonly PlannedSheet[]) =>
      sheets.filter(({ split }) => splits.includes(split)).length;
    unseenSheets.push(plan.unseen);
    const [skipped, unseen] = [count(plan.skipped), count(plan.unseen)];
    skippedSheets += skipped;
    notes.push(...labelNotes(annotations, skipped, unseen, data).map((note) => `${name}: ${note}`));
    for (const workbook of plan.workbooks) {
      const { fileName, sheets } = workbook;
      for (const { split } of sheets) annotated[split]++;
      const wanted = sheets.filter(({ split }) => splits.includes(split));
      if (wanted.length > 0) workbooks.push({ ...workbook, sheets: wanted });
      const found = new Set(sheets.map(({ split }) => split));
      if (found.size < 2) continue;
      notes.push(
        `${name}/${fileName}: its published split_code puts sheets of one workbook into ` +
          [...found].join(" and "),
      );
    }
    order += annotations.length;
  }
  const problems = [...missing, ...malformed];
  if (problems.length > 0) throw new UserError(problems, { exitCode: malformed.length > 0 ? 1 : 2 });
  workbooks.sort((a, b) => a.sheets[0]!.order - b.sheets[0]!.order);
  const proposals = leftOutProposals(unseenSheets.flat(), data);
  return { workbooks, annotated, proposals, skipped: skippedSheets, notes };
}

/**
 * Groups the annotated sheets of a dataset by workbook. Sheets that are not used take part in the division
 * into splits, so that leaving one out moves no other.
 *
 * @param firstOrder The place of the first annotation among those of all datasets.
 */
export function planWorkbooks(
  dataset: DatasetPaths,
  annotations: readonly Annotation[],
  data: DataOptions,
  firstOrder = 0,
): PlannedWorkbooks {
  const splitOf = assignSplits(annotations, data);
  const sheets = annotations.map((annotation, index): PlannedSheet => {
    return { annotation, split: splitOf[index]!, order: firstOrder + index };
  });
  const isUsed = ({ annotation: { isSkipped, isUnseen } }: PlannedSheet) =>
    !isSkipped && !(isUnseen && data.on_proposed_label === "skip");
  const used = sheets.filter(isUsed);
  const skipped = sheets.filter(({ annotation }) => annotation.isSkipped);
  const unseen = sheets.filter(({ annotation }) => annotation.isUnseen);
  const byFile = Map.groupBy(used, ({ annotation }) => annotation.fileName);
  const skippedIn = Map.groupBy(
    sheets.flatMap((sheet) => (isUsed(sheet) ? [] : [sheet.annotation])),
    ({ fileName }) => fileName,
  );
  const workbooks = [...byFile].map(([fileName, ofFile]): PlannedWorkbook => {
    return { dataset, fileName, sheets: ofFile, skipped: skippedIn.get(fileName) ?? [] };
  });
  return { workbooks, skipped, unseen };
}

/** The number of proposals that `on_proposed_label: skip` leaves out of each split. */
export function leftOutProposals(
  unseen: readonly PlannedSheet[],
  { on_proposed_label: decision }: DataOptions,
): Record<Split, number> {
  const count = { train: 0, validation: 0, test: 0 };
  if (decision === "skip") for (const { split } of unseen) count[split]++;
  return count;
}

/** Notes on the lines of a dataset. @param skipped How many say so. @param unseen How many are proposals. */
function labelNotes(
  annotations: readonly Annotation[],
  skipped: number,
  unseen: number,
  data: DataOptions,
): string[] {
  const unknown = data.respect_split_code ? [...unknownSplitCodes(annotations)] : [];
  return [
    ...unknown.map(
      ([code, lines]) =>
        `the split_code ${JSON.stringify(code)} of ${counted(lines.length, "line")} is passed over: ` +
        splitCodeFix(code),
    ),
    ...(skipped > 0 ? [`${counted(skipped, "sheet")} left out, marked as skipped in the labels`] : []),
    ...(unseen > 0 ? [unseenNote(unseen, data)] : []),
  ];
}

function unseenNote(unseen: number, { on_proposed_label: decision }: DataOptions): string {
  const sheets = counted(unseen, "sheet");
  if (decision === "skip") return `${sheets} left out, whose labels are proposals that nobody has looked at`;
  return (
    `the labels of ${sheets} are proposals that nobody has looked at, and count as labels: accept or correct ` +
    "them in the workbench, or leave them out with --data.on_proposed_label=skip"
  );
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
