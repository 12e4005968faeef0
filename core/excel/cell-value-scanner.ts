/** Reads the value of a cell from the bytes of its `<v>`. */

import { CellKind, UNKNOWN_NUMERAL } from "./cell-table.ts";
import { NumeralReader } from "./numeral.ts";
import { TextTable } from "./text-table.ts";
import { asciiText, endOfElement, GT, INCOMPLETE, LT, SLASH } from "./xml-bytes.ts";

const LOWER_V = 0x76;
/** Stands for a shared string that the workbook lacks. */
const LOST_TEXT = "\uFFFD";

/** The values of a cell's `t` attribute. (ECMA-376 part 1, 18.18.11 ST_CellType) */
export type CellType = "n" | "s" | "str" | "b" | "e" | "d" | "inlineStr";

/** Reads values one after the other. Call `start` before each. */
export class CellValueScanner {
  /** The type that the start tag of the cell gives. */
  type: CellType = "n";
  /** The kind of the value that was read, as `CellTable` keeps it. */
  kind: CellKind = CellKind.Blank;
  value = 0;
  numeral = UNKNOWN_NUMERAL;
  /** The index, as the cell has it, of a shared string that the workbook lacks; null if it lacks none. */
  lostText: string | null = null;

  readonly #texts: TextTable;
  readonly #strings: TextTable;
  readonly #numerals = new NumeralReader();
  readonly #scratch = new TextTable();

  /**
   * @param texts The sheet's own texts.
   * @param strings The workbook's shared strings, all of them.
   */
  constructor(texts: TextTable, strings: TextTable) {
    this.#texts = texts;
    this.#strings = strings;
  }

  /** Forgets the last value; the next one is a number unless `type` is set. */
  start(): void {
    this.type = "n";
    this.kind = CellKind.Blank;
    this.numeral = UNKNOWN_NUMERAL;
    this.lostText = null;
  }

  /** True if nothing or an empty string was read. */
  get isEmpty(): boolean {
    const { kind, value } = this;
    if (kind === CellKind.Blank) return true;
    if (kind === CellKind.SharedText) return this.#strings.isEmpty(value);
    return kind >= CellKind.Text && kind !== CellKind.Boolean && this.#texts.isEmpty(value);
  }

  /**
   * Reads the value directly after `<v>`: a plain number or index on a fast path, everything
   * else with `read`.
   *
   * @returns The index after `</v>`, or `INCOMPLETE`.
   */
  readPlain(bytes: Uint8Array, from: number, end: number, prefix: number): number {
    const type = this.type;
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
      const at = this.#numerals.read(bytes, from, end);
      if (at !== -1 && at < end && bytes[at] === LT && bytes[at + 1] === SLASH) {
        this.kind = CellKind.Number;
        this.value = this.#numerals.value;
        this.numeral = this.#numerals.numeral;
        return endOfValue(bytes, at, end, prefix);
      }
      const close = this.#longNumber(bytes, from, end);
      if (close !== -1) return endOfValue(bytes, close, end, prefix);
    }
    return this.read(bytes, from, end, prefix);
  }

  /**
   * Reads a number with an exponent or many digits; returns the index of the `<` after it, or −1
   * if it is not one.
   */
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
    this.kind = CellKind.Number;
    this.value = number;
    return at;
  }

  /** Reads any value: text, numbers with exponents, values with blanks, references and CDATA in them. */
  read(bytes: Uint8Array, from: number, end: number, prefix: number): number {
    const isText = this.isText;
    const texts = isText ? this.#texts : this.#scratch;
    const at = texts.addContent(bytes, from, end);
    if (at === INCOMPLETE) {
      texts.drop();
      return INCOMPLETE;
    }
    const index = texts.close();
    if (isText) this.setText(index);
    else {
      this.#setScalar(texts.get(index).trim());
      this.#scratch.truncate(0);
    }
    return endOfValue(bytes, at, end, prefix);
  }

  /** True if the value is kept as text: results of formulas, inline strings, errors, dates. */
  get isText(): boolean {
    return this.type !== "n" && this.type !== "s" && this.type !== "b";
  }

  /** Makes one of the sheet's own texts the value. */
  setText(index: number): void {
    this.value = index;
    if (this.type === "e") this.kind = CellKind.Error;
    else if (this.type === "d") this.kind = CellKind.IsoDate;
    else this.kind = CellKind.Text; // str, inlineStr and unknown types
  }

  #setScalar(text: string): void {
    if (text === "") return;
    if (this.type === "b") {
      this.kind = CellKind.Boolean;
      this.value = text === "1" || text.toLowerCase() === "true" ? 1 : 0;
      return;
    }
    const number = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text)
      ? Number(text)
      : Number.NaN;
    if (this.type === "s") {
      if (Number.isInteger(number) && number >= 0) this.#setShared(number);
      else this.#setLost(text);
    } else if (Number.isFinite(number)) {
      this.kind = CellKind.Number;
      this.value = number;
    } else {
      // A double cannot hold this number, so it is kept as a text instead of being changed.
      this.kind = CellKind.Text;
      this.value = this.#texts.push(text);
    }
  }

  #setShared(index: number): void {
    if (index >= this.#strings.length) {
      this.#setLost(String(index));
      return;
    }
    this.kind = CellKind.SharedText;
    this.value = index;
  }

  /** The cell has a text, but which one is not known. */
  #setLost(index: string): void {
    this.lostText = index;
    this.kind = CellKind.Text;
    this.value = this.#texts.push(LOST_TEXT);
  }
}

/** The index after the `</v>` at `from`, or `INCOMPLETE`. */
function endOfValue(bytes: Uint8Array, from: number, end: number, prefix: number): number {
  const name = from + 2 + prefix;
  if (name + 1 < end && bytes[name] === LOWER_V && bytes[name + 1] === GT) return name + 2;
  return endOfElement(bytes, from, end, prefix, "v");
}
