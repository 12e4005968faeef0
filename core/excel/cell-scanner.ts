/** One `<c>` element: the innermost loop of reading a workbook. */

import { CellKind, type CellTable, FormulaKind, type FormulaTable, UNKNOWN_NUMERAL } from "./cell-table.ts";
import { NumeralReader } from "./numeral.ts";
import { MAX_COLUMN, MAX_ROW } from "./range.ts";
import { addRichText } from "./rich-text.ts";
import { TextTable } from "./text-table.ts";
import {
  AttributeCursor,
  asciiText,
  equals,
  GT,
  INCOMPLETE,
  isSpace,
  LT,
  matches,
  nameEnd,
  naturalNumber,
  SLASH,
  skipElement,
  skipMarkup,
  tagEnd,
  XmlFault,
} from "./xml-bytes.ts";

const LOWER_R = 0x72;
const LOWER_S = 0x73;
const LOWER_T = 0x74;
const LOWER_V = 0x76;

/** The values of a cell's `t` attribute. (ECMA-376 part 1, 18.18.11 ST_CellType) */
type CellType = "n" | "s" | "str" | "b" | "e" | "d" | "inlineStr";

/** What a sheet keeps: cells beyond these are measured, and not kept. */
export interface KeptArea {
  readonly rows: number;
  readonly columns: number;
}

/** Reads cells into a sheet's tables. */
export class CellScanner {
  /** The last row and column with a value or a formula, kept or not. */
  lastRow = 0;
  lastColumn = 0;
  /** How many cells with a value or a formula have each style, kept or not. */
  nonEmptyByStyle = new Uint32Array(64);
  /** The row and column of the last cell that was read; a cell without `r` comes right behind. */
  row = 0;
  column = 0;

  readonly #cells: CellTable;
  readonly #formulas: FormulaTable;
  readonly #texts: TextTable;
  readonly #strings: TextTable;
  readonly #kept: KeptArea;
  readonly #numeral = new NumeralReader();
  readonly #attributes = new AttributeCursor();
  readonly #scratch = new TextTable();

  // The cell that is being read.
  #style = 0;
  #type: CellType = "n";
  #kind: CellKind = CellKind.Blank;
  #value = 0;
  #numeralText = UNKNOWN_NUMERAL;
  #formulaKind: FormulaKind | -1 = -1;
  #formulaText = -1;
  #formulaGroup = -1;

  /**
   * @param strings The workbook's shared strings, all of them.
   * @param texts The sheet's own texts.
   */
  constructor(
    cells: CellTable,
    formulas: FormulaTable,
    texts: TextTable,
    strings: TextTable,
    kept: KeptArea,
  ) {
    this.#cells = cells;
    this.#formulas = formulas;
    this.#texts = texts;
    this.#strings = strings;
    this.#kept = kept;
  }

  /** Where the last cell read stands, for messages: `B7`. */
  get address(): string {
    let name = "";
    for (let rest = this.column; rest > 0; rest = Math.floor((rest - 1) / 26)) {
      name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
    }
    return `${name}${this.row}`;
  }

  /**
   * Reads the cell whose start tag's name ends at `from`.
   *
   * @param prefix Length of the namespace prefix with its colon.
   * @returns The index behind the cell's end, or `INCOMPLETE`: nothing was kept then, call again from its start.
   */
  scan(bytes: Uint8Array, from: number, end: number, prefix: number): number {
    const { row, column } = this;
    this.#style = 0;
    this.#type = "n";
    this.#kind = CellKind.Blank;
    this.#numeralText = UNKNOWN_NUMERAL;
    this.#formulaKind = -1;
    this.column = column + 1;
    const texts = this.#texts.length;
    let at = this.#startTag(bytes, from, end);
    if (at !== INCOMPLETE && bytes[at - 2] !== SLASH) at = this.#content(bytes, at, end, prefix);
    if (at === INCOMPLETE) {
      this.#texts.truncate(texts);
      this.row = row;
      this.column = column;
      return INCOMPLETE;
    }
    this.#keep(texts);
    return at;
  }

  /** Reads the attributes; returns the index behind the tag's `>`. */
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
      if (style < 0) throw new XmlFault(`the style "${shown(bytes, from, to)}", which is no number`);
      this.#style = style;
    } else if (name === LOWER_T) {
      if (to - from === 1 && bytes[from] === LOWER_S) this.#type = "s";
      else this.#type = asciiText(bytes, from, to) as CellType;
    }
  }

  /** `B7` → column 2, row 7. */
  #reference(bytes: Uint8Array, from: number, to: number): void {
    let at = from;
    let column = 0;
    for (; at < to; at++) {
      const letter = bytes[at]! | 32;
      if (letter < 97 || letter > 122 || bytes[at]! < 65) break;
      column = column * 26 + letter - 96;
    }
    const row = naturalNumber(bytes, at, to);
    if (column < 1 || column > MAX_COLUMN || at - from > 3 || row < 1 || row > MAX_ROW) {
      throw new XmlFault(
        `the cell reference "${shown(bytes, from, to)}", which lies outside A1:XFD1048576 or is none`,
      );
    }
    this.row = row;
    this.column = column;
  }

  /** Reads the cell's children; returns the index behind its end tag. */
  #content(bytes: Uint8Array, from: number, end: number, prefix: number): number {
    let at = from;
    for (;;) {
      while (at < end && bytes[at] !== LT) {
        if (!isSpace(bytes[at]!)) throw new XmlFault("text in a cell outside its value");
        at++;
      }
      if (at + 2 + prefix >= end) return INCOMPLETE;
      const next = bytes[at + 1]!;
      if (next === SLASH) {
        const name = at + 2 + prefix;
        if (bytes[name] !== 0x63) throw new XmlFault("an end tag that belongs to no start tag");
        let close = name + 1;
        while (close < end && isSpace(bytes[close]!)) close++;
        if (close >= end) return INCOMPLETE;
        if (bytes[close] !== GT) throw new XmlFault("an end tag that belongs to no start tag");
        return close + 1;
      }
      if (next === 0x21 || next === 0x3f) {
        at = skipMarkup(bytes, at, end);
      } else if (bytes[at + 1 + prefix] === LOWER_V && bytes[at + 2 + prefix] === GT) {
        at = this.#simpleValue(bytes, at + 3 + prefix, end, prefix);
      } else at = this.#child(bytes, at, end, prefix);
      if (at === INCOMPLETE) return INCOMPLETE;
    }
  }

  /** A value right behind `<v>`. */
  #simpleValue(bytes: Uint8Array, from: number, end: number, prefix: number): number {
    const type = this.#type;
    if (type === "s") {
      let at = from;
      let index = 0;
      let digit = bytes[at]! - 48;
      while (at < end && digit >= 0 && digit <= 9 && at - from < 10) {
        index = index * 10 + digit;
        digit = bytes[++at]! - 48;
      }
      if (at > from && at < end && bytes[at] === LT && bytes[at + 1] === SLASH) {
        this.#setShared(index);
        return endOfValue(bytes, at, end, prefix);
      }
    } else if (type === "n") {
      const at = this.#numeral.read(bytes, from, end);
      if (at !== -1 && at < end && bytes[at] === LT && bytes[at + 1] === SLASH) {
        this.#kind = CellKind.Number;
        this.#value = this.#numeral.value;
        this.#numeralText = this.#numeral.numeral;
        return endOfValue(bytes, at, end, prefix);
      }
      const close = this.#longNumber(bytes, from, end);
      if (close !== -1) return endOfValue(bytes, close, end, prefix);
    }
    return this.#anyValue(bytes, from, end, prefix);
  }

  /** A number with an exponent or many digits; returns the index of the `<` behind it, or −1 if it is none. */
  #longNumber(bytes: Uint8Array, from: number, end: number): number {
    let at = from;
    while (at < end && bytes[at] !== LT && at - from < 32) {
      const byte = bytes[at]!;
      const isPart =
        (byte >= 48 && byte <= 57) || (byte | 32) === 0x65 || (byte >= 43 && byte <= 46 && byte !== 44);
      if (!isPart) return -1;
      at++;
    }
    if (at === from || at + 1 >= end || bytes[at] !== LT || bytes[at + 1] !== SLASH) return -1;
    const number = Number(asciiText(bytes, from, at));
    if (!Number.isFinite(number)) return -1;
    this.#kind = CellKind.Number;
    this.#value = number;
    return at;
  }

  /** Any value: text, numbers with exponents, values with blanks, references and CDATA in them. */
  #anyValue(bytes: Uint8Array, from: number, end: number, prefix: number): number {
    const isText = this.#isText();
    const texts = isText ? this.#texts : this.#scratch;
    const at = texts.addContent(bytes, from, end);
    if (at === INCOMPLETE) {
      texts.drop();
      return INCOMPLETE;
    }
    const index = texts.close();
    if (isText) this.#setText(index);
    else {
      this.#setScalar(texts.get(index).trim());
      this.#scratch.truncate(0);
    }
    return endOfValue(bytes, at, end, prefix);
  }

  /** True where the value is kept as text: results of formulas, inline strings, errors, dates. */
  #isText(): boolean {
    return this.#type !== "n" && this.#type !== "s" && this.#type !== "b";
  }

  #setText(index: number): void {
    this.#value = index;
    if (this.#type === "e") this.#kind = CellKind.Error;
    else if (this.#type === "d") this.#kind = CellKind.IsoDate;
    else this.#kind = CellKind.Text; // str, inlineStr, and whatever is no type at all
  }

  #setScalar(text: string): void {
    if (text === "") return;
    if (this.#type === "b") {
      this.#kind = CellKind.Boolean;
      this.#value = text === "1" || text.toLowerCase() === "true" ? 1 : 0;
      return;
    }
    const number = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text)
      ? Number(text)
      : Number.NaN;
    if (this.#type === "s") {
      if (!Number.isInteger(number) || number < 0)
        throw new XmlFault(`the shared string "${text.slice(0, 40)}"`);
      this.#setShared(number);
    } else if (Number.isFinite(number)) {
      this.#kind = CellKind.Number;
      this.#value = number;
    } else {
      // Not a number that a double can hold: what stands there is kept as text rather than changed.
      this.#kind = CellKind.Text;
      this.#value = this.#texts.push(text);
    }
  }

  #setShared(index: number): void {
    if (index >= this.#strings.length) {
      throw new XmlFault(`the shared string ${index}, where the workbook has ${this.#strings.length}`);
    }
    this.#kind = CellKind.SharedText;
    this.#value = index;
  }

  /** A child other than a plain `<v>`: `f`, `is`, a `v` with attributes, extensions. */
  #child(bytes: Uint8Array, from: number, end: number, prefix: number): number {
    const nameTo = nameEnd(bytes, from + 1, end);
    if (nameTo === INCOMPLETE) return INCOMPLETE;
    const close = tagEnd(bytes, nameTo, end);
    if (close === INCOMPLETE) return INCOMPLETE;
    const local = from + 1 + prefix;
    const isEmpty = bytes[close - 1] === SLASH;
    if (equals(bytes, local, nameTo, "f")) return this.#formula(bytes, nameTo, close, end, prefix);
    if (equals(bytes, local, nameTo, "v")) {
      if (!isEmpty) return this.#anyValue(bytes, close + 1, end, prefix);
      if (this.#isText()) this.#setText(this.#texts.close()); // a formula's result may be the empty string
      return close + 1;
    }
    if (equals(bytes, local, nameTo, "is") && !isEmpty) {
      const at = addRichText(this.#texts, bytes, close + 1, end, prefix);
      if (at === INCOMPLETE) this.#texts.drop();
      else {
        const index = this.#texts.close();
        if (this.#type === "inlineStr") this.#setText(index);
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

  /** Adds the cell to the tables, or only to the measures where it lies outside the kept area. */
  #keep(texts: number): void {
    const { row, column } = this;
    const hasFormula = this.#formulaKind !== -1;
    const kind = this.#kind;
    const isEmpty =
      !hasFormula &&
      (kind === CellKind.Blank ||
        (kind === CellKind.SharedText && this.#strings.isEmpty(this.#value)) ||
        (kind >= CellKind.Text && kind !== CellKind.Boolean && this.#texts.isEmpty(this.#value)));
    if (column > MAX_COLUMN || row > MAX_ROW) throw new XmlFault("a cell behind the last column, XFD");
    const style = this.#style < 0xffff ? this.#style : 0;
    if (!isEmpty) {
      if (row > this.lastRow) this.lastRow = row;
      if (column > this.lastColumn) this.lastColumn = column;
      if (style >= this.nonEmptyByStyle.length) this.#enlargeStyles(style);
      this.nonEmptyByStyle[style]!++;
    }
    const isOutside = row > this.#kept.rows || column > this.#kept.columns;
    // The first cell of a shared formula stays all the same: others of its group may lie inside.
    if (isOutside && !(this.#formulaKind === FormulaKind.Shared && this.#formulaText >= 0)) {
      this.#texts.truncate(texts);
      return;
    }
    const cell = this.#cells.push(row, column, style, kind, hasFormula, this.#value, this.#numeralText);
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

/** The index behind the `</v>` that stands at `from`, or `INCOMPLETE`. */
function endOfValue(bytes: Uint8Array, from: number, end: number, prefix: number): number {
  const name = from + 2 + prefix;
  if (name + 1 < end && bytes[name] === LOWER_V && bytes[name + 1] === GT) return name + 2;
  return endOfElement(bytes, from, end, prefix, "v");
}

/** The index behind the end tag that stands at `from`, or `INCOMPLETE`; it has to be that of `name`. */
function endOfElement(bytes: Uint8Array, from: number, end: number, prefix: number, name: string): number {
  const close = tagEnd(bytes, from + 2, end);
  if (close === INCOMPLETE) return INCOMPLETE;
  let to = close;
  while (isSpace(bytes[to - 1]!)) to--;
  const local = from + 2 + prefix;
  if (to - local !== name.length || !matches(bytes, local, name)) {
    throw new XmlFault(`an end tag other than that of ${name}`);
  }
  return close + 1;
}

/** A value for messages: at most 40 of its characters. */
function shown(bytes: Uint8Array, from: number, to: number): string {
  return new TextDecoder().decode(bytes.subarray(from, Math.min(to, from + 40)));
}
