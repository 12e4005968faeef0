/** Measures the values of a layout, which is not a workbook yet, as the cells that will be written. */

import { serialDateForm } from "../excel/date.ts";
import type { CellStyle as StoredStyle } from "../excel/styles.ts";
import { excelSerial } from "../excel/write/sheet-xml.ts";
import type { CellValue } from "../excel/write/workbook-layout.ts";
import { TextChannels } from "./text-channels.ts";

/** Measures values one after the other. */
export class ValueMeasure extends TextChannels {
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
        this.setBoolean(value);
        return true;
    }
    // A date without a date format gets one when it is written.
    if (value instanceof Date) this.#number(excelSerial(value), style.isDate || !style.isFormatted);
    else if (value !== null && "error" in value) this.#text(value.error);
    else if (value !== null) {
      if (value.cached === null) this.#text(value.formula);
      else if (value.cached === "") {
        this.set(0, 0, 0);
        return false;
      } else return this.read(value.cached, style);
    }
    return true;
  }

  #number(value: number, isDate: boolean): void {
    const form = isDate ? serialDateForm(value, false) : null;
    if (form !== null) this.setDate(form);
    else if (Number.isInteger(value) && value >= 0 && value < 1e15) {
      let length = 1;
      for (let limit = 10; value >= limit; limit *= 10) length++;
      this.set(length, length, length);
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
    this.set(characters, digits, characters - blanks);
  }
}

/** True for a cell with a formula. */
export function isFormula(value: CellValue): boolean {
  return typeof value === "object" && value !== null && "formula" in value;
}
