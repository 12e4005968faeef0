/** Reads rows of a table as Markdown, as many as fit into a number of tokens. */

import { usageError } from "../base/problem.ts";
import type { NamedBytes } from "../excel/byte-source.ts";
import { raisedLimits } from "../excel/read-limits.ts";
import { openWorkbook } from "../excel/read-workbook.ts";
import { ExtractedTable } from "../extraction/extracted-table.ts";
import { markdownHead, markdownRows } from "../extraction/markdown-table.ts";
import type { PageOptions, TablePage } from "./library-types.ts";
import { namedRange, namedSheet } from "./named-place.ts";

export type MarkdownPageOptions = Omit<PageOptions, "signal">;

const USUAL_TOKENS = 4000;
/** Room for the head, the line below it, and a row. */
const LEAST_TOKENS = 50;
/** Texts are cut to these lengths, one after the other, until a row fits; then columns are left out. */
const CUT_LENGTHS = [400, 200, 100, 50, 25, 12] as const;

/**
 * The page that begins with a row. It has at least one row, if need be with cut texts and fewer columns.
 *
 * @throws {WorkbookError} If the workbook cannot be read.
 * @throws {UserError} Exit code 2, if there is no such sheet, range or row.
 */
export async function markdownPage(
  source: string | NamedBytes,
  limits: number,
  { sheet: name, range, firstRow = 1, maxTokens = USUAL_TOKENS, ...options }: MarkdownPageOptions,
): Promise<TablePage> {
  if (!(maxTokens >= LEAST_TOKENS)) {
    throw wrong("maxTokens", `a number from ${LEAST_TOKENS}`, String(maxTokens));
  }
  const area = namedRange(range);
  const workbook = await openWorkbook(source, raisedLimits(limits));
  try {
    const entry = namedSheet(workbook.file, workbook.entries, name);
    const sheet = await workbook.readSheet(workbook.entries.indexOf(entry));
    const table = new ExtractedTable(sheet, { range: area }, options);
    const rows = table.height - table.headerRows;
    if (!Number.isInteger(firstRow) || firstRow < 1 || firstRow > Math.max(1, rows)) {
      throw wrong("firstRow", `a row of the table, from 1 to ${Math.max(1, rows)}`, String(firstRow));
    }
    return pageOf(table, { firstRow, maxTokens, rows });
  } finally {
    workbook.close();
  }
}

/**
 * How many tokens a text is taken for: a quarter per letter and blank, a half per digit and other ASCII
 * character, and one per character of other alphabets. Language models take fewer for most texts.
 */
export function estimatedTokens(text: string): number {
  let quarters = 0;
  for (const character of text) quarters += quartersOf(character);
  return Math.ceil(quarters / 4);
}

/** The text, or its start with `…` behind it if it has more tokens. */
export function textWithin(maxTokens: number, text: string): string {
  if (estimatedTokens(text) <= maxTokens) return text;
  let room = maxTokens * 4 - quartersOf("…");
  let end = 0;
  for (const character of text) {
    room -= quartersOf(character);
    if (room < 0) break;
    end += character.length;
  }
  return `${text.slice(0, end)}…`;
}

function quartersOf(character: string): number {
  if (/[A-Za-z\s]/.test(character)) return 1;
  return character.codePointAt(0)! < 128 ? 2 : 4;
}

function pageOf(
  table: ExtractedTable,
  { firstRow, maxTokens, rows }: { firstRow: number; maxTokens: number; rows: number },
): TablePage {
  const [header, divider] = markdownHead(table).trimEnd().split("\n") as [string, string];
  const head = [header, divider];
  const lines: string[] = [];
  let room = maxTokens - estimatedTokens(`${header}\n${divider}\n`);
  for (const line of markdownRows(table, firstRow - 1)) {
    const tokens = estimatedTokens(line);
    if (tokens > room) break;
    room -= tokens;
    lines.push(line.trimEnd());
  }
  const isCut = room < 0 || (lines.length === 0 && rows > 0);
  if (isCut) {
    lines.length = 0;
    const first = rows > 0 ? markdownRows(table, firstRow - 1).next().value : undefined;
    const cut = cutToFit([header, divider, ...(first === undefined ? [] : [first.trimEnd()])], maxTokens);
    head.splice(0, 2, ...cut.slice(0, 2));
    lines.push(...cut.slice(2));
  }
  const markdown = [...head, ...lines].map((line) => `${line}\n`).join("");
  return { markdown, firstRow, lastRow: firstRow - 1 + lines.length, rows, isCut };
}

/** Lines of a table with shorter texts, and if these do not suffice with fewer columns. */
function cutToFit(lines: readonly string[], maxTokens: number): string[] {
  const fields = lines.map(fieldsOf);
  const fits = (cut: readonly string[]) =>
    estimatedTokens(cut.map((line) => `${line}\n`).join("")) <= maxTokens;
  for (const length of CUT_LENGTHS) {
    const cut = fields.map((row) => lineOf(row.map((field) => shortened(field, length))));
    if (fits(cut)) return cut;
  }
  const shortest = fields.map((row) => row.map((field) => shortened(field, CUT_LENGTHS.at(-1)!)));
  let [least, most] = [1, fields[0]!.length];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (fits(shortest.map((row) => lineOf(row.slice(0, middle))))) least = middle;
    else most = middle - 1;
  }
  return shortest.map((row) => lineOf(row.slice(0, least)));
}

/** The fields of a line of Markdown, in which a bar of a text has a backslash before it. */
function fieldsOf(line: string): string[] {
  return line.slice(2, -2).split(" | ");
}

function lineOf(fields: readonly string[]): string {
  return `| ${fields.join(" | ")} |`;
}

function shortened(field: string, length: number): string {
  const characters = [...field];
  if (characters.length <= length) return field;
  // A backslash at the end would take the bar behind it for a part of the text.
  return `${characters
    .slice(0, length - 1)
    .join("")
    .replace(/\\+$/, "")}…`;
}

function wrong(option: string, expected: string, got: string): Error {
  return usageError({ message: `Cannot use the option ${option}`, expected, got });
}
