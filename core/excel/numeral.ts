/** Reads numbers from the bytes of a sheet. */

import { UNKNOWN_NUMERAL } from "./cell-table.ts";

const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/** The digits of a decimal that a double always keeps (IEEE 754: DBL_DIG). */
const EXACT_DIGITS = 15;

/**
 * Reads the plain decimals (`-12.50`) of nearly all cells, exactly. Up to 15 digits, a double can hold the
 * digits as a whole number and also the power of ten, so a single division rounds correctly (Clinger, "How to
 * read floating point numbers accurately", 1990).
 */
export class NumeralReader {
  /** The number that was read. */
  value = 0;
  /** The measures of its shortest form, as in `CellTable.numerals`. */
  numeral = UNKNOWN_NUMERAL;

  /**
   * @param from The first byte of the numeral.
   * @returns The index after the numeral, whatever byte ends it; −1 if there is none or it needs `Number()`:
   *   an exponent, more digits, a sign "+", or other text.
   */
  read(bytes: Uint8Array, from: number, end: number): number {
    let at = from;
    const negative = bytes[at] === 0x2d;
    if (negative) at++;
    const first = at;
    let digits = 0;
    let mantissa = 0;
    let byte = bytes[at]!;
    while (at < end && byte >= 48 && byte <= 57) {
      mantissa = mantissa * 10 + (byte - 48);
      digits++;
      byte = bytes[++at]!;
    }
    const whole = digits;
    let zeros = 0; // zeros between the point and the first other digit
    if (byte === 0x2e && at < end) {
      byte = bytes[++at]!;
      while (at < end && byte >= 48 && byte <= 57) {
        mantissa = mantissa * 10 + (byte - 48);
        if (mantissa === 0) zeros++;
        digits++;
        byte = bytes[++at]!;
      }
      if (digits === whole) return -1;
    }
    if (whole === 0 || digits > EXACT_DIGITS || (byte | 32) === 0x65) return -1;
    const fraction = digits - whole;
    this.value = (negative ? -mantissa : mantissa) / POWERS[fraction]!;
    const shortest =
      (whole === 1 || bytes[first] !== 48) &&
      (fraction === 0 || bytes[at - 1] !== 48) &&
      zeros < 6 && // smaller ones are written with an exponent
      !(negative && mantissa === 0);
    const others = (negative ? 1 : 0) + (fraction > 0 ? 1 : 0);
    this.numeral = shortest ? (digits + others) | (others << 5) : UNKNOWN_NUMERAL;
    return at;
  }
}
