/** Corrects the lines of a dataset's annotations by the labels of annotated copies. */

import { posix } from "node:path";
import { plainName } from "../../../base/plain-name.ts";
import { isRecord } from "../../../base/plain-object.ts";
import { formatRange } from "../../../base/range.ts";
import { inPlaceOf, joinLines, splitLines, withEndOf, withoutMark } from "../../annotation-bytes.ts";
import { DRAWN_ORIGIN, type ImportNote } from "../import-result.ts";
import { drawnLine } from "./drawn-line.ts";
import type { DrawnLabel } from "./import-drawn.ts";

/** Keys about regions or a decision that the corrected label replaces. */
const OUTDATED = ["scores", "skipped", "looked_at", "unlabelled_blocks"];

export interface CorrectedLabels {
  /** What the file of the annotations is to hold. */
  readonly file: Buffer;
  /** Lines whose tables are others now, lines with the same tables, and lines that were added. */
  readonly changed: number;
  readonly confirmed: number;
  readonly added: number;
  /** Labels that no workbook of the dataset fits. */
  readonly leftOut: readonly ImportNote[];
}

/**
 * Replaces the tables of each sheet that has a label, and adds lines for sheets that had none. All other
 * lines stay to the byte, and keys as they are, in their order. A line is about the sheet that training
 * takes for it: the one with its exact name, else the only one whose name differs in case and surrounding
 * blanks alone.
 *
 * @param file What the annotations hold; their lines are known to be sound.
 * @param isWorkbook Whether the dataset has a workbook at a path under its `files` folder.
 */
export function correctLabels(
  file: Buffer,
  labels: readonly DrawnLabel[],
  isWorkbook: (fileName: string) => boolean,
): CorrectedLabels {
  const leftOut: ImportNote[] = [];
  const waiting = new Map<string, DrawnLabel>();
  for (const label of labels) {
    if (isWorkbook(label.fileName)) waiting.set(exactKey(label.fileName, label.sheetName), label);
    else {
      const where = `${label.fileName}, sheet ${JSON.stringify(label.sheetName)}`;
      leftOut.push({ line: null, where, what: "the dataset has no workbook of this name" });
    }
  }
  let [changed, confirmed] = [0, 0];
  const before = splitLines(file);
  const texts = before.map((line) => line.toString("utf8"));
  const fieldsOf = texts.map(parsed);
  const labelOf = matchLines(fieldsOf, waiting);
  const lines = before.map((line, index) => {
    const fields = fieldsOf[index]!;
    const label = labelOf.get(index);
    if (fields === null || label === undefined) return line;
    waiting.delete(exactKey(label.fileName, label.sheetName));
    const regions = label.tables.map(({ range }) => formatRange(range));
    if (sameRegions(fields.table_regions, regions)) confirmed++;
    else changed++;
    const kept = Object.entries(fields).filter(([key]) => !OUTDATED.includes(key));
    const corrected = { ...Object.fromEntries(kept), table_regions: regions, label_origin: DRAWN_ORIGIN };
    return Buffer.from(inPlaceOf(texts[index]!, JSON.stringify(corrected)));
  });
  const added = [...waiting.values()].map((label) =>
    Buffer.from(withEndOf(texts[0], drawnLine(label).trimEnd())),
  );
  return { file: joinLines([...lines, ...added]), changed, confirmed, added: added.length, leftOut };
}

/**
 * The label of each line that has one, by the index of the line. No label is of two lines.
 *
 * @param labels By `exactKey`.
 */
function matchLines(
  lines: readonly (Record<string, unknown> | null)[],
  labels: ReadonlyMap<string, DrawnLabel>,
): Map<number, DrawnLabel> {
  const alike = Map.groupBy(labels.values(), (label) => plainKey(label.fileName, label.sheetName));
  const found = new Map<number, DrawnLabel>();
  const taken = new Set<DrawnLabel>();
  const match = (of: (fileName: string, sheetName: string) => DrawnLabel | undefined): void => {
    for (const [index, fields] of lines.entries()) {
      if (fields === null || found.has(index)) continue;
      const label = of(String(fields.file_name), String(fields.sheet_name));
      if (label === undefined || taken.has(label)) continue;
      found.set(index, label);
      taken.add(label);
    }
  };
  match((fileName, sheetName) => labels.get(exactKey(fileName, sheetName)));
  // Excel takes "Data" and "Data " for two sheets: a name that may mean either means neither.
  match((fileName, sheetName) => {
    const [label, other] = alike.get(plainKey(fileName, sheetName)) ?? [];
    return other === undefined && label?.hasTwin !== true ? label : undefined;
  });
  return found;
}

function exactKey(fileName: string, sheetName: string): string {
  return JSON.stringify([posix.normalize(fileName), sheetName]);
}

/** The same for names of sheets that differ in case and surrounding blanks alone. */
function plainKey(fileName: string, sheetName: string): string {
  return exactKey(fileName, plainName(sheetName));
}

function parsed(line: string): Record<string, unknown> | null {
  if (line.trim() === "") return null;
  const value: unknown = JSON.parse(withoutMark(line));
  return isRecord(value) ? value : null;
}

function sameRegions(before: unknown, now: readonly string[]): boolean {
  return Array.isArray(before) && [...before].sort().join() === [...now].sort().join();
}
