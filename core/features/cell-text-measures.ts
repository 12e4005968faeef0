/** Measures the texts of a sheet's cells, as they are in the workbook that was read. */

import { cellFormula } from "../excel/cell.ts";
import { CellKind, UNKNOWN_NUMERAL } from "../excel/cell-table.ts";
import { isoDateText, serialDateForm } from "../excel/date.ts";
import type { Sheet } from "../excel/workbook.ts";
import { TextChannels } from "./text-channels.ts";
import { TextMeasure } from "./text-measure.ts";

/** Measures texts cell by cell; each shared string only once. */
export class CellTextMeasures extends TextChannels {
  readonly #sheet: Sheet;
  readonly #isDate: Uint8Array;
  readonly #measure = new TextMeasure();
  /** By shared string: length class (0: not measured yet) and digit proportion. */
  readonly #sharedLengths: Uint32Array;
  readonly #sharedDigits: Uint32Array;

  constructor(sheet: Sheet) {
    super();
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
        this.setBoolean(value === 1);
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
    if (form !== null) this.setDate(form);
    else if (numeral === UNKNOWN_NUMERAL) this.#setMeasured(this.#measure.measureNumeral(String(value)));
    else {
      const length = numeral & 31;
      this.set(length, length - (numeral >> 5), length);
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
    this.set(characters, digits, visible);
  }
}
