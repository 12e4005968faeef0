/** Gathers the doubts about the labels of a dataset that are no faults: a person should look at them. */

import { join } from "node:path";
import { plainName } from "../../base/plain-name.ts";
import type { Problem } from "../../base/problem.ts";
import { type DoubtfulLine, placeOf, sheetOf } from "./check-workbook.ts";
import { disagreements } from "./disagreement.ts";
import { type ComparedSheet, nearCopies } from "./near-copies.ts";
import type { PredictedLabels } from "./predicted-labels.ts";
import { readSheetTexts, type SheetTexts } from "./sheet-texts.ts";

/** The doubts, and how many labels were compared with a prediction. */
export interface LabelDoubts {
  /** Disagreements with predictions, the surest first; then near copies, then edges, by their lines. */
  readonly doubts: readonly Problem[];
  readonly compared: number;
}

/**
 * Finds labels that a confident prediction contradicts, near copies with different labels, and outer lines of
 * tables with formatting alone.
 *
 * @param lines Those that can be used.
 * @param predicted Null to compare labels with no prediction.
 * @param signal Aborted: the promise is rejected with its reason.
 */
export async function labelDoubts(
  lines: readonly DoubtfulLine[],
  predicted: PredictedLabels | null,
  signal?: AbortSignal,
): Promise<LabelDoubts> {
  const against: { readonly problem: Problem; readonly score: number }[] = [];
  let compared = 0;
  for (const each of lines) {
    const { fileName, sheetName, regions } = each.line.annotation;
    const tables = predicted?.get(fileName, sheetName);
    if (tables === undefined) continue;
    compared++;
    for (const { score, ...doubt } of disagreements(regions, tables)) {
      against.push({ problem: { ...placeIn(each), ...doubt }, score });
    }
  }
  const copies = nearCopies(await withTexts(lines, signal));
  const { annotations } = lines[0]?.workbook.dataset ?? { annotations: "" };
  return {
    doubts: [
      ...against.sort((a, b) => b.score - a.score).map(({ problem }) => problem),
      ...copies.map(({ sheet, message }) => ({
        file: annotations,
        line: sheet.line,
        where: sheet.where,
        message,
      })),
      ...lines.flatMap((each) => each.doubts.map((doubt) => ({ ...placeIn(each), ...doubt }))),
    ],
    compared,
  };
}

function placeIn({ line, workbook }: DoubtfulLine): Pick<Problem, "file" | "line" | "where"> {
  return placeOf(workbook, line, sheetOf(line));
}

/** The lines with the texts of their sheets, in their order. Sheets that cannot be compared are left out. */
async function withTexts(lines: readonly DoubtfulLine[], signal?: AbortSignal): Promise<ComparedSheet[]> {
  const found: ComparedSheet[] = [];
  for (const [workbook, ofWorkbook] of Map.groupBy(lines, (each) => each.workbook)) {
    signal?.throwIfAborted();
    const sheets = await readSheetTexts(join(workbook.dataset.files, workbook.fileName));
    for (const { line } of ofWorkbook) {
      const texts = textsOf(sheets, line.annotation.sheetName);
      if (texts === undefined) continue;
      found.push({
        line: line.annotation.line,
        where: sheetOf(line),
        ranges: line.annotation.regions,
        texts,
      });
    }
  }
  return found.sort((a, b) => a.line - b.line);
}

function textsOf(sheets: readonly SheetTexts[], name: string): SheetTexts | undefined {
  return (
    sheets.find(({ sheetName }) => sheetName === name) ??
    sheets.find(({ sheetName }) => plainName(sheetName) === plainName(name))
  );
}
