/** Measures how long a text is and how many of its characters are digits, from its bytes. */

import { LENGTH_L, LENGTH_M, LENGTH_S, LENGTH_XL } from "./vector-bits.ts";

/** The bit of a text's length class: < 10, < 50, < 100 and ≥ 100 characters. */
export function lengthClass(characters: number): number {
  if (characters < 10) return LENGTH_S;
  if (characters < 50) return LENGTH_M;
  return characters < 100 ? LENGTH_L : LENGTH_XL;
}

/** Measures UTF-8 text. Characters are code points. */
export class TextMeasure {
  /** Code points, blanks included. */
  characters = 0;
  /** Digits 0–9. */
  digits = 0;
  /** Characters that are not Unicode white space. */
  visible = 0;

  /** Digits over visible characters, 0 … 1 in float32; 0 where there are none. */
  get digitProportion(): number {
    return this.visible === 0 ? 0 : Math.fround(this.digits / this.visible);
  }

  /** Measures a numeral: ASCII without blanks. */
  measureNumeral(text: string): this {
    this.characters = text.length;
    this.visible = text.length;
    this.digits = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 48 && code <= 57) this.digits++;
    }
    return this;
  }

  /** Measures bytes[from, to), which begin and end between characters. */
  measure(bytes: Uint8Array, from: number, to: number): this {
    let characters = 0;
    let digits = 0;
    let blanks = 0;
    for (let at = from; at < to; at++) {
      const byte = bytes[at]!;
      if (byte < 0x80) {
        characters++;
        if (byte >= 48 && byte <= 57) digits++;
        else if (byte === 32 || (byte >= 9 && byte <= 13)) blanks++;
      } else if (byte >= 0xc0) {
        characters++;
        if (byte < 0xe4 && isWideBlank(bytes, at)) blanks++;
      }
    }
    this.characters = characters;
    this.digits = digits;
    this.visible = characters - blanks;
    return this;
  }
}

/** True if a white-space character beyond ASCII begins here. (Unicode, White_Space) */
function isWideBlank(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at];
  const second = bytes[at + 1]!;
  if (first === 0xc2) return second === 0x85 || second === 0xa0; // next line, no-break space
  const third = bytes[at + 2]!;
  if (first === 0xe1) return second === 0x9a && third === 0x80; // ogham space
  if (first === 0xe2) {
    if (second === 0x80) return third <= 0x8a || third === 0xa8 || third === 0xa9 || third === 0xaf;
    return second === 0x81 && third === 0x9f; // mathematical space
  }
  return first === 0xe3 && second === 0x80 && third === 0x80; // ideographic space
}
