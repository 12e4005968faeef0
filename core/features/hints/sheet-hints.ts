/**
 * The hints of all cells of a sheet: those of each value and style, and those that come from comparing cells.
 */

import { hintBits } from "./hint-bits.ts";
import { textHints } from "./text-hints.ts";

const NUMBER = hintBits("number");
const DATE = hintBits("date");
const YEAR = hintBits("year");
const WHOLE_NUMBER = hintBits("whole_number");
const COUNTS_ON_FROM_LEFT = hintBits("counts_on_from_left");
const COUNTS_ON_FROM_ABOVE = hintBits("counts_on_from_above");
const SAME_AS_LEFT = hintBits("same_as_left");
const SAME_AS_ABOVE = hintBits("same_as_above");
const TEXT_REPEATS = hintBits("text_repeats");
const ROW_REPEATS = hintBits("row_repeats");
const FRACTION = hintBits("fraction");
const NEGATIVE = hintBits("negative");

/** Whole numbers that may be years. */
const YEARS = { first: 1750, last: 2150 };
/**
 * A row repeats if at least this many of its cells have texts, all of which stand in an earlier or later
 * row.
 */
const ROW_TEXTS = 2;

const IS_NUMBER = NUMBER | DATE;

/** The hints of the rows of a sheet that have values. Cells of all other rows have none. */
export interface RowHints {
  /** The numbers of these rows, from 0, ascending. */
  readonly rows: Uint32Array;
  /** [rows, width] row-major: the hints of each cell; 0 for an empty one. */
  readonly hints: Uint32Array;
}

/**
 * Takes the values of a sheet cell by cell, then gives the hints of all cells. It has room for the rows with
 * values alone, since a sheet may have a million rows and values in a hundred. A place is counted row-major
 * over these rows.
 */
export class SheetHints {
  readonly #rows: Uint32Array;
  readonly #width: number;
  /** [rows, width] row-major: the hints, at first those of the value and the style alone. */
  readonly #hints: Uint32Array;
  /**
   * [rows, width] row-major: the number of a cell with `IS_NUMBER` among its hints, the number of the
   * text of any other, equal for equal texts; NaN for neither.
   */
  readonly #values: Float64Array;
  readonly #known = new Map<string, number>();
  readonly #ofText: number[] = [];
  readonly #times: number[] = [];

  /**
   * Of a sheet without values yet.
   *
   * @param rows The numbers of the rows with values, from 0, ascending.
   */
  constructor(rows: Uint32Array, width: number) {
    this.#rows = rows;
    this.#width = width;
    this.#hints = new Uint32Array(rows.length * width);
    this.#values = new Float64Array(rows.length * width).fill(Number.NaN);
  }

  /** @param format The hints of the cell's style. */
  setNumber(at: number, value: number, isDate: boolean, format: number): void {
    let hints = format | (isDate ? DATE : NUMBER);
    if (!isDate) {
      if (Number.isInteger(value)) {
        hints |= WHOLE_NUMBER;
        if (value >= YEARS.first && value <= YEARS.last) hints |= YEAR;
      } else hints |= FRACTION;
      if (value < 0) hints |= NEGATIVE;
    }
    this.#hints[at] = hints >>> 0;
    this.#values[at] = value;
  }

  /** The number under which a text is known: equal for equal texts. Look it up once for a shared string. */
  textNumber(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const next = this.#ofText.length;
    this.#known.set(text, next);
    this.#ofText.push(textHints(text));
    this.#times.push(0);
    return next;
  }

  /** @param text Its number, see `textNumber`. */
  setText(at: number, text: number, format: number): void {
    this.#hints[at] = (format | this.#ofText[text]!) >>> 0;
    this.#values[at] = text;
    this.#times[text]!++;
  }

  /** A boolean or an error: only its style says something. */
  setOther(at: number, format: number): void {
    this.#hints[at] = format;
  }

  /** Nothing can be set after that. */
  finish(): RowHints {
    const rows = this.#rows;
    const hints = this.#hints;
    const values = this.#values;
    const repeats = this.#repeatingRows();
    const width = this.#width;
    for (let row = 0, at = 0; row < rows.length; row++) {
      const followsAnother = row > 0 && rows[row]! === rows[row - 1]! + 1;
      for (let column = 0; column < width; column++, at++) {
        if (Number.isNaN(values[at]!)) continue;
        let more = 0;
        if ((hints[at]! & IS_NUMBER) === 0) {
          if (this.#times[values[at]!]! > 1) more |= TEXT_REPEATS;
          if (repeats[row] === 1) more |= ROW_REPEATS;
        }
        if (column > 0) more |= this.#compared(at, at - 1, SAME_AS_LEFT, COUNTS_ON_FROM_LEFT);
        if (followsAnother) more |= this.#compared(at, at - width, SAME_AS_ABOVE, COUNTS_ON_FROM_ABOVE);
        hints[at] = (hints[at]! | more) >>> 0;
      }
    }
    return { rows, hints };
  }

  /** What a cell says by its likeness to the one before it. NaN, for no value, is like nothing. */
  #compared(at: number, before: number, same: number, countsOn: number): number {
    const step = this.#values[at]! - this.#values[before]!;
    if (step !== 0 && step !== 1) return 0;
    const isNumber = (this.#hints[at]! & IS_NUMBER) !== 0;
    if (isNumber !== ((this.#hints[before]! & IS_NUMBER) !== 0)) return 0;
    return step === 0 ? same : isNumber ? countsOn : 0;
  }

  /** 1 for each row whose texts stand in the same columns of another row too. */
  #repeatingRows(): Uint8Array {
    const width = this.#width;
    // Rows with equal texts have equal keys; that two others share one of 2^53 keys is out of the question.
    const rowsOf = new Map<number, number[]>();
    for (let row = 0; row < this.#rows.length; row++) {
      let [low, high] = [0x811c9dc5, 0x01000193];
      let count = 0;
      for (let column = 0, at = row * width; column < width; column++, at++) {
        if (Number.isNaN(this.#values[at]!) || (this.#hints[at]! & IS_NUMBER) !== 0) continue;
        const text = this.#values[at]!;
        low = Math.imul(low ^ (column + (text << 10)), 0x9e3779b1);
        high = Math.imul(high ^ (text + (column << 20)) ^ (low >>> 15), 0x85ebca77);
        count++;
      }
      if (count < ROW_TEXTS) continue;
      const key = (low >>> 0) * 2 ** 21 + (high >>> 11);
      const rows = rowsOf.get(key);
      if (rows === undefined) rowsOf.set(key, [row]);
      else rows.push(row);
    }
    const repeats = new Uint8Array(this.#rows.length);
    for (const rows of rowsOf.values()) if (rows.length > 1) for (const row of rows) repeats[row] = 1;
    return repeats;
  }
}
