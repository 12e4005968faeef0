/** Predicted tables of labelled sheets, read from a file of lines of JSON. */

import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { plainName } from "../../base/plain-name.ts";
import { isRecord } from "../../base/plain-object.ts";
import type { PredictedTable } from "../../base/predicted-table.ts";
import { type Problem, UserError } from "../../base/problem.ts";
import { parseRange } from "../../base/range.ts";
import { withoutMark } from "../annotation-bytes.ts";

const EXAMPLE =
  '{"file_name": "a.xlsx", "sheet_name": "Sheet1", "tables": [{"range": "A1:F20", "score": 0.97}]}';

/** The most problems that are listed for one file. The rest is counted. */
const MOST_PROBLEMS = 20;

/** The predicted tables of sheets. */
export class PredictedLabels {
  /** By `plainKey`: the tables of sheets whose names differ in case and surrounding blanks alone. */
  readonly #sheets = new Map<string, Map<string, readonly PredictedTable[]>>();

  /**
   * The tables of the sheet with this name, else of the only one whose name differs in case and surrounding
   * blanks alone; undefined if nothing is known about it.
   */
  get(fileName: string, sheetName: string): readonly PredictedTable[] | undefined {
    const alike = this.#sheets.get(plainKey(fileName, sheetName));
    const [first, ...others] = alike?.values() ?? [];
    return alike?.get(sheetName) ?? (others.length === 0 ? first : undefined);
  }

  set(fileName: string, sheetName: string, tables: readonly PredictedTable[]): void {
    const key = plainKey(fileName, sheetName);
    const alike = this.#sheets.get(key) ?? new Map<string, readonly PredictedTable[]>();
    this.#sheets.set(key, alike.set(sheetName, tables));
  }
}

function plainKey(fileName: string, sheetName: string): string {
  return JSON.stringify([posix.normalize(fileName), plainName(sheetName)]);
}

/**
 * Reads a file of predictions: `fold-predictions.jsonl` of a training with folds, or the proposals of
 * `data label`.
 *
 * @throws {UserError} If the file cannot be read, or with every line that is malformed.
 */
export function readPredictedLabels(path: string): PredictedLabels {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const message = "Cannot read the predictions";
    throw new UserError({ file: path, message, got: (cause as Error).message }, { exitCode: 2, cause });
  }
  return parsePredictedLabels(text.split("\n"), path);
}

/** As `readPredictedLabels`, of its lines. @param path For the messages. */
export function parsePredictedLabels(lines: readonly string[], path: string): PredictedLabels {
  const found = new PredictedLabels();
  const problems: Problem[] = [];
  for (const [index, text] of lines.entries()) {
    const line = index === 0 ? withoutMark(text) : text;
    if (line.trim() === "") continue;
    const sheet = parseLine(line);
    if (sheet !== null) found.set(sheet.fileName, sheet.sheetName, sheet.tables);
    else {
      const got = line.length > 80 ? `${line.slice(0, 79)}…` : line;
      problems.push({
        file: path,
        line: index + 1,
        message: "Cannot use a prediction",
        expected: EXAMPLE,
        got,
      });
    }
  }
  if (problems.length > MOST_PROBLEMS) {
    const rest = problems.length - MOST_PROBLEMS;
    problems.length = MOST_PROBLEMS;
    problems.push({ file: path, message: `… and ${rest} more lines` });
  }
  if (problems.length > 0) throw new UserError(problems, { exitCode: 2 });
  return found;
}

interface SheetPrediction {
  readonly fileName: string;
  readonly sheetName: string;
  readonly tables: readonly PredictedTable[];
}

function parseLine(line: string): SheetPrediction | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (!isRecord(value)) return null;
  const { file_name: fileName, sheet_name: sheetName } = value;
  // Lines of data label leave the key out where nothing is proposed.
  const listed = value.tables ?? value.proposed ?? ("table_regions" in value ? [] : null);
  if (typeof fileName !== "string" || typeof sheetName !== "string" || !Array.isArray(listed)) return null;
  const tables: PredictedTable[] = [];
  for (const each of listed) {
    if (!isRecord(each) || typeof each.range !== "string") return null;
    const range = parseRange(each.range);
    // Connected blocks have no score: they are never confident.
    const score = each.score === null ? 0 : each.score;
    if (range === null || typeof score !== "number" || !(score >= 0 && score <= 1)) return null;
    tables.push({ range, score });
  }
  return { fileName, sheetName, tables };
}
