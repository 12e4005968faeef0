/** The output formats of predictions. */

import type { PredictedTable } from "../base/predicted-table.ts";
import { problemsLine } from "../base/problem-line.ts";
import { formatRange } from "../base/range.ts";
import type { SheetTables, WorkbookOutcome } from "./workbook-prediction.ts";

export const FORMATS = ["text", "json", "jsonl", "csv"] as const;
export type FormatName = (typeof FORMATS)[number];

/** What all predictions of one command have in common. */
interface PredictionFacts {
  readonly mode: string;
  /** The file of the weights; null if the mode needs none. */
  readonly checkpoint: string | null;
  /** The least score of a table; null without a network. */
  readonly score_threshold: number | null;
}

/** Makes the pieces of a text: `start`, then `file` for each workbook, then `end`. */
export interface PredictionFormat {
  start(facts: PredictionFacts): string;
  /** @param index The number of workbooks written before. */
  file(file: string, outcome: WorkbookOutcome, index: number): string;
  end(): string;
}

/** The format with a name. */
export function predictionFormat(name: FormatName): PredictionFormat {
  return { text: TEXT, json: JSON_DOCUMENT, jsonl: JSON_LINES, csv: CSV }[name];
}

const nothing = () => "";

/** For people. Failed workbooks are left out: standard error has their problems. */
const TEXT: PredictionFormat = {
  start: nothing,
  file(file, outcome, index) {
    if (outcome.kind === "failed") return "";
    return `${index > 0 ? "\n" : ""}${[file, ...outcome.sheets.flatMap(sheetLines)].join("\n")}\n`;
  },
  end: nothing,
};

function sheetLines({ sheet, tables }: SheetTables): string[] {
  if (tables.length === 0) return [`  ${sheet}: no table`];
  const ranges = tables.map(({ range }) => formatRange(range));
  const width = Math.max(...ranges.map((range) => range.length));
  return [
    `  ${sheet}`,
    ...tables.map(({ score }, at) => `    ${ranges[at]!.padEnd(width)}  ${score.toFixed(2)}`),
  ];
}

/** One line per workbook. */
const JSON_LINES: PredictionFormat = {
  start: nothing,
  file: (file, outcome) => `${JSON.stringify(entry(file, outcome))}\n`,
  end: nothing,
};

/** One document, which is complete only at its end. */
const JSON_DOCUMENT: PredictionFormat = {
  start: (facts) => `${JSON.stringify(facts).slice(0, -1)},"files":[`,
  file: (file, outcome, index) => `${index > 0 ? "," : ""}\n${JSON.stringify(entry(file, outcome))}`,
  end: () => "\n]}\n",
};

/** One line per table (RFC 4180). Sheets without tables and failed workbooks have no line. */
const CSV: PredictionFormat = {
  start: () => "file,sheet,range,score\r\n",
  file(file, outcome) {
    if (outcome.kind === "failed") return "";
    return outcome.sheets
      .flatMap(({ sheet, tables }) =>
        tables.map(({ range, score }) => [file, sheet, formatRange(range), String(rounded(score))]),
      )
      .map((fields) => `${fields.map(quoted).join(",")}\r\n`)
      .join("");
  },
  end: nothing,
};

function entry(file: string, outcome: WorkbookOutcome): object {
  if (outcome.kind === "failed")
    return { file, error: problemsLine(outcome.problems, { withExpected: true }) };
  const sheets = outcome.sheets.map(({ sheet, tables }) => ({ sheet, tables: tables.map(tableEntry) }));
  return { file, sheets };
}

function tableEntry({ range, score }: PredictedTable): object {
  return { range: formatRange(range), score: rounded(score) };
}

/** Rounds a score to four digits. */
function rounded(score: number): number {
  return Math.round(score * 1e4) / 1e4;
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
