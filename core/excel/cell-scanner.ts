/** Reads `<c>` elements: the innermost loop of reading a workbook. */

import { columnName, MAX_COLUMN, MAX_ROW } from "../base/range.ts";
import { type CellTable, FormulaKind, type FormulaTable } from "./cell-table.ts";
import { type CellType, CellValueScanner } from "./cell-value-scanner.ts";
import type { ReadingNoteKind, TakeNote } from "./reading-note.ts";
import { addRichText } from "./rich-text.ts";
import type { TextTable } from "./text-table.ts";
import type { Vocabulary } from "./vocabulary.ts";
import {
  AttributeCursor,
  asciiText,
  endOfElement,
  equals,
  GT,
  INCOMPLETE,
  isSpace,
  LT,
  nameEnd,
  naturalNumber,
  SLASH,
  skipBlanks,
  skipElement,
  skipMarkup,
  tagEnd,
  XmlFault,
} from "./xml-bytes.ts";

const LOWER_R = 0x72;
const LOWER_S = 0x73;
const LOWER_T = 0x74;
const LOWER_V = 0x76;

/** The last row and column that are kept; cells beyond them are only measured. */
export interface KeptArea {
  readonly rows: number;
  readonly columns: number;
}

/** Reads cells into the tables of a sheet. */
export class CellScanner {
  /** The last row and column with a value or a formula, kept or not. */
  lastRow = 0;
  lastColumn = 0;
  /** Per style: how many cells with a value or a formula have it, kept or not. */
  nonEmptyByStyle = new Uint32Array(64);
  /** The row and column of the last cell that was read; a cell without `r` follows it directly. */
  row = 0;
  column = 0;

  readonly #cells: CellTable;
  readonly #formulas: FormulaTable;
  readonly #texts: TextTable;
  readonly #value: CellValueScanner;
  readonly #vocabulary: Vocabulary;
  readonly #kept: KeptArea;
  readonly #attributes = new AttributeCursor();
  readonly #note: TakeNote;

  // The cell that is being read.
  #style = 0;
  #formulaKind: FormulaKind | -1 = -1;
  #formulaText = -1;
  #formulaGroup = -1;
  /** What is odd about it; noted once the cell is complete. */
  #oddities: [kind: ReadingNoteKind, example: string][] = [];

  /**
   * @param strings The workbook's shared strings, all of them.
   * @param texts The sheet's own texts.
   */
  constructor(
    cells: CellTable,
    formulas: FormulaTable,
    texts: TextTable,
    strings: TextTable,
    vocabulary: Vocabulary,
    kept: KeptArea,
    note: TakeNote,
  ) {
    this.#cells = cells;
    this.#formulas = formulas;
    this.#texts = texts;
    this.#value = new CellValueScanner(texts, strings);
    this.#vocabulary = vocabulary;
    this.#note = note;
    this.#kept = kept;
  }

  /** The address of the last cell that was read, for messages: `B7`. */
  get address(): string {
    return `${columnName(this.column)}${this.row}`;
  }

  /**
   * Reads the cell whose start tag's name ends at `from`.
   *
   * @param prefix Length of the cell's namespace prefix with its colon.
   * @returns The index after the cell, or `INCOMPLETE`. Nothing is kept then: call again from the
   *   start of the cell.
   */
  scan(bytes: Uint8Array, from: number, end: number, prefix: number): number {
    const { row, column } = this;
    this.#style = 0;
    this.#value.start();
    this.#formulaKind = -1;
    if (this.#oddities.length > 0) this.#oddities = [];
    this.column = column + 1;
    const texts = this.#texts.length;
    let at = this.#startTag(bytes, from, end);
    if (at !== INCOMPLETE && bytes[at - 2] !== SLASH)
      at = this.#content(bytes, at, end, from - 1 - prefix, prefix);
    if (at === INCOMPLETE) {
      this.#texts.truncate(texts);
      this.row = row;
      this.column = column;
      return INCOMPLETE;
    }
    this.#keep(texts);
    return at;
  }

  /** Reads the attributes; returns the index after the `>` of the tag. */
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: byte scanner, several times as fast as an XML library
  #startTag(bytes: Uint8Array, from: number, end: number): number {
    let at = from;
    for (;;) {
      while (at < end && isSpace(bytes[at]!)) at++;
      if (at + 1 >= end) return INCOMPLETE;
      const byte = bytes[at]!;
      if (byte === GT) return at + 1;
      if (byte === SLASH) {
        if (bytes[at + 1] !== GT) throw new XmlFault(`a "/" inside a tag`);
        return at + 2;
      }
      const name = at;
      while (at < end && bytes[at]! > 32 && bytes[at] !== 0x3d && bytes[at] !== GT && bytes[at] !== LT) at++;
      const nameTo = at;
      while (at < end && isSpace(bytes[at]!)) at++;
      if (at >= end) return INCOMPLETE;
      if (bytes[at] !== 0x3d || nameTo === name) throw new XmlFault("an attribute without a name or a value");
      at++;
      while (at < end && isSpace(bytes[at]!)) at++;
      if (at >= end) return INCOMPLETE;
      const quote = bytes[at]!;
      if (quote !== 0x22 && quote !== 0x27) throw new XmlFault("an attribute value without quotes");
      const value = ++at;
      while (at < end && bytes[at] !== quote) at++;
      if (at + 1 >= end) return INCOMPLETE;
      if (nameTo - name === 1) this.#attribute(bytes, bytes[name]!, value, at);
      at++;
      const behind = bytes[at]!;
      if (behind !== GT && behind !== SLASH && !isSpace(behind)) {
        throw new XmlFault("attributes without a space between them");
      }
    }
  }

  #attribute(bytes: Uint8Array, name: number, from: number, to: number): void {
    if (name === LOWER_R) this.#reference(bytes, from, to);
    else if (name === LOWER_S) {
      const style = naturalNumber(bytes, from, to);
      if (style >= 0) this.#style = style;
      else this.#oddities.push(["cell-style", shown(bytes, from, to)]);
    } else if (name === LOWER_T) {
      if (to - from === 1 && bytes[from] === LOWER_S) this.#value.type = "s";
      else this.#value.type = asciiText(bytes, from, to) as CellType;
    }
  }

  /** `B7` → column 2, row 7. A text that is no reference leaves the cell behind the one before. */
  #reference(bytes: Uint8Array, from: number, to: number): void {
    let at = from;
    let column = 0;
    for (; at < to; at++) {
      const letter = bytes[at]! | 32;
      if (letter < 97 || letter > 122 || bytes[at]! < 65) break;
      column = column * 26 + letter - 96;
    }
    const letters = at - from;
    const row = naturalNumber(bytes, at, to);
    if (column < 1 || column > MAX_COLUMN || letters > 3 || row < 1 || row > MAX_ROW) {
      if (!/^[A-Za-z]+0*[1-9][0-9]*$/.test(asciiText(bytes, from, to))) {
        this.#oddities.push(["cell-reference", shown(bytes, from, to)]);
        return;
      }
      throw new XmlFault(`the cell reference "${shown(bytes, from, to)}", which lies outside A1:XFD1048576`);
    }
    this.row = row;
    this.column = column;
  }

  /**
   * Reads the cell's children; returns the index after its end tag.
   *
   * @param name The index of the cell's own name, which begins with its prefix.
   */
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: byte scanner, several times as fast as an XML library
  #content(bytes: Uint8Array, from: number, end: number, name: number, prefix: number): number {
    let at = from;
    for (;;) {
      if (bytes[at] !== LT) at = skipBlanks(bytes, at, end, "text in a cell outside its value");
      if (at + 2 + prefix >= end) return INCOMPLETE;
      const next = bytes[at + 1]!;
      if (next === SLASH) {
        const local = at + 2 + prefix;
        if (bytes[local] !== 0x63) throw new XmlFault("an end tag that belongs to no start tag");
        let close = local + 1;
        while (close < end && isSpace(bytes[close]!)) close++;
        if (close >= end) return INCOMPLETE;
        if (bytes[close] !== GT) throw new XmlFault("an end tag that belongs to no start tag");
        return close + 1;
      }
      if (next === 0x21 || next === 0x3f) {
        at = skipMarkup(bytes, at, end);
      } else if (
        bytes[at + 1 + prefix] === LOWER_V &&
        bytes[at + 2 + prefix] === GT &&
        (prefix === 0 || samePrefix(bytes, name, at + 1, prefix))
      ) {
        at = this.#value.readPlain(bytes, at + 3 + prefix, end, prefix);
      } else at = this.#child(bytes, at, end);
      if (at === INCOMPLETE) return INCOMPLETE;
    }
  }

  /** A child other than a plain `<v>`: `f`, `is`, a `v` with attributes, extensions. */
  #child(bytes: Uint8Array, from: number, end: number): number {
    const nameTo = nameEnd(bytes, from + 1, end);
    if (nameTo === INCOMPLETE) return INCOMPLETE;
    const close = tagEnd(bytes, nameTo, end);
    if (close === INCOMPLETE) return INCOMPLETE;
    const isEmpty = bytes[close - 1] === SLASH;
    const local = this.#vocabulary.localName(bytes, from + 1, nameTo, close);
    if (local < 0) return isEmpty ? close + 1 : skipElement(bytes, close + 1, end);
    const prefix = local - from - 1;
    if (equals(bytes, local, nameTo, "f")) return this.#formula(bytes, nameTo, close, end, prefix);
    if (equals(bytes, local, nameTo, "v")) {
      if (!isEmpty) return this.#value.read(bytes, close + 1, end, prefix);
      // The result of a formula may be the empty string.
      if (this.#value.isText) this.#value.setText(this.#texts.close());
      return close + 1;
    }
    if (equals(bytes, local, nameTo, "is") && !isEmpty) {
      const at = addRichText(this.#texts, bytes, close + 1, end, this.#vocabulary);
      if (at === INCOMPLETE) this.#texts.drop();
      else {
        const index = this.#texts.close();
        if (this.#value.type === "inlineStr") this.#value.setText(index);
      }
      return at;
    }
    return isEmpty ? close + 1 : skipElement(bytes, close + 1, end);
  }

  #formula(bytes: Uint8Array, nameTo: number, close: number, end: number, prefix: number): number {
    this.#formulaKind = FormulaKind.Normal;
    this.#formulaText = -1;
    this.#formulaGroup = -1;
    const attributes = this.#attributes;
    attributes.start(bytes, nameTo, close);
    while (attributes.next()) {
      if (attributes.is("si")) this.#formulaGroup = attributes.natural();
      else if (attributes.is("t")) {
        const kind = attributes.text();
        if (kind === "shared") this.#formulaKind = FormulaKind.Shared;
        else if (kind === "array") this.#formulaKind = FormulaKind.Array;
        else if (kind === "dataTable") this.#formulaKind = FormulaKind.DataTable;
      }
    }
    if (bytes[close - 1] === SLASH) return close + 1;
    const at = this.#texts.addContent(bytes, close + 1, end);
    if (at === INCOMPLETE) {
      this.#texts.drop();
      return INCOMPLETE;
    }
    const index = this.#texts.close();
    if (!this.#texts.isEmpty(index)) this.#formulaText = index;
    return endOfElement(bytes, at, end, prefix, "f");
  }

  /** Adds the cell to the tables, or only to the measures if it lies outside the kept area. */
  #keep(texts: number): void {
    const { row, column } = this;
    if (this.#oddities.length > 0) for (const [kind, example] of this.#oddities) this.#note(kind, example);
    if (this.#value.lostText !== null) this.#note("lost-text", this.#value.lostText);
    const hasFormula = this.#formulaKind !== -1;
    if (column > MAX_COLUMN || row > MAX_ROW) throw new XmlFault("a cell behind the last column, XFD");
    const style = this.#style < 0xffff ? this.#style : 0;
    if (hasFormula || !this.#value.isEmpty) {
      if (row > this.lastRow) this.lastRow = row;
      if (column > this.lastColumn) this.lastColumn = column;
      if (style >= this.nonEmptyByStyle.length) this.#enlargeStyles(style);
      this.nonEmptyByStyle[style]!++;
    }
    const isOutside = row > this.#kept.rows || column > this.#kept.columns;
    // The first cell of a shared formula is kept even so: other cells of its group may lie inside.
    if (isOutside && !(this.#formulaKind === FormulaKind.Shared && this.#formulaText >= 0)) {
      this.#texts.truncate(texts);
      return;
    }
    const { kind, value, numeral } = this.#value;
    const cell = this.#cells.push(row, column, style, kind, hasFormula, value, numeral);
    if (this.#formulaKind !== -1) {
      this.#formulas.push(cell, this.#formulaKind, this.#formulaText, this.#formulaGroup);
    }
  }

  #enlargeStyles(style: number): void {
    const counts = new Uint32Array(Math.max(style + 1, this.nonEmptyByStyle.length * 2));
    counts.set(this.nonEmptyByStyle);
    this.nonEmptyByStyle = counts;
  }
}

/** True if the same `length` bytes stand at `a` and `b`. */
function samePrefix(bytes: Uint8Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}

/** A value for messages: at most 40 of its characters. */
function shown(bytes: Uint8Array, from: number, to: number): string {
  return new TextDecoder().decode(bytes.subarray(from, Math.min(to, from + 40)));
}
