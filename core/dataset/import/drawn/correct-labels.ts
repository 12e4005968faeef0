/** Corrects the lines of a dataset's annotations by the labels of annotated copies. */

import { posix } from "node:path";
import { isRecord } from "../../../base/plain-object.ts";
import { formatRange } from "../../../base/range.ts";
import { DRAWN_ORIGIN, type ImportNote } from "../import-result.ts";
import { drawnLine } from "./drawn-line.ts";
import type { DrawnLabel } from "./import-drawn.ts";

/** Keys about regions or a decision that the corrected label replaces. */
const OUTDATED = ["scores", "skipped", "looked_at", "unlabelled_blocks"];

export interface CorrectedLabels {
  /** The whole text of the annotations. */
  readonly text: string;
  /** Lines whose tables are others now, lines with the same tables, and lines that were added. */
  readonly changed: number;
  readonly confirmed: number;
  readonly added: number;
  /** Labels that no workbook of the dataset fits. */
  readonly leftOut: readonly ImportNote[];
}

/**
 * Replaces the tables of each sheet that has a label, and adds lines for sheets that had none. All other
 * lines and keys stay as they are, in their order.
 *
 * @param text The annotations, whose lines are known to be sound.
 * @param workbooks Paths under the dataset's `files` folder, with forward slashes.
 */
export function correctLabels(
  text: string,
  labels: readonly DrawnLabel[],
  workbooks: readonly string[],
): CorrectedLabels {
  const known = new Set(workbooks.map((name) => posix.normalize(name)));
  const leftOut: ImportNote[] = [];
  const waiting = new Map<string, DrawnLabel>();
  for (const label of labels) {
    if (known.has(label.fileName)) waiting.set(keyOf(label.fileName, label.sheetName), label);
    else {
      const where = `${label.fileName}, sheet ${JSON.stringify(label.sheetName)}`;
      leftOut.push({ line: null, where, what: "the dataset has no workbook of this name" });
    }
  }
  let [changed, confirmed] = [0, 0];
  const lines = text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => {
      const fields = parsed(line);
      if (fields === null) return line;
      const label = takeFrom(waiting, String(fields.file_name), String(fields.sheet_name));
      if (label === undefined) return line;
      const regions = label.tables.map(({ range }) => formatRange(range));
      if (sameRegions(fields.table_regions, regions)) confirmed++;
      else changed++;
      const kept = Object.entries(fields).filter(([key]) => !OUTDATED.includes(key));
      return JSON.stringify({
        ...Object.fromEntries(kept),
        table_regions: regions,
        label_origin: DRAWN_ORIGIN,
      });
    });
  const added = [...waiting.values()].map(drawnLine);
  const before = lines.join("\n");
  const corrected = `${before}${before === "" ? "" : "\n"}${added.join("")}`;
  return { text: corrected, changed, confirmed, added: added.length, leftOut };
}

/** Names of sheets that differ in case or surrounding blanks alone mean one sheet. */
function keyOf(fileName: string, sheetName: string): string {
  return JSON.stringify([posix.normalize(fileName), sheetName.trim().toLowerCase()]);
}

function takeFrom(
  waiting: Map<string, DrawnLabel>,
  fileName: string,
  sheetName: string,
): DrawnLabel | undefined {
  const key = keyOf(fileName, sheetName);
  const label = waiting.get(key);
  waiting.delete(key);
  return label;
}

function parsed(line: string): Record<string, unknown> | null {
  if (line.trim() === "") return null;
  const value: unknown = JSON.parse(line.replace(/^\ufeff/, ""));
  return isRecord(value) ? value : null;
}

function sameRegions(before: unknown, now: readonly string[]): boolean {
  return Array.isArray(before) && [...before].sort().join() === [...now].sort().join();
}
