/** Protects a dataset that somebody made or corrected by hand from `--replace` of an import. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../base/problem.ts";
import { counted } from "../../base/text-layout.ts";
import { fileSize } from "../../files/file-state.ts";
import { readAnnotationText } from "../annotations.ts";
import { findWorkbooks } from "../find-workbooks.ts";
import type { DatasetPaths } from "../locate-dataset.ts";
import { DRAWN_ORIGIN, IMPORT_REPORT, IMPORTED_LABELS, labelsSum } from "./import-result.ts";

/** The `label_origin` of the lines that imports write. */
const IMPORT_ORIGINS: readonly unknown[] = ["excel", "tablesense", DRAWN_ORIGIN];

/** What a folder holds: `12 workbooks, 30 labelled sheets (4 of them not from an import)`. */
export function contentsOf(dataset: DatasetPaths): string {
  const { sheets, foreign } = countLabels(dataset.annotations);
  const own = foreign > 0 ? ` (${foreign} of them not from an import)` : "";
  const changed = isImport(dataset) && !isAsImported(dataset) ? ", changed since the import" : "";
  const workbooks = counted(findWorkbooks(dataset.folder).length, "workbook");
  return `${workbooks}, ${counted(sheets, "labelled sheet")}${own}${changed}`;
}

/**
 * Checks that an import made what is there: its report is there, and the labels are as it wrote them. A
 * folder without workbooks and labels may be replaced as well.
 *
 * @throws {UserError} Exit code 2 otherwise.
 */
export function checkReplaceable(dataset: DatasetPaths): void {
  const { sheets, foreign } = countLabels(dataset.annotations);
  const isWithout = sheets === 0 && findWorkbooks(dataset.folder).length === 0;
  if (isWithout || (isImport(dataset) && foreign === 0 && isAsImported(dataset))) return;
  throw new UserError(
    {
      file: dataset.folder,
      message: "Cannot replace the dataset: its workbooks or labels do not come from an import",
      expected: "a dataset that an import made, with labels that nobody added or corrected",
      got: contentsOf(dataset),
      fix: "--name another one, or move this folder away",
    },
    { exitCode: 2 },
  );
}

/** True if an import made the dataset. */
function isImport({ folder }: DatasetPaths): boolean {
  return fileSize(join(folder, "annotations", IMPORT_REPORT)) !== null;
}

/** True if the labels are still what the import wrote. */
function isAsImported({ folder, annotations }: DatasetPaths): boolean {
  const sum = join(folder, "annotations", IMPORTED_LABELS);
  if (fileSize(sum) === null || fileSize(annotations) === null) return false;
  return readFileSync(sum, "utf8") === labelsSum(readAnnotationText(annotations));
}

/** The lines of the annotations, and those of another origin than an import. Malformed lines count too. */
function countLabels(annotations: string): { sheets: number; foreign: number } {
  if (fileSize(annotations) === null) return { sheets: 0, foreign: 0 };
  const lines = readAnnotationText(annotations)
    .split("\n")
    .filter((line) => line.trim() !== "");
  return { sheets: lines.length, foreign: lines.filter((line) => !isImported(line)).length };
}

function isImported(line: string): boolean {
  try {
    return IMPORT_ORIGINS.includes(JSON.parse(line)?.label_origin);
  } catch {
    return false;
  }
}
