/** Checks the lines about one workbook against its sheets. */

import { join } from "node:path";
import { nearest } from "../../base/nearest.ts";
import type { Problem } from "../../base/problem.ts";
import { problemLine } from "../../base/problem-line.ts";
import type { DataOptions } from "../../config/data-options.ts";
import { findSheet, type LabelledSheet, labelSheets } from "../label-sheet.ts";
import type { ReadResult } from "../reading/read-workbooks.ts";
import type { PlannedSheet, PlannedWorkbook } from "../reading-plan.ts";
import type { Split } from "../split.ts";
import { checkRegions, type RegionDoubt } from "./check-regions.ts";
import { formatEdges } from "./format-edges.ts";

/** The result of checking the lines about one workbook. */
export interface WorkbookFindings {
  /** One for each line; `tables` is null if the sheet cannot be used. */
  readonly sheets: readonly { readonly split: Split; readonly tables: number | null }[];
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** The lines that can be used, each with the doubts that its cells raise. */
  readonly doubtful: readonly DoubtfulLine[];
  /** Sheets with content that no line is about. */
  readonly unlabelledSheets: number;
}

/** A line that can be used, and what raises a doubt about it. */
export interface DoubtfulLine {
  readonly line: PlannedSheet;
  readonly workbook: PlannedWorkbook;
  readonly doubts: readonly RegionDoubt[];
}

/**
 * The findings about a workbook that is missing.
 *
 * @param inFolder The workbooks that are there: the nearest name is the fix.
 */
export function missingWorkbook(workbook: PlannedWorkbook, inFolder: readonly string[]): WorkbookFindings {
  const { dataset, fileName } = workbook;
  const close = nearest(fileName, inFolder);
  return leftOut(workbook, {
    message: "Cannot find the workbook",
    expected: join(dataset.files, fileName),
    ...(close === null ? {} : { fix: `"file_name": ${JSON.stringify(close)}` }),
  });
}

/** The findings about a workbook that was read, or that could not be. */
export function checkWorkbook(
  workbook: PlannedWorkbook,
  result: ReadResult,
  data: DataOptions,
): WorkbookFindings {
  if (result.kind === "failed") {
    const [problem] = result.problems;
    const { fix } = problem!;
    return leftOut(workbook, { message: problemLine(problem!), ...(fix ? { fix } : {}) });
  }
  const annotations = [...workbook.sheets.map(({ annotation }) => annotation), ...workbook.skipped];
  const labelled = labelSheets(workbook.dataset.name, annotations, result.sheets, data);
  const lines = workbook.sheets.map((line, index) => checkLine(workbook, line, labelled[index]!));
  const known = new Set(annotations.map(({ sheetName }) => findSheet(result.sheets, sheetName)));
  return {
    sheets: lines,
    errors: lines.flatMap(({ errors }) => errors),
    warnings: lines.flatMap(({ warnings }) => warnings),
    doubtful: lines.flatMap(({ doubtful }) => doubtful),
    unlabelledSheets: result.sheets.filter((sheet) => sheet.height > 0 && !known.has(sheet)).length,
  };
}

/** The place of a line in the annotations. @param where The workbook, or its sheet. */
export function placeOf(
  { dataset }: PlannedWorkbook,
  { annotation }: PlannedSheet,
  where: string,
): Pick<Problem, "file" | "line" | "where"> {
  return { file: dataset.annotations, line: annotation.line, where };
}

/** `a.xlsx, sheet "Data"`. */
export function sheetOf({ annotation: { fileName, sheetName } }: PlannedSheet): string {
  return `${fileName}, sheet ${JSON.stringify(sheetName)}`;
}

function checkLine(
  workbook: PlannedWorkbook,
  line: PlannedSheet,
  labelled: LabelledSheet,
): WorkbookFindings["sheets"][number] & Pick<WorkbookFindings, "errors" | "warnings" | "doubtful"> {
  const { split } = line;
  const place = placeOf(workbook, line, sheetOf(line));
  if (labelled.entry === null) {
    const { reason, isMistake } = labelled;
    const message = isMistake ? `Cannot use the sheet: ${reason}` : `the sheet is left out: ${reason}`;
    const problems = [{ ...place, message }];
    const [errors, warnings] = isMistake ? [problems, []] : [[], problems];
    return { split, tables: null, errors, warnings, doubtful: [] };
  }
  const { entry, notes } = labelled;
  const prefix = `${entry.label}: `;
  const doubts = [
    ...notes.map((note) => ({ message: note.startsWith(prefix) ? note.slice(prefix.length) : note })),
    ...checkRegions(entry.ranges, entry.grid),
  ];
  const warnings = doubts.map((doubt) => ({ ...place, ...doubt }));
  const doubtful = [{ line, workbook, doubts: formatEdges(entry.ranges, entry.grid) }];
  return { split, tables: entry.ranges.length, errors: [], warnings, doubtful };
}

/** No line about the workbook can be used. The problem is reported once, at the first of them. */
function leftOut(
  workbook: PlannedWorkbook,
  problem: Pick<Problem, "message" | "expected" | "fix">,
): WorkbookFindings {
  const { fileName, sheets } = workbook;
  const others = sheets.length > 1 ? `; so ${sheets.length} lines are left out` : "";
  const message = problem.message + others;
  return {
    sheets: sheets.map(({ split }) => ({ split, tables: null })),
    errors: [{ ...problem, ...placeOf(workbook, sheets[0]!, fileName), message }],
    warnings: [],
    doubtful: [],
    unlabelledSheets: 0,
  };
}
