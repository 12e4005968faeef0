/** The text channels of the value that was read last, as the bits of its feature vector. */

import type { MeasuredText } from "./cell-vectors.ts";
import { lengthClass } from "./text-measure.ts";
import { LENGTH_S } from "./vector-bits.ts";

/** Characters of a date's text, and the digits among them. */
const DATE_FORMS = {
  date: [10, 8], // 2024-02-29
  "date-time": [19, 14], // 2024-02-29T12:00:00
  time: [8, 6], // 12:00:00
} as const;

/** What readers of values share; each of them has a `read` of its own. */
export abstract class TextChannels implements MeasuredText {
  length = LENGTH_S;
  digits = 0;
  readonly #float = new Float32Array(1);
  readonly #bits = new Uint32Array(this.#float.buffer);

  /**
   * @param characters All characters of the text.
   * @param digits Those that are digits 0–9.
   * @param visible Those that are not white space.
   */
  protected set(characters: number, digits: number, visible: number): void {
    this.length = lengthClass(characters);
    this.#float[0] = visible === 0 ? 0 : digits / visible;
    this.digits = this.#bits[0]!;
  }

  /** `TRUE` or `FALSE`. */
  protected setBoolean(value: boolean): void {
    const length = value ? 4 : 5;
    this.set(length, 0, length);
  }

  protected setDate(form: keyof typeof DATE_FORMS): void {
    const [length, digits] = DATE_FORMS[form];
    this.set(length, digits, length);
  }
}
