/** Reads comma-separated values as a sheet without styles. */

import { MAX_COLUMN, MAX_ROW } from "../base/range.ts";
import type { ByteSource } from "./byte-source.ts";
import { CellKind, CellTable, FormulaTable, IntegerList, UNKNOWN_NUMERAL } from "./cell-table.ts";
import { OFFICE_THEME } from "./color.ts";
import { decodeText } from "./csv-encoding.ts";
import { forEachField } from "./csv-fields.ts";
import { csvLayout, SEPARATORS } from "./csv-separator.ts";
import type { ReadLimits } from "./read-limits.ts";
import { GeometryReader } from "./sheet-geometry.ts";
import { defaultStyles } from "./styles.ts";
import { TextTable } from "./text-table.ts";
import type { BeforeReading, OpenWorkbook, Sheet } from "./workbook.ts";
import { WorkbookError } from "./workbook-error.ts";

/** How much of a text is in memory while its fields are counted. */
const CHUNK_BYTES = 2 ** 20;

/** The largest text that is read: it is held in memory as a whole. */
const MAX_CSV_BYTES = 256 * 2 ** 20;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Opens a text as a workbook with one sheet, which has the name of the file. The separator is whichever of
 * comma, semicolon, tab and bar makes a table of the first rows. The encoding is UTF-16, UTF-8, or else
 * Windows-1252.
 *
 * @param beforeReading Called before the text is in memory.
 * @throws {WorkbookError} If the text is larger than 256 MiB, or than a sheet can be.
 */
export async function readCsv(
  source: ByteSource,
  limits: ReadLimits,
  beforeReading?: BeforeReading,
): Promise<OpenWorkbook> {
  const { name: file } = source;
  if (source.size > Math.min(MAX_CSV_BYTES, limits.maxTotalBytes)) {
    throw new WorkbookError("too-large", {
      file,
      reason: "the text is larger than 256 MiB",
      fix: "split it",
    });
  }
  await beforeReading?.({ kind: "csv", bytes: source.size, fields: mostFields(source) });
  const text = decodeText(source.read(0, source.size));
  const sheet = new CsvSheet(file, limits);
  const { separator, from } = csvLayout(text, /\.tsv$/i.test(file));
  forEachField(text, from, separator, (row, column, value) => sheet.add(row, column, value));
  source.close();
  const result = sheet.finish();
  return {
    file,
    notes: [],
    entries: [{ name: result.name, state: "visible", part: null }],
    sheetBytes: () => 0, // the sheet is in memory already
    readSheet: () => Promise.resolve(result),
    close: () => {},
  };
}

/**
 * The most fields that a text can have: it counts line ends, and the separator that occurs most. Separators
 * within quotes count too. Only a small piece of the text is in memory meanwhile.
 */
function mostFields(source: ByteSource): number {
  const counts = new Float64Array(256);
  for (let at = 0; at < source.size; at += CHUNK_BYTES) {
    const chunk = source.read(at, CHUNK_BYTES);
    for (let index = 0; index < chunk.length; index++) counts[chunk[index]!]!++;
  }
  const count = (character: string) => counts[character.charCodeAt(0)]!;
  return 1 + Math.max(...SEPARATORS.map(count)) + Math.max(count("\n"), count("\r"));
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
      geometry: new GeometryReader(),
      tables: [],
      comments: [],
      pivots: [],
      height: this.#height,
      width: this.#width,
      valueHeight: this.#height,
      valueWidth: this.#width,
      nonEmptyByStyle: Uint32Array.of(this.#nonEmpty),
      notes: [],
    };
  }
}
