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

/** No text: the number of a cell with a number, or of an empty one. */
const NO_TEXT = -1;

/** Takes the values of a sheet cell by cell, then gives the hints of all cells. */
export class SheetHints {
  readonly #height: number;
  readonly #width: number;
  /** [height, width] row-major: the hints of the value and the style; 0 for an empty cell. */
  readonly #own: Uint32Array;
  /** [height, width] row-major: the number; NaN where there is none. */
  readonly #numbers: Float64Array;
  /** [height, width] row-major: the text, equal for equal texts; `NO_TEXT` where there is none. */
  readonly #texts: Int32Array;
  readonly #known = new Map<string, number>();
  readonly #ofText: number[] = [];
  readonly #times: number[] = [];

  /** Of a sheet without values yet. */
  constructor(height: number, width: number) {
    this.#height = height;
    this.#width = width;
    this.#own = new Uint32Array(height * width);
    this.#numbers = new Float64Array(height * width).fill(Number.NaN);
    this.#texts = new Int32Array(height * width).fill(NO_TEXT);
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
    this.#own[at] = hints >>> 0;
    this.#numbers[at] = value;
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
    this.#own[at] = (format | this.#ofText[text]!) >>> 0;
    this.#texts[at] = text;
    this.#times[text]!++;
  }

  /** A boolean or an error: only its style says something. */
  setOther(at: number, format: number): void {
    this.#own[at] = format;
  }

  /** [height, width] row-major: the hints of each cell; 0 for an empty one. A new array. */
  finish(): Uint32Array {
    const hints = this.#own.slice();
    const repeats = this.#repeatingRows();
    const width = this.#width;
    for (let row = 0, at = 0; row < this.#height; row++) {
      for (let column = 0; column < width; column++, at++) {
        if (hints[at] === 0 && this.#texts[at] === NO_TEXT) continue;
        let more = this.#repeats(at, repeats[row] === 1);
        if (column > 0) more |= this.#compared(at, at - 1, SAME_AS_LEFT, COUNTS_ON_FROM_LEFT);
        if (row > 0) more |= this.#compared(at, at - width, SAME_AS_ABOVE, COUNTS_ON_FROM_ABOVE);
        hints[at] = (hints[at]! | more) >>> 0;
      }
    }
    return hints;
  }

  /** What a cell's text says by standing elsewhere too. */
  #repeats(at: number, rowRepeats: boolean): number {
    const text = this.#texts[at]!;
    if (text === NO_TEXT) return 0;
    return (this.#times[text]! > 1 ? TEXT_REPEATS : 0) | (rowRepeats ? ROW_REPEATS : 0);
  }

  /** What a cell says by its likeness to the one before it. NaN, for no number, equals nothing. */
  #compared(at: number, before: number, same: number, countsOn: number): number {
    const text = this.#texts[at]!;
    if (text !== NO_TEXT) return this.#texts[before] === text ? same : 0;
    const step = this.#numbers[at]! - this.#numbers[before]!;
    return step === 0 ? same : step === 1 ? countsOn : 0;
  }

  /** 1 for each row whose texts stand in the same columns of another row too. */
  #repeatingRows(): Uint8Array {
    const width = this.#width;
    const rowsOf = new Map<string, number[]>();
    for (let row = 0; row < this.#height; row++) {
      let key = "";
      let count = 0;
      for (let column = 0; column < width; column++) {
        const text = this.#texts[row * width + column]!;
        if (text === NO_TEXT) continue;
        key += `${column} ${text} `;
        count++;
      }
      if (count < ROW_TEXTS) continue;
      const rows = rowsOf.get(key);
      if (rows === undefined) rowsOf.set(key, [row]);
      else rows.push(row);
    }
    const repeats = new Uint8Array(this.#height);
    for (const rows of rowsOf.values()) if (rows.length > 1) for (const row of rows) repeats[row] = 1;
    return repeats;
  }
}
