/** Checks every line of a dataset's annotations against its workbook. */

import { join } from "node:path";
import type { Problem } from "../../base/problem.ts";
import { formatRange } from "../../base/range.ts";
import { counted } from "../../base/text-layout.ts";
import type { DataOptions } from "../../config/data-options.ts";
import { fileSize } from "../../files/file-state.ts";
import type { Annotation } from "../annotation-line.ts";
import { inspectAnnotations, readAnnotationText } from "../annotations.ts";
import { findWorkbooks } from "../find-workbooks.ts";
import type { DatasetPaths } from "../locate-dataset.ts";
import { type ReadingOptions, readDatasetWorkbooks } from "../reading/read-labelled-sheets.ts";
import { leftOutProposals, type PlannedSheet, planWorkbooks } from "../reading-plan.ts";
import { type Split, splitCodeFix, unknownSplitCodes } from "../split.ts";
import { checkWorkbook, missingWorkbook, sheetOf, type WorkbookFindings } from "./check-workbook.ts";
import { labelDoubts } from "./label-doubts.ts";
import type { PredictedLabels } from "./predicted-labels.ts";
import { repeatedWorkbooks } from "./repeated-workbooks.ts";

/** What is in one split. */
export interface SplitCount {
  /** Sheets that can be used. */
  sheets: number;
  workbooks: number;
  tables: number;
  /** The number of these sheets that have no table. */
  withoutTables: number;
  /** Labelled sheets that cannot be used. */
  leftOut: number;
}

export interface DatasetCheck {
  readonly dataset: string;
  readonly folder: string;
  readonly splits: Readonly<Record<Split, SplitCount>>;
  /** Lines that training leaves out, or that it refuses to begin with. */
  readonly errors: readonly Problem[];
  /** Lines that training uses, but not as they stand, or that look doubtful. */
  readonly warnings: readonly Problem[];
  /** Labels that may be wrong, the surest doubt first; null if nobody asked for doubts. */
  readonly doubts: readonly Problem[] | null;
  /** How many labels were compared with a prediction. */
  readonly compared: number;
  /** Workbooks under `files/` that no line is about. */
  readonly unlabelledWorkbooks: readonly string[];
  /** Sheets whose line says `skipped`. They are in no split. */
  readonly skippedSheets: number;
  /** Lines whose label is a proposal that nobody has looked at, whether they are used or not. */
  readonly unseen: readonly Problem[];
  /** The number of these that `on_proposed_label: skip` leaves out of each split. */
  readonly proposals: Readonly<Record<Split, number>>;
  /** Sheets with content of labelled workbooks that no line is about. */
  readonly unlabelledSheets: number;
}

export interface CheckOptions extends ReadingOptions {
  /** Finds doubts too, also with predictions unless they are null. @default no doubts */
  readonly doubts?: { readonly predicted: PredictedLabels | null } | undefined;
}

/**
 * Checks all lines as training would, including those after a malformed one.
 *
 * @throws {UserError} If the annotations cannot be read.
 */
export async function checkDataset(
  dataset: DatasetPaths,
  data: DataOptions,
  options: CheckOptions = {},
): Promise<DatasetCheck> {
  const text = readAnnotationText(dataset.annotations);
  const { annotations, problems } = inspectAnnotations(text, dataset.annotations);
  const { workbooks, skipped, unseen } = planWorkbooks(dataset, annotations, data);
  const inFolder = findWorkbooks(dataset.files);
  const isThere = ({ fileName }: { readonly fileName: string }) =>
    fileSize(join(dataset.files, fileName)) !== null;
  const present = workbooks.filter(isThere);
  const missing = workbooks.filter((workbook) => !isThere(workbook));
  const findings = [
    ...missing.map((workbook) => missingWorkbook(workbook, inFolder)),
    ...(await readDatasetWorkbooks(present, data, {
      ...options,
      keep: (workbook, result) => checkWorkbook(workbook, result, data),
    })),
  ];
  const errors = [...problems, ...findings.flatMap((each) => each.errors)];
  const warnings = [
    ...splitCodeWarnings(dataset, annotations),
    ...findings.flatMap((each) => each.warnings),
    ...repeatedWorkbooks(present),
  ];
  const lines = findings.flatMap(({ doubtful }) => doubtful);
  const asked = options.doubts;
  const doubtful = asked === undefined ? null : await labelDoubts(lines, asked.predicted, options.signal);
  const labelled = new Set(annotations.map(({ fileName }) => fileName));
  return {
    dataset: dataset.name,
    folder: dataset.folder,
    splits: countSplits(findings),
    errors: errors.toSorted(byLine),
    warnings: warnings.toSorted(byLine),
    doubts: doubtful?.doubts ?? null,
    compared: doubtful?.compared ?? 0,
    unlabelledWorkbooks: inFolder.filter((name) => !labelled.has(name)),
    skippedSheets: skipped.length,
    unseen: unseen.map((sheet) => unseenProblem(dataset, sheet)),
    proposals: leftOutProposals(unseen, data),
    unlabelledSheets: findings.reduce((sum, each) => sum + each.unlabelledSheets, 0),
  };
}

/** One warning for each code that is unknown, at its first line. */
function splitCodeWarnings(
  { annotations: file }: DatasetPaths,
  annotations: readonly Annotation[],
): Problem[] {
  return [...unknownSplitCodes(annotations)].map(([code, lines]) => ({
    file,
    line: lines[0]!.line,
    message: `the split_code ${JSON.stringify(code)} of ${counted(lines.length, "line")} is passed over`,
    expected: "training_set, testing_set or none",
    got: code,
    fix: splitCodeFix(code),
  }));
}

function unseenProblem({ annotations: file }: DatasetPaths, sheet: PlannedSheet): Problem {
  const { annotation } = sheet;
  const tables = annotation.regions.map(formatRange).join(", ");
  return {
    file,
    line: annotation.line,
    where: sheetOf(sheet),
    message: "the label is a proposal that nobody has looked at",
    got: tables === "" ? "no table" : tables,
  };
}

function byLine(a: Problem, b: Problem): number {
  return (a.line ?? 0) - (b.line ?? 0);
}

function countSplits(findings: readonly WorkbookFindings[]): Record<Split, SplitCount> {
  const counts = { train: noCount(), validation: noCount(), test: noCount() };
  for (const { sheets } of findings) {
    for (const { split, tables } of sheets) {
      const count = counts[split];
      if (tables === null) count.leftOut++;
      else {
        count.sheets++;
        count.tables += tables;
        if (tables === 0) count.withoutTables++;
      }
    }
    const used = sheets.filter(({ tables }) => tables !== null).map(({ split }) => split);
    for (const split of new Set(used)) counts[split].workbooks++;
  }
  return counts;
}

function noCount(): SplitCount {
  return { sheets: 0, workbooks: 0, tables: 0, withoutTables: 0, leftOut: 0 };
}
