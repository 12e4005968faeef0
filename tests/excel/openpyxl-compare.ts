/**
 * Compares what this project reads from workbooks with what openpyxl reads, cell by cell. Differences are of
 * two sorts: explained (the kinds of docs/excel.md, each with a test of its own here) and unexplained (none,
 * it is hoped).
 *
 * usage: bun tests/excel/openpyxl-compare.ts FILE.xlsx ...
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { columnName, formatRange } from "../../core/base/range.ts";
import { cellFormula, cellStyle, cellText, cellValue } from "../../core/excel/cell.ts";
import type { Color } from "../../core/excel/color.ts";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import { MERGE_FIELDS } from "../../core/excel/sheet-scanner.ts";
import type { CellStyle } from "../../core/excel/styles.ts";
import type { Sheet } from "../../core/excel/workbook.ts";

type PeerColor = [kind: string, value: string | number, tint: number] | null;
type PeerStyle = [
  numberFormat: string,
  bold: boolean,
  strike: boolean,
  size: number | null,
  color: PeerColor,
  fill: [pattern: string, foreground: PeerColor, background: PeerColor],
  border: [left: string | null, right: string | null, top: string | null, bottom: string | null],
  locked: boolean,
  hidden: boolean,
];
type PeerCell = [
  row: number,
  column: number,
  style: number,
  type: string,
  value: unknown,
  formula: string | null,
];
interface PeerSheet {
  name: string;
  state: string;
  cells: PeerCell[];
  merges: string[];
  tables: [ref: string, headerRows: number][];
  comments: [row: number, column: number, text: string][];
}
type PeerLine = { file: string; error: string } | { file: string; styles: PeerStyle[]; sheets: PeerSheet[] };

/** What a comparison found. */
export interface Comparison {
  files: number;
  sheets: number;
  cells: number;
  /** Files that openpyxl cannot read, with its reason. */
  readonly peerErrors: Map<string, string>;
  /** By kind, how often. */
  readonly explained: Map<string, number>;
  readonly unexplained: string[];
}

/** Where Debian keeps the Python that has openpyxl. */
export const PYTHON = "/usr/bin/python3";

/** True where openpyxl can be asked. */
export function hasOpenpyxl(): boolean {
  try {
    return Bun.spawnSync([PYTHON, "-c", "import openpyxl"], { stderr: "ignore" }).exitCode === 0;
  } catch {
    return false;
  }
}

/** Compares workbooks, one after the other. */
export async function compareWithOpenpyxl(paths: readonly string[]): Promise<Comparison> {
  const result: Comparison = {
    files: 0,
    sheets: 0,
    cells: 0,
    peerErrors: new Map(),
    explained: new Map(),
    unexplained: [],
  };
  const script = join(import.meta.dir, "openpyxl_dump.py");
  for await (const line of jsonLines<PeerLine>([PYTHON, script, ...paths])) await compareFile(line, result);
  return result;
}

/** Runs a program and gives its output, a JSON value a line. */
export async function* jsonLines<T>(command: string[]): AsyncGenerator<T> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  for await (const chunk of Bun.spawn(command, { stderr: "inherit" }).stdout) {
    const [first, ...rest] = decoder.decode(chunk, { stream: true }).split("\n");
    pieces.push(first!);
    for (const piece of rest) {
      yield JSON.parse(pieces.join("")) as T;
      pieces = [piece];
    }
  }
}

async function compareFile(peer: PeerLine, result: Comparison): Promise<void> {
  if ("error" in peer) {
    result.peerErrors.set(peer.file, peer.error);
    return;
  }
  result.files++;
  const workbook = await readWorkbook(peer.file);
  const report = new Report(peer.file, result);
  const names = workbook.sheets.map(({ name }) => name);
  const shared = peer.sheets.filter(({ name, cells }) => {
    const isDialog = !names.includes(name) && cells.length === 0;
    if (isDialog) report.explained("dialog sheet: openpyxl has an empty worksheet for it");
    return !isDialog;
  });
  report.same(
    "sheets",
    names,
    shared.map(({ name }) => name),
  );
  for (const theirs of shared) {
    const ours = workbook.sheets.find(({ name }) => name === theirs.name);
    if (ours) new SheetComparison(ours, theirs, peer.styles, report).run();
  }
}

class Report {
  readonly #file: string;
  readonly result: Comparison;
  /** True if the archive names a part with threads of comments. */
  readonly hasThreads: boolean;

  constructor(file: string, result: Comparison) {
    this.#file = file;
    this.result = result;
    this.hasThreads = readFileSync(file).includes("xl/threadedComments/");
  }

  same(place: string, ours: unknown, theirs: unknown): void {
    if (Bun.deepEquals(ours, theirs)) return;
    this.unexplained(place, ours, theirs);
  }

  unexplained(place: string, ours: unknown, theirs: unknown): void {
    this.result.unexplained.push(
      `${this.#file} ${place}: ours ${JSON.stringify(ours)?.slice(0, 200)}, openpyxl's ${JSON.stringify(theirs)?.slice(0, 200)}`,
    );
  }

  explained(kind: string): void {
    this.result.explained.set(kind, (this.result.explained.get(kind) ?? 0) + 1);
  }
}

class SheetComparison {
  readonly #ours: Sheet;
  readonly #theirs: PeerSheet;
  readonly #styles: PeerStyle[];
  readonly #report: Report;
  /** By position, the cell of ours that counts. */
  readonly #cells = new Map<number, number>();
  readonly #covered: (row: number, column: number) => boolean;
  readonly #styleMemo = new Map<string, [place: string, ours: unknown, theirs: unknown][]>();

  constructor(ours: Sheet, theirs: PeerSheet, styles: PeerStyle[], report: Report) {
    this.#ours = ours;
    this.#theirs = theirs;
    this.#styles = styles;
    this.#report = report;
    for (let cell = 0; cell < ours.cells.length; cell++) {
      this.#cells.set(ours.cells.rows[cell]! * 16_384 + ours.cells.columns[cell]! - 1, cell);
    }
    const { merges } = ours;
    this.#covered = (row, column) => {
      for (let at = 0; at < merges.length; at += MERGE_FIELDS) {
        const inside = row >= merges.at(at) && row <= merges.at(at + 2);
        if (!inside || column < merges.at(at + 1) || column > merges.at(at + 3)) continue;
        if (row !== merges.at(at) || column !== merges.at(at + 1)) return true;
      }
      return false;
    };
  }

  run(): void {
    const { name } = this.#theirs;
    const report = this.#report;
    report.result.sheets++;
    report.same(`${name} state`, this.#ours.state, this.#theirs.state);
    const merges: string[] = [];
    for (let at = 0; at < this.#ours.merges.length; at += MERGE_FIELDS) {
      const [top, left, bottom, right] = [0, 1, 2, 3].map((field) => this.#ours.merges.at(at + field));
      merges.push(formatRange({ top: top!, left: left!, bottom: bottom!, right: right! }));
    }
    report.same(
      `${name} merges`,
      merges.sort(),
      this.#theirs.merges.filter((ref) => ref.includes(":")).sort(),
    );
    const tables = this.#ours.tables.map(({ range, headerRows }) => [formatRange(range), headerRows]);
    report.same(`${name} tables`, tables.sort(), this.#theirs.tables);
    this.#compareComments();
    for (const cell of this.#theirs.cells) this.#compareCell(cell);
    for (const [position, cell] of this.#cells) {
      if (cellValue(this.#ours, cell).type === "blank" && !this.#ours.cells.hasFormula(cell)) continue;
      const row = Math.floor(position / 16_384);
      const column = (position % 16_384) + 1;
      report.unexplained(this.#address(row, column), cellText(this.#ours, cell), "no cell");
    }
  }

  #address(row: number, column: number): string {
    return `${this.#theirs.name}!${columnName(column)}${row}`;
  }

  #compareComments(): void {
    const ours = this.#ours.comments.map(({ row, column, text }) => [row, column, text] as const);
    const byPlace = new Map(ours.map(([row, column, text]) => [`${row} ${column}`, text]));
    for (const [row, column, text] of this.#theirs.comments) {
      const place = `${row} ${column}`;
      const mine = byPlace.get(place);
      if (mine !== text)
        this.#report.unexplained(`${this.#address(row, column)} comment`, mine ?? null, text);
      byPlace.delete(place);
    }
    for (const [place, text] of byPlace) {
      const [row, column] = place.split(" ").map(Number);
      if (this.#report.hasThreads)
        this.#report.explained("thread of comments without a note: none in openpyxl");
      else this.#report.unexplained(`${this.#address(row!, column!)} comment`, text, null);
    }
  }

  #compareCell([row, column, style, type, value, formula]: PeerCell): void {
    this.#report.result.cells++;
    const position = row * 16_384 + column - 1;
    const cell = this.#cells.get(position);
    this.#cells.delete(position);
    const place = this.#address(row, column);
    if (cell === undefined) {
      if (type !== "blank") this.#report.unexplained(place, "no cell", value);
      return;
    }
    if (this.#covered(row, column)) {
      const hasValue = cellValue(this.#ours, cell).type !== "blank" || this.#ours.cells.hasFormula(cell);
      if (hasValue) this.#report.explained("value under a merged range");
      return;
    }
    this.#compareValue(place, cell, type, value, formula);
    const key = `${this.#ours.cells.styles[cell]} ${style}`;
    let differences = this.#styleMemo.get(key);
    if (!differences) {
      differences = styleDifferences(cellStyle(this.#ours, cell), this.#styles[style]!);
      this.#styleMemo.set(key, differences);
    }
    for (const [what, mine, peer] of differences) {
      const kind = this.#explainStyle(cell, what, mine, peer);
      if (kind !== null) this.#report.explained(kind);
      else this.#report.unexplained(`${place} ${what}`, mine, peer);
    }
  }

  #explainStyle(cell: number, what: string, mine: unknown, peer: unknown): string | null {
    const { rows, columns } = this.#ours.cells;
    if (what === "border" && this.#isMergedAnchor(rows[cell]!, columns[cell]!)) {
      if (addsOnly(mine as Edges, peer as Edges)) {
        return "border of a merged range's first cell: openpyxl adds those of its last cell";
      }
    }
    if (what === "number format" && mine === "yyyy/m/d" && peer === "General") {
      return "built-in East Asian date format: openpyxl takes it for General";
    }
    if (what === "font colour" && mine === null && cellStyle(this.#ours, cell).font.name === null) {
      return "workbook without fonts: openpyxl has defaults of its own";
    }
    if (
      what.startsWith("f") &&
      what !== "fill pattern" &&
      isSixDigits(mine as PeerColor, peer as PeerColor)
    ) {
      return "colour of six digits: opaque here, transparent in openpyxl";
    }
    return null;
  }

  #isMergedAnchor(row: number, column: number): boolean {
    const { merges } = this.#ours;
    for (let at = 0; at < merges.length; at += MERGE_FIELDS) {
      if (merges.at(at) === row && merges.at(at + 1) === column) return true;
    }
    return false;
  }

  #compareValue(place: string, cell: number, type: string, value: unknown, formula: string | null): void {
    const report = this.#report;
    const ours = cellValue(this.#ours, cell);
    const expression = cellFormula(this.#ours, cell);
    if (expression !== formula) report.unexplained(`${place} formula`, expression, formula);
    if (type === "duration" && ours.type === "number") {
      report.explained("number with an elapsed-time format: openpyxl makes a timedelta of it");
      return;
    }
    if (type === "date" && ours.type === "number" && ours.value < 0) {
      report.explained("negative number with a date format: a number here, a date before 1900 in openpyxl");
      return;
    }
    if (type === "blank" && ours.type === "text" && ours.value === "") {
      report.explained("empty string: None in openpyxl");
      return;
    }
    if (ours.type === "blank" && formula === null && LINK.test(String(value))) {
      report.explained("empty cell with a hyperlink: openpyxl puts the address into it");
      return;
    }
    if (ours.type === "text" && type === "text" && unescaped(String(value)) === ours.value) {
      if (ours.value !== value) report.explained("escaped character (_x0001_): openpyxl keeps the escape");
      return;
    }
    const theirs = type === "blank" ? null : value;
    let mine: unknown = ours.type === "blank" ? null : ours.value;
    if (type === "date") mine = cellText(this.#ours, cell);
    if (!Object.is(mine, theirs) && !(mine === 0 && theirs === 0)) {
      report.unexplained(`${place} value (${ours.type}, ${type})`, mine, theirs);
    } else if (ours.type !== type && !(type === "date" && ours.type === "number")) {
      report.unexplained(`${place} type`, ours.type, type);
    }
  }
}

/** An address, or a place in the workbook: `Contents!A1`. */
const LINK = /^(?:(?:https?|mailto|file|ftp):|(?:'[^']+'|[^!]+)!\$?[A-Z]{1,3}\$?\d+)/;

/** The text with its escapes read: `_x0001_` stands for U+0001. (ECMA-376 part 1, 22.9.2.19) */
function unescaped(text: string): string {
  return text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

type Edges = (string | null)[];

/** True where openpyxl has right and bottom edges that we lack, and the others are the same. */
function addsOnly(ours: Edges, theirs: Edges): boolean {
  return ours.every((edge, i) => edge === theirs[i] || (i % 2 === 1 && theirs[i] !== null));
}

/** True for the same colour with alpha FF here and 00 there. */
function isSixDigits(ours: PeerColor, theirs: PeerColor): boolean {
  if (ours?.[0] !== "rgb" || theirs?.[0] !== "rgb") return false;
  const [mine, peer] = [String(ours[1]), String(theirs[1])];
  return mine.startsWith("FF") && peer.startsWith("00") && mine.slice(2) === peer.slice(2);
}

function styleDifferences(ours: CellStyle, theirs: PeerStyle): [string, unknown, unknown][] {
  const [numberFormat, bold, strike, size, color, [pattern, foreground, background], border, locked, hidden] =
    theirs;
  const { font, fill } = ours;
  const edges = [ours.border.left, ours.border.right, ours.border.top, ours.border.bottom];
  const pairs: [string, unknown, unknown][] = [
    ["number format", ours.numberFormat, numberFormat],
    ["bold", font.bold, bold],
    ["strike", font.strike, strike],
    ["size", font.size, size],
    ["font colour", peerColor(font.color), color],
    ["fill pattern", fill.pattern, pattern],
    ["border", edges, border],
    ["locked", ours.locked, locked],
    ["hidden", ours.hidden, hidden],
  ];
  if (fill.pattern !== "gradient" && pattern !== "none") {
    const unset: PeerColor = ["rgb", "00000000", 0]; // what openpyxl has where the file names no colour
    pairs.push(["fill foreground", peerColor(fill.foreground) ?? unset, foreground]);
    pairs.push(["fill background", peerColor(fill.background) ?? unset, background]);
  }
  return pairs.filter(([, mine, peer]) => !Bun.deepEquals(mine, peer));
}

function peerColor(color: Color | null): PeerColor {
  if (color === null) return null;
  const value = color.kind === "rgb" ? color.value.toString(16).toUpperCase().padStart(8, "0") : color.value;
  return [color.kind, value, color.tint];
}

if (import.meta.main) {
  const result = await compareWithOpenpyxl(process.argv.slice(2));
  console.log(`${result.files} files, ${result.sheets} sheets, ${result.cells} cells`);
  for (const [file, error] of result.peerErrors) console.log(`openpyxl cannot read ${file}: ${error}`);
  for (const [kind, count] of result.explained) console.log(`explained: ${kind}: ${count}`);
  for (const line of result.unexplained) console.log(line);
  console.log(`${result.unexplained.length} unexplained differences`);
  process.exitCode = result.unexplained.length === 0 ? 0 : 1;
}
