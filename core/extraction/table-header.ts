/**
 * Tells how many header rows and header columns a table has, from its cells alone, for predictions that do
 * not say it. docs/extraction.md describes the rule and how often it is right.
 */

import type { Range } from "../base/range.ts";
import { cellStyle } from "../excel/cell.ts";
import type { Sheet } from "../excel/workbook.ts";
import { TableRows } from "./table-rows.ts";
import { storedValue, type TableValue } from "./table-value.ts";

/** Lines at the start of a table that name what the others hold. */
export interface TableHeader {
  readonly rows: number;
  readonly columns: number;
}

/** Rows from the top that are looked at; columns from the left. */
const LOOKED_ROWS = 96;
const LOOKED_COLUMNS = 256;
/** The most header rows and columns that a table is said to have. */
const MOST_ROWS = 16;
const MOST_COLUMNS = 6;
/** A column or row counts as one of a kind if this share of its filled cells is. */
const MAJORITY = 0.6;

/** What a cell means for the rule. A gap is a sign for a missing value: `-`, `..`, `(NA)`. */
type Kind = "blank" | "text" | "number" | "year" | "gap";

/** What a row of the table looks like. */
interface Look {
  readonly kinds: readonly Kind[];
  readonly texts: readonly string[];
  /** Bold and fill of its filled cells, as one text, if most of them share it. */
  readonly style: string;
}

/**
 * The rule. A column is numeric if most filled cells in the lower half of the rows that are looked at are
 * numbers, dates, truth values or signs for missing values. The header rows end above the first row that has
 * at least as many numbers as texts in the numeric columns; years above a column of other numbers count as
 * texts. Without a numeric column, the header is the leading rows of a style of their own, or else the first
 * row if it is full of different short texts that do not come again. Where most columns are numeric, the
 * header columns are those before the first numeric one, and codes and units that follow them by their
 * names; a first column of years counts too.
 */
export function guessHeader(sheet: Sheet, range: Range): TableHeader {
  const looks = readLooks(sheet, range);
  if (looks.length < 2) return { rows: 0, columns: 0 };
  const rows = headerRows(looks);
  return { rows, columns: headerColumns(looks.slice(0, rows), looks.slice(rows)) };
}

function readLooks(sheet: Sheet, range: Range): Look[] {
  const right = Math.min(range.right, range.left + LOOKED_COLUMNS - 1);
  const bottom = Math.min(range.bottom, range.top + LOOKED_ROWS - 1);
  const looks: Look[] = [];
  for (const cells of new TableRows(sheet, { ...range, right, bottom }, "fill").rows()) {
    const values = Array.from(cells, (cell) => storedValue(sheet, cell));
    const styles = Array.from(cells, (cell, column) =>
      values[column] === null ? null : styleOf(sheet, cell),
    );
    looks.push({
      kinds: values.map(kindOf),
      texts: values.map((value) => (typeof value === "string" ? value.trim() : "")),
      style: mostCommon(styles.filter((style) => style !== null)),
    });
  }
  return looks;
}

const YEAR = /^(1[5-9]|20)\d\d(\s*[-/–]\s*\d{2}(\d\d)?)?\.?$/;
/** Numbers that are stored as texts. With more than digits, as in `(1,000)`, they are rather units. */
const NUMERAL = /^-?\d+(\.\d+)?$/;
/** Signs for missing values, as statistics use them, and texts without a letter or digit. */
const GAP = /^(\W*|\(?(n\/?a|nan|null|none|x|d|s|z|b|\(\w{1,2}\))\)?)$/i;

function kindOf(value: TableValue): Kind {
  if (value === null) return "blank";
  if (typeof value === "number") {
    return Number.isInteger(value) && value >= 1500 && value < 2100 ? "year" : "number";
  }
  if (typeof value !== "string") return "number";
  const text = value.trim();
  if (text === "") return "blank";
  if (YEAR.test(text)) return "year";
  if (NUMERAL.test(text)) return "number";
  return GAP.test(text) ? "gap" : "text";
}

function styleOf(sheet: Sheet, cell: number): string {
  const { font, fill } = cellStyle(sheet, cell);
  const color = fill.foreground === null ? "" : JSON.stringify(fill.foreground);
  return `${font.bold ? "bold" : ""}/${fill.pattern === "none" ? "" : fill.pattern + color}`;
}

function mostCommon(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most === undefined || most[1] < texts.length * MAJORITY ? "" : most[0];
}

function headerRows(looks: readonly Look[]): number {
  const body = looks.slice(Math.floor(looks.length / 2));
  const columns = looks[0]!.kinds.map((_, column) => columnKind(body, column));
  const most = Math.min(MOST_ROWS, looks.length - 1);
  if (!columns.some((kind) => kind === "number" || kind === "year")) return textHeaderRows(looks, body, most);
  let rows = 0;
  for (let row = 0; row < most; row++) {
    const votes = rowVotes(looks[row]!, columns);
    if (votes.numbers > 0 && votes.numbers >= votes.texts) return rows;
    if (votes.texts > 0) rows = row + 1;
  }
  // Rows of texts without an end are no header.
  return rows === most && most === MOST_ROWS ? 1 : rows;
}

/** The kind of most filled cells of a column; null if no kind has the majority. */
function columnKind(body: readonly Look[], column: number): "number" | "year" | "text" | null {
  const counts = { blank: 0, text: 0, number: 0, year: 0, gap: 0 };
  for (const { kinds } of body) counts[kinds[column]!]++;
  const filled = counts.text + counts.number + counts.year + counts.gap;
  if (filled === 0) return null;
  if (counts.text >= filled * MAJORITY) return "text";
  if (counts.number + counts.year === 0 || filled - counts.text < filled * MAJORITY) return null;
  return counts.year >= (filled - counts.gap) * MAJORITY ? "year" : "number";
}

/** How many cells of a row say that it belongs to the body, and how many that it is a header. */
function rowVotes({ kinds }: Look, columns: readonly (string | null)[]): { numbers: number; texts: number } {
  let numbers = 0;
  let texts = 0;
  for (const [column, kind] of kinds.entries()) {
    if (columns[column] !== "number" && columns[column] !== "year") continue;
    if (kind === "text" || (kind === "year" && columns[column] === "number")) texts++;
    else if (kind === "number" || kind === "year") numbers++;
  }
  return { numbers, texts };
}

/** Longer texts in the first row are rather content than names. */
const LONGEST_NAME = 60;
/** Tables of texts rarely have more header rows. */
const MOST_TEXT_ROWS = 4;

function textHeaderRows(looks: readonly Look[], body: readonly Look[], most: number): number {
  const usual = mostCommon(body.map(({ style }) => style));
  const own = looks[0]!.style;
  let rows = 0;
  while (rows < most && looks[rows]!.style === own) rows++;
  if (own !== "" && own !== usual && rows <= MOST_TEXT_ROWS && rows < most) return rows;
  return hasNames(looks) ? 1 : 0;
}

/** Whether the first row is full of different short texts that do not come again below it. */
function hasNames([first, ...others]: readonly Look[]): boolean {
  const { kinds, texts } = first!;
  return (
    kinds.every((kind) => kind === "text") &&
    texts.every((text) => text.length <= LONGEST_NAME) &&
    new Set(texts).size === texts.length &&
    others.every((other) => other.texts.every((text, column) => text !== texts[column]))
  );
}

/** Names of columns whose numbers are labels: codes, units, identifiers. */
const CODE_NAME = /\b(codes?|fips|naics|isic|units?|id|ids)\b/i;

function headerColumns(header: readonly Look[], body: readonly Look[]): number {
  const width = body[0]?.kinds.length ?? 0;
  const columns = Array.from({ length: width }, (_, column) => columnKind(body, column));
  const isNumeric = (kind: string | null) => kind === "number" || kind === "year";
  const numeric = columns.filter(isNumeric).length;
  if (numeric * 2 <= width) return 0;
  if (columns[0] === "year" && numeric === width && width > 1) return 1;
  let labels = 0;
  for (let column = 0; column < Math.min(width, MOST_COLUMNS); column++) {
    const isCode = labels > 0 && header.some(({ texts }) => CODE_NAME.test(texts[column]!));
    if (isNumeric(columns[column]!) && !isCode) break;
    if (columns[column] !== null) labels = column + 1;
  }
  return labels;
}
