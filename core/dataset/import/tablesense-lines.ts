/**
 * Reads the annotations of the public TableSense dataset: JSON lines with the keys `original_file`,
 * `original_path` (with backslashes), `clean_file`, `sheet_name`, `split` and `table_regions`.
 */

import { isRecord } from "../../base/plain-object.ts";
import { parseRange, type Range } from "../../base/range.ts";
import { withoutMark } from "../annotation-bytes.ts";
import { TESTING_SET } from "../split.ts";
import type { ImportNote } from "./import-result.ts";

/** The label of one sheet. */
export interface TableSenseLine {
  /** From 1. */
  readonly line: number;
  /**
   * Possible names of the workbook, the likeliest first: `clean_file` and the original, with forward
   * slashes.
   */
  readonly names: readonly string[];
  /** Where the sheet comes from: the original's path, else the name in the archive. */
  readonly source: string;
  /** As in the line. The sheet's own name may differ in surrounding blanks. */
  readonly sheetName: string;
  readonly splitCode: string | null;
  readonly regions: readonly Range[];
  /** What was mended while the line was read. */
  readonly mended: readonly string[];
}

/** Reads the lines. Those that cannot be used are left out. */
export function readTableSenseLines(text: string): { lines: TableSenseLine[]; leftOut: ImportNote[] } {
  const lines: TableSenseLine[] = [];
  const leftOut: ImportNote[] = [];
  for (const [index, content] of withoutMark(text).split("\n").entries()) {
    if (content.trim() === "") continue;
    const line = index + 1;
    const read = readLine(content, line);
    if (typeof read === "string") leftOut.push({ line, where: "", what: read });
    else lines.push(read);
  }
  return { lines, leftOut };
}

/** The line, or why it cannot be used. */
function readLine(content: string, line: number): TableSenseLine | string {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return "it is no JSON object";
  }
  if (!isRecord(value)) return "it is no JSON object";
  const fields = value;
  const names = workbookNames(fields);
  if (names.length === 0) return "it names no workbook (clean_file, original_file, original_path)";
  const sheetName = fields.sheet_name;
  if (typeof sheetName !== "string" || sheetName === "") return "it names no sheet (sheet_name)";
  const texts = regionTexts(fields.table_regions);
  if (texts === null) return "its table_regions are no list of ranges";

  const mended: string[] = [];
  const regions = new Map<string, Range>();
  for (const text of texts) {
    // A sheet's name in front adds nothing (`Sheet1!A1:B2`, `'My sheet'!A1:B2`): a line is about one sheet.
    const bare = text.slice(text.lastIndexOf("!") + 1).trim();
    const range = parseRange(bare);
    if (range === null) return `its region ${JSON.stringify(text)} is no range of cells`;
    const key = Object.values(range).join();
    if (regions.has(key)) mended.push(`the region ${text} stood twice`);
    else if (isReversed(bare)) mended.push(`the corners of ${text} were swapped`);
    else if (bare !== text) mended.push(`the region ${text} was taken for ${bare}`);
    regions.set(key, range);
  }
  const splitCode = splitCodeOf(fields.split);
  const source = names[1] ?? names[0]!;
  return { line, names, source, sheetName, splitCode, regions: [...regions.values()], mended };
}

function workbookNames({ clean_file, original_path, original_file }: Record<string, unknown>): string[] {
  const [clean, path, file] = [clean_file, original_path, original_file].map((value) =>
    typeof value === "string" ? value.replaceAll("\\", "/").trim() : "",
  ) as [string, string, string];
  const isWhole = file !== "" && path.toLowerCase().endsWith(file.toLowerCase());
  const original =
    isWhole || path === "" || file === "" ? path || file : `${path.replace(/\/$/, "")}/${file}`;
  return [...new Set([clean, original, file])].filter((name) => name !== "");
}

/** A list of texts, or one text with commas or semicolons between ranges. */
function regionTexts(value: unknown): string[] | null {
  const list = typeof value === "string" ? value.split(/[,;]/).filter((text) => text.trim() !== "") : value;
  return Array.isArray(list) && list.every((text) => typeof text === "string") ? list : null;
}

/** True if the range's first corner is not its upper left one. */
function isReversed(text: string): boolean {
  const [first, last] = text.split(":").map(parseRange);
  return Boolean(first && last && (first.top > last.top || first.left > last.left));
}

function splitCodeOf(split: unknown): string | null {
  if (typeof split !== "string" || split === "") return null;
  if (/^test/i.test(split)) return TESTING_SET;
  return /^train/i.test(split) ? "training_set" : split;
}
