/**
 * Reads comma-separated values as a sheet without styles (RFC 4180, and the variants of Excel and
 * other programs).
 */

import { isUtf8 } from "node:buffer";
import { MAX_COLUMN, MAX_ROW } from "../base/range.ts";
import type { ByteSource } from "./byte-source.ts";
import { CellKind, CellTable, FormulaTable, IntegerList, UNKNOWN_NUMERAL } from "./cell-table.ts";
import { OFFICE_THEME } from "./color.ts";
import type { ReadLimits } from "./read-limits.ts";
import { defaultStyles } from "./styles.ts";
import { TextTable } from "./text-table.ts";
import type { OpenWorkbook, Sheet } from "./workbook.ts";
import { WorkbookError } from "./workbook-error.ts";

/** The largest text that is read: it is held in memory as a whole. */
const MAX_CSV_BYTES = 256 * 2 ** 20;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Opens a text as a workbook with one sheet, which has the name of the file. The separator is whichever of
 * comma, semicolon, tab and bar the first lines use most. The encoding is UTF-8, or UTF-16 with a byte order
 * mark, or else Windows-1252.
 *
 * @throws {WorkbookError} If the text is larger than 256 MiB, or than a sheet can be.
 */
export function readCsv(source: ByteSource, limits: ReadLimits): OpenWorkbook {
  const { name: file } = source;
  if (source.size > Math.min(MAX_CSV_BYTES, limits.maxTotalBytes)) {
    throw new WorkbookError("too-large", {
      file,
      reason: "the text is larger than 256 MiB",
      fix: "split it",
    });
  }
  const text = decode(source.read(0, source.size));
  const sheet = new CsvSheet(file, limits);
  forEachField(text, separatorOf(text), (row, column, value) => sheet.add(row, column, value));
  source.close();
  const result = sheet.finish();
  return {
    file,
    entries: [{ name: result.name, state: "visible", part: null }],
    readSheet: () => Promise.resolve(result),
    close: () => {},
  };
}

class CsvSheet {
  readonly #file: string;
  readonly #limits: ReadLimits;
  readonly #cells = new CellTable();
  readonly #texts = new TextTable();
  #height = 0;
  #width = 0;
  #nonEmpty = 0;

  constructor(file: string, limits: ReadLimits) {
    this.#file = file;
    this.#limits = limits;
  }

  add(row: number, column: number, text: string): void {
    if (text === "") return;
    if (column > MAX_COLUMN || row > MAX_ROW) {
      const reason = `it has more than ${MAX_ROW} rows or ${MAX_COLUMN} columns, the most that a sheet can have`;
      throw new WorkbookError("too-large", { file: this.#file, reason });
    }
    this.#nonEmpty++;
    this.#height = Math.max(this.#height, row);
    this.#width = Math.max(this.#width, column);
    if (row > this.#limits.maxRows || column > this.#limits.maxColumns) return;
    const number = NUMBER.test(text.trim()) ? Number(text) : Number.NaN;
    if (Number.isFinite(number)) {
      this.#cells.push(row, column, 0, CellKind.Number, false, number, UNKNOWN_NUMERAL);
    } else if (/^(true|false)$/i.test(text)) {
      const value = text.toLowerCase() === "true" ? 1 : 0;
      this.#cells.push(row, column, 0, CellKind.Boolean, false, value, UNKNOWN_NUMERAL);
    } else {
      this.#cells.push(row, column, 0, CellKind.Text, false, this.#texts.push(text), UNKNOWN_NUMERAL);
    }
  }

  finish(): Sheet {
    const name = this.#file.slice(Math.max(this.#file.lastIndexOf("/"), this.#file.lastIndexOf("\\")) + 1);
    return {
      name: name.replace(/\.[^.]*$/, ""),
      state: "visible",
      part: null,
      cells: this.#cells,
      formulas: new FormulaTable(),
      texts: this.#texts,
      strings: new TextTable(),
      styles: defaultStyles().cells,
      palette: { indexed: [], theme: OFFICE_THEME },
      date1904: false,
      rows: new IntegerList(),
      columns: new IntegerList(),
      merges: new IntegerList(),
      tables: [],
      comments: [],
      pivots: [],
      height: this.#height,
      width: this.#width,
      valueHeight: this.#height,
      valueWidth: this.#width,
      nonEmptyByStyle: Uint32Array.of(this.#nonEmpty),
    };
  }
}

function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return new TextDecoder(isUtf8(bytes) ? "utf-8" : "windows-1252").decode(bytes);
}

/**
 * The separator that is most frequent outside quotes in the first lines, or the one that a first
 * line `sep=;` names.
 */
function separatorOf(text: string): string {
  const declared = /^sep=(.)\r?\n/.exec(text)?.[1];
  if (declared) return declared;
  const start = text.slice(0, 10_000).replace(/"(?:[^"]|"")*"/g, "");
  let best = ",";
  let most = 0;
  for (const separator of [",", ";", "\t", "|"]) {
    const count = start.split(separator).length - 1;
    if (count > most) [best, most] = [separator, count];
  }
  return best;
}

/**
 * Calls back with every field; rows and columns count from 1. Quoted fields may contain separators, line ends
 * and doubled quotes.
 */
function forEachField(
  text: string,
  separator: string,
  field: (row: number, column: number, value: string) => void,
): void {
  let at = /^sep=.\r?\n/.exec(text)?.[0].length ?? 0;
  let row = 1;
  let column = 1;
  while (at < text.length) {
    let value: string;
    if (text[at] === '"') {
      let close = at + 1;
      for (;;) {
        close = text.indexOf('"', close);
        if (close < 0 || text[close + 1] !== '"') break;
        close += 2;
      }
      const end = close < 0 ? text.length : close;
      value = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
      const rest = fieldEnd(text, at, separator);
      value += text.slice(at, rest); // text after the closing quote is kept
      at = rest;
    } else {
      const end = fieldEnd(text, at, separator);
      value = text.slice(at, end);
      at = end;
    }
    field(row, column, value);
    if (text[at] === separator) column++;
    else {
      row++;
      column = 1;
      if (text[at] === "\r" && text[at + 1] === "\n") at++;
    }
    at++;
  }
}

function fieldEnd(text: string, from: number, separator: string): number {
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === separator || character === "\n" || character === "\r") return at;
  }
  return text.length;
}
