/** Labels of a dataset: `annotations.jsonl`, one line a sheet. */

import { readFileSync } from "node:fs";
import { isRecord } from "../base/plain-object.ts";
import { type Problem, UserError } from "../base/problem.ts";
import { parseRange, type Range } from "../base/range.ts";

/** The tables of one sheet, as its line says. */
export interface Annotation {
  /** The line in the file, from 1. */
  readonly line: number;
  /** Path of the workbook under the dataset's `files` folder, with forward slashes. */
  readonly fileName: string;
  readonly sheetName: string;
  /** `training_set`, `testing_set` or whatever else the dataset says; null where it says nothing. */
  readonly splitCode: string | null;
  /** `label_origin`: who or what made the label; null where the line does not say. */
  readonly origin: string | null;
  /** `confidence`: how sure its maker was; null where the line does not say. */
  readonly confidence: string | null;
  /** In the order of the line; empty for a sheet without tables. */
  readonly regions: readonly Range[];
}

/** Problems shown of one file; of more, the number is told. */
const MAX_PROBLEMS = 50;

const EXAMPLE = '{"file_name": "a.xlsx", "sheet_name": "Sheet1", "table_regions": ["A1:F20"]}';

/**
 * Reads an annotation file; keys that it does not know are passed over.
 *
 * @throws {UserError} With every malformed, repeated or contradictory line; or if the file cannot be read.
 */
export function readAnnotations(path: string): Annotation[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new UserError({ file: path, message: "Cannot read the annotations", got }, { cause });
  }
  return parseAnnotations(text, path);
}

/** `readAnnotations` of a text; `path` is for the messages. */
export function parseAnnotations(text: string, path: string): Annotation[] {
  const { annotations, problems } = inspectAnnotations(text, path);
  if (problems.length > MAX_PROBLEMS) {
    const rest = problems.length - MAX_PROBLEMS;
    problems.length = MAX_PROBLEMS;
    problems.push({ file: path, message: `… and ${rest} more problems` });
  }
  if (problems.length > 0) throw new UserError(problems);
  return annotations;
}

/** The lines that can be used, and what is wrong with the others; `path` is for the messages. */
export function inspectAnnotations(
  text: string,
  path: string,
): { annotations: Annotation[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const annotations: Annotation[] = [];
  const firstLines = new Map<string, number>();
  for (const [index, content] of text
    .replace(/^\ufeff/, "")
    .split("\n")
    .entries()) {
    if (content.trim() === "") continue;
    const line = index + 1;
    const found = parseLine(content, line);
    if ("wrong" in found) {
      problems.push(...found.wrong.map((wrong) => ({ file: path, line, ...wrong })));
      continue;
    }
    const key = JSON.stringify([found.fileName, found.sheetName]);
    const first = firstLines.get(key);
    if (first === undefined) {
      firstLines.set(key, line);
      annotations.push(found);
    } else {
      problems.push({
        file: path,
        line,
        message: "Cannot use a second line about the same sheet",
        expected: "one line a sheet, with all its tables",
        got: `${found.fileName}, sheet ${JSON.stringify(found.sheetName)}, as on line ${first}`,
        fix: `put the regions of both on line ${first} and delete line ${line}`,
      });
    }
  }
  if (problems.length === 0 && annotations.length === 0) {
    const expected = `one line a sheet: ${EXAMPLE}`;
    problems.push({ file: path, message: "Cannot use annotations without any line", expected });
  }
  return { annotations, problems };
}

type Wrong = Pick<Problem, "message" | "expected" | "got" | "fix">;

function parseLine(content: string, line: number): Annotation | { wrong: Wrong[] } {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    value = undefined;
  }
  if (!isRecord(value)) {
    const message = "Cannot read the line as a JSON object";
    return { wrong: [{ message, expected: `one object a line: ${EXAMPLE}`, got: shorten(content.trim()) }] };
  }
  const fields = value;
  const wrong: Wrong[] = [];
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
  const regions = parseRegions(fields.table_regions, wrong);
  if (wrong.length > 0) return { wrong };
  return {
    line,
    fileName: fileName!,
    sheetName: sheetName!,
    splitCode: splitCode as string | null,
    origin: remark(fields.label_origin),
    confidence: remark(fields.confidence),
    regions,
  };
}

/** A key that only groups sheets in reports: whatever else than a text stands there says nothing. */
function remark(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function textField(fields: Record<string, unknown>, name: string, wrong: Wrong[]): string | null {
  const value = fields[name];
  if (typeof value === "string" && value !== "") return value;
  wrong.push({ message: `Cannot use ${name}`, expected: "a text that is not empty", got: show(value) });
  return null;
}

function parseRegions(value: unknown, wrong: Wrong[]): Range[] {
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

/** Absolute paths and those that climb out would let a dataset read files that are none of its own. */
function staysInside(fileName: string): boolean {
  return !/^([/\\]|[A-Za-z]:)/.test(fileName) && !fileName.split(/[/\\]/).includes("..");
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : shorten(JSON.stringify(value));
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
