/** The text channels of values that are still a layout: length class and digit proportion, as of the written cell. */

import { serialDateForm } from "../excel/date.ts";
import type { CellStyle as StoredStyle } from "../excel/styles.ts";
import { excelSerial } from "../excel/write/sheet-xml.ts";
import type { CellValue } from "../excel/write/workbook-layout.ts";
import { lengthClass } from "./text-measure.ts";
import { LENGTH_S } from "./vector-bits.ts";

/** Measures values one after the other. */
export class ValueMeasure {
  /** The bit of the length class of the value that was read last. */
  length = LENGTH_S;
  /** Its digit proportion as the bits of a float32. */
  digits = 0;
  readonly #float = new Float32Array(1);
  readonly #bits = new Uint32Array(this.#float.buffer);

  /** Measures what a cell shows; false for a formula whose result is an empty text. */
  read(value: CellValue, style: StoredStyle): boolean {
    switch (typeof value) {
      case "number":
        this.#number(value, style.isDate);
        return true;
      case "string":
        this.#text(value);
        return true;
      case "boolean":
        this.#set(value ? 4 : 5, 0, 1);
        return true;
    }
    // A date without a date format gets one when it is written.
    if (value instanceof Date) this.#number(excelSerial(value), style.isDate || !style.isFormatted);
    else if (value !== null && "error" in value) this.#text(value.error);
    else if (value !== null) {
      if (value.cached === null) this.#text(value.formula);
      else if (value.cached === "") {
        this.#set(0, 0, 0);
        return false;
      } else return this.read(value.cached, style);
    }
    return true;
  }

  #number(value: number, isDate: boolean): void {
    const form = isDate ? serialDateForm(value, false) : null;
    if (form === "date") this.#set(10, 8, 10);
    else if (form === "date-time") this.#set(19, 14, 19);
    else if (form === "time") this.#set(8, 6, 8);
    else if (Number.isInteger(value) && value >= 0 && value < 1e15) {
      let length = 1;
      for (let limit = 10; value >= limit; limit *= 10) length++;
      this.#set(length, length, length);
    } else this.#text(String(value));
  }

  #text(text: string): void {
    let characters = text.length;
    let digits = 0;
    let blanks = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 48 && code <= 57) digits++;
      else if (code === 32 || (code >= 9 && code <= 13)) blanks++;
      else if (code >= 0x80) {
        if (code >= 0xdc00 && code < 0xe000)
          characters--; // the second half of a pair
        else if (/\s|\u0085/u.test(text[at]!) && code !== 0xfeff) blanks++;
      }
    }
    this.#set(characters, digits, characters - blanks);
  }

  #set(characters: number, digits: number, visible: number): void {
    this.length = lengthClass(characters);
    this.#float[0] = visible === 0 ? 0 : digits / visible;
    this.digits = this.#bits[0]!;
  }
}

/** True for a cell with a formula. */
export function isFormula(value: CellValue): boolean {
  return typeof value === "object" && value !== null && "formula" in value;
}
