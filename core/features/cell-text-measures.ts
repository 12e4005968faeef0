/** The text channels of a sheet's cells: length class and digit proportion. */

import { cellFormula } from "../excel/cell.ts";
import { CellKind, UNKNOWN_NUMERAL } from "../excel/cell-table.ts";
import { isoDateText, serialDateForm } from "../excel/date.ts";
import type { Sheet } from "../excel/workbook.ts";
import { lengthClass, TextMeasure } from "./text-measure.ts";
import { LENGTH_S } from "./vector-bits.ts";

/** Measures the texts of cells; shared strings once. */
export class CellTextMeasures {
  /** The bit of the length class of the text that was read last. */
  length = LENGTH_S;
  /** Its digit proportion as the bits of a float32. */
  digits = 0;

  readonly #sheet: Sheet;
  readonly #isDate: Uint8Array;
  readonly #measure = new TextMeasure();
  /** By shared string: length class (0: not measured yet) and digit proportion. */
  readonly #sharedLengths: Uint32Array;
  readonly #sharedDigits: Uint32Array;
  readonly #float = new Float32Array(1);
  readonly #bits = new Uint32Array(this.#float.buffer);

  constructor(sheet: Sheet) {
    this.#sheet = sheet;
    this.#isDate = Uint8Array.from(sheet.styles, (style) => (style.isDate ? 1 : 0));
    this.#sharedLengths = new Uint32Array(sheet.strings.length);
    this.#sharedDigits = new Uint32Array(sheet.strings.length);
  }

  /** Measures a cell's text; false where it is empty. */
  read(cell: number): boolean {
    const { cells, texts } = this.#sheet;
    const value = cells.values[cell]!;
    switch (cells.kind(cell)) {
      case CellKind.Number:
        this.#number(cell, value);
        return true;
      case CellKind.SharedText:
        return this.#shared(value);
      case CellKind.Blank:
        return cells.hasFormula(cell) && this.#string(cellFormula(this.#sheet, cell) ?? "");
      case CellKind.Boolean:
        this.#set(value === 1 ? 4 : 5, 0, 1);
        return true;
      case CellKind.IsoDate: {
        const text = texts.get(value);
        return this.#string(isoDateText(text) ?? text);
      }
      default: {
        if (texts.isEmpty(value)) return false;
        this.#measureBytes(texts.bytes, texts.start(value), texts.end(value));
        return true;
      }
    }
  }

  #number(cell: number, value: number): void {
    const { cells, date1904 } = this.#sheet;
    const form = this.#isDate[cells.styles[cell]!] === 1 ? serialDateForm(value, date1904) : null;
    const numeral = cells.numerals[cell]!;
    if (form === "date") this.#set(10, 8, 10);
    else if (form === "date-time") this.#set(19, 14, 19);
    else if (form === "time") this.#set(8, 6, 8);
    else if (numeral === UNKNOWN_NUMERAL) this.#setMeasured(this.#measure.measureNumeral(String(value)));
    else {
      const length = numeral & 31;
      this.#set(length, length - (numeral >> 5), length);
    }
  }

  #shared(string: number): boolean {
    const { strings } = this.#sheet;
    if (strings.isEmpty(string)) return false;
    if (this.#sharedLengths[string] === 0) {
      this.#measureBytes(strings.bytes, strings.start(string), strings.end(string));
      this.#sharedLengths[string] = this.length;
      this.#sharedDigits[string] = this.digits;
    }
    this.length = this.#sharedLengths[string]!;
    this.digits = this.#sharedDigits[string]!;
    return true;
  }

  #string(text: string): boolean {
    if (text === "") return false;
    const bytes = Buffer.from(text);
    this.#measureBytes(bytes, 0, bytes.length);
    return true;
  }

  #measureBytes(bytes: Uint8Array, from: number, to: number): void {
    this.#setMeasured(this.#measure.measure(bytes, from, to));
  }

  #setMeasured({ characters, digits, visible }: TextMeasure): void {
    this.#set(characters, digits, visible);
  }

  #set(characters: number, digits: number, visible: number): void {
    this.length = lengthClass(characters);
    this.#float[0] = visible === 0 ? 0 : digits / visible;
    this.digits = this.#bits[0]!;
  }
}
