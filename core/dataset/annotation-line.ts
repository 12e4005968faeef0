/**
 * A line of `annotations.jsonl`, which has the tables of one sheet as a JSON object: read and written here.
 */

import { isRecord } from "../base/plain-object.ts";
import type { Problem } from "../base/problem.ts";
import { formatRange, parseRange, type Range } from "../base/range.ts";
import { isUnseenProposal } from "./labelling/unseen-proposal.ts";

/** A complete line, for messages. */
export const ANNOTATION_EXAMPLE =
  '{"file_name": "a.xlsx", "sheet_name": "Sheet1", "table_regions": ["A1:F20"]}';

/** The tables of one sheet, as its line says. */
export interface Annotation {
  /** The line in the file, from 1. */
  readonly line: number;
  /** Path of the workbook under the dataset's `files` folder, with forward slashes. */
  readonly fileName: string;
  readonly sheetName: string;
  /** `training_set`, `testing_set` or any other text; null if the line has none. */
  readonly splitCode: string | null;
  /** `label_origin`: who or what made the label; null if the line does not say. */
  readonly origin: string | null;
  /** `confidence`: how sure its maker was; null if the line does not say. */
  readonly confidence: string | null;
  /**
   * `source`: the collection that the workbook is from, see `collectionOf()`; null if the line does not
   * say.
   */
  readonly source: string | null;
  /** `skipped`: somebody looked at the sheet and decided that it is no example. No command uses it. */
  readonly isSkipped: boolean;
  /** The regions are what a program proposed, and nobody has looked at them, see `isUnseenProposal()`. */
  readonly isUnseen: boolean;
  /** In the order of the line. Empty for a sheet without tables. */
  readonly regions: readonly Range[];
}

/** What is written into a line. */
export interface AnnotationLine {
  /** Path under the dataset's `files` folder, with forward slashes. */
  readonly fileName: string;
  readonly sheetName: string;
  /** Null: the line has no split code. */
  readonly splitCode: string | null;
  readonly regions: readonly Range[];
  /** Further keys, for people and programs that correct labels. Training ignores them. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** The line as JSON, with its line feed. */
export function annotationLine({
  fileName,
  sheetName,
  splitCode,
  regions,
  more = {},
}: AnnotationLine): string {
  const fields = {
    file_name: fileName,
    file_path: "files",
    sheet_name: sheetName,
    ...(splitCode === null ? {} : { split_code: splitCode }),
    table_regions: regions.map(formatRange),
    ...more,
  };
  return `${JSON.stringify(fields)}\n`;
}

/** What is wrong with a line. The caller adds the file and the line number. */
export type LineProblem = Pick<Problem, "message" | "expected" | "got" | "fix">;

/**
 * Reads a line and ignores keys that it does not know.
 *
 * @param line Its number in the file, from 1.
 */
export function parseAnnotationLine(content: string, line: number): Annotation | { wrong: LineProblem[] } {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    value = undefined;
  }
  if (!isRecord(value)) {
    const message = "Cannot read the line as a JSON object";
    return {
      wrong: [
        { message, expected: `one object per line: ${ANNOTATION_EXAMPLE}`, got: shorten(content.trim()) },
      ],
    };
  }
  const fields = value;
  const wrong: LineProblem[] = [];
  const fileName = textField(fields, "file_name", wrong);
  const sheetName = textField(fields, "sheet_name", wrong);
  if (fileName !== null && !staysInside(fileName)) {
    wrong.push({
      message: "Cannot use file_name",
      expected: "a path inside the dataset's files folder, with forward slashes",
      got: JSON.stringify(fileName),
    });
  }
  const splitCode = fields.split_code ?? null;
  if (splitCode !== null && typeof splitCode !== "string") {
    wrong.push({ message: "Cannot use split_code", expected: "a text or null", got: show(splitCode) });
  }
  const { skipped = false } = fields;
  if (typeof skipped !== "boolean") {
    wrong.push({ message: "Cannot use skipped", expected: "true or false", got: show(skipped) });
  }
  const isSkipped = skipped === true;
  // A skipped sheet needs no answer.
  const regions =
    isSkipped && fields.table_regions === undefined ? [] : parseRegions(fields.table_regions, wrong);
  if (wrong.length > 0) return { wrong };
  return {
    line,
    fileName: fileName!,
    sheetName: sheetName!,
    splitCode: splitCode as string | null,
    origin: remark(fields.label_origin),
    confidence: remark(fields.confidence),
    source: collectionOf(remark(fields.source)),
    isSkipped,
    isUnseen: !isSkipped && isUnseenProposal(fields, regions),
    regions,
  };
}

/** The collection in a `source` of the form "collection:path"; a source without a colon is one whole. */
function collectionOf(source: string | null): string | null {
  return source?.split(":", 1)[0] ?? null;
}

/** A key that only groups sheets in reports: anything but a text counts as absent. */
function remark(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function textField(fields: Record<string, unknown>, name: string, wrong: LineProblem[]): string | null {
  const value = fields[name];
  if (typeof value === "string" && value !== "") return value;
  wrong.push({ message: `Cannot use ${name}`, expected: "a text that is not empty", got: show(value) });
  return null;
}

function parseRegions(value: unknown, wrong: LineProblem[]): Range[] {
  const message = "Cannot use table_regions";
  if (!Array.isArray(value)) {
    wrong.push({ message, expected: 'a list of ranges: ["A1:F20"], or [] for no table', got: show(value) });
    return [];
  }
  const regions: Range[] = [];
  const seen = new Map<string, unknown>();
  for (const text of value) {
    const range = typeof text === "string" ? parseRange(text) : null;
    if (range === null) {
      wrong.push({ message, expected: "ranges of cells up to XFD1048576, such as A1:F20", got: show(text) });
      continue;
    }
    const key = Object.values(range).join();
    if (seen.has(key)) {
      wrong.push({ message, expected: "each table once", got: `${show(seen.get(key))} and ${show(text)}` });
    }
    seen.set(key, text);
    regions.push(range);
  }
  return regions;
}

/** False for absolute paths and for paths with `..`: a dataset reads no files but its own. */
export function staysInside(fileName: string): boolean {
  return !/^([/\\]|[A-Za-z]:)/.test(fileName) && !fileName.split(/[/\\]/).includes("..");
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : shorten(JSON.stringify(value));
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
