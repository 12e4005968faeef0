/** The output formats of predictions. */

import { csvLine } from "../base/csv-field.ts";
import type { PredictedTable } from "../base/predicted-table.ts";
import { problemsLine } from "../base/problem-line.ts";
import { formatRange } from "../base/range.ts";
import { roundedScore } from "../base/rounded-score.ts";
import { shownPath } from "../base/system-path.ts";
import type { Maker } from "./maker.ts";
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

/** The format with a name. @param maker What the results depend on; lines of `.jsonl` say it. */
export function predictionFormat(name: FormatName, maker: Maker): PredictionFormat {
  return { text: TEXT, json: JSON_DOCUMENT, jsonl: jsonLines(maker), csv: CSV }[name];
}

const nothing = () => "";

/** For people. Failed workbooks are left out: standard error has their problems. */
const TEXT: PredictionFormat = {
  start: nothing,
  file(file, outcome, index) {
    if (outcome.kind === "failed") return "";
    return `${index > 0 ? "\n" : ""}${[shownPath(file), ...outcome.sheets.flatMap(sheetLines)].join("\n")}\n`;
  },
  end: nothing,
};

function sheetLines({ sheet, tables, ...more }: SheetTables): string[] {
  const remark = remarkOn(more);
  const ending = remark === "" ? "" : ` (${remark})`;
  if (tables.length === 0) return [`  ${sheet}: no table${ending}`];
  const ranges = tables.map(({ range }) => formatRange(range));
  const width = Math.max(...ranges.map((range) => range.length));
  return [
    `  ${sheet}${ending}`,
    ...tables.map(({ score }, at) => `    ${ranges[at]!.padEnd(width)}  ${score.toFixed(2)}`),
  ];
}

/**
 * What a reader has to know about the results for a sheet: that it is hidden, or was not looked at as a
 * whole.
 */
function remarkOn({ hidden, lookedAt }: Pick<SheetTables, "hidden" | "lookedAt">): string {
  const cut = lookedAt === null ? [] : [`only ${formatRange(lookedAt)} was looked at`];
  return [...(hidden ? ["hidden"] : []), ...cut].join("; ");
}

/** One line per workbook. */
function jsonLines(maker: Maker): PredictionFormat {
  return {
    start: nothing,
    file: (file, outcome) => `${JSON.stringify({ ...entry(file, outcome), made_with: maker })}\n`,
    end: nothing,
  };
}

/** One document, which is complete only at its end. */
const JSON_DOCUMENT: PredictionFormat = {
  start: (facts) => `${JSON.stringify(facts).slice(0, -1)},"files":[`,
  file: (file, outcome, index) => `${index > 0 ? "," : ""}\n${JSON.stringify(entry(file, outcome))}`,
  end: () => "\n]}\n",
};

/**
 * One line per table (RFC 4180). A sheet without tables has a line without a range if it was not looked at as
 * a whole, and else none; failed workbooks have none.
 */
const CSV: PredictionFormat = {
  start: () => "file,sheet,range,score,remark\r\n",
  file(file, outcome) {
    if (outcome.kind === "failed") return "";
    return outcome.sheets
      .flatMap(({ sheet, tables, ...more }) => {
        const remark = remarkOn(more);
        if (tables.length === 0) return more.lookedAt === null ? [] : [[file, sheet, "", "", remark]];
        return tables.map(({ range, score }) => [
          file,
          sheet,
          formatRange(range),
          String(roundedScore(score)),
          remark,
        ]);
      })
      .map(csvLine)
      .join("");
  },
  end: nothing,
};

function entry(file: string, outcome: WorkbookOutcome): object {
  if (outcome.kind === "failed")
    return { file, error: problemsLine(outcome.problems, { withExpected: true }) };
  const sheets = outcome.sheets.map(({ sheet, hidden, lookedAt, tables }) => ({
    sheet,
    ...(hidden ? { hidden } : {}),
    ...(lookedAt === null ? {} : { looked_at: formatRange(lookedAt) }),
    tables: tables.map(tableEntry),
  }));
  return { file, sheets };
}

function tableEntry({ range, score }: PredictedTable): object {
  return { range: formatRange(range), score: roundedScore(score) };
}
