/**
 * Paths whose names are not UTF-8, as old archives and disks have them. A text keeps each byte that is no
 * UTF-8 as one character beyond all that are in use: byte 0xE9 as U+10FEE9. (Lone surrogates do not survive
 * `node:path`.)
 */

import { isUtf8 } from "node:buffer";

const ESCAPES = 0x10fe00;
const ESCAPED = /[\u{10fe00}-\u{10feff}]/gu;

/** The text of a name that the system gave as bytes. Different bytes give different texts. */
export function pathText(bytes: Buffer): string {
  const whole = isUtf8(bytes) ? bytes.toString("utf8") : null;
  if (whole !== null && whole.search(ESCAPED) < 0) return whole;
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes[at]!);
    const sequence = bytes.subarray(at, at + length);
    const isWhole = length > 0 && sequence.length === length && isUtf8(sequence);
    const character = isWhole ? sequence.toString("utf8") : "";
    const isPlain = isWhole && character.search(ESCAPED) < 0;
    text += isPlain ? character : String.fromCodePoint(ESCAPES + bytes[at]!);
    at += isPlain ? length : 1;
  }
  return text;
}

/**
 * A path for calls of the system: the text itself, or its bytes where it stands for some that are no UTF-8.
 */
export function systemPath(text: string): string | Buffer {
  if (text.search(ESCAPED) < 0) return text;
  const pieces = Array.from(text, (character) => {
    const byte = character.codePointAt(0)! - ESCAPES;
    return byte >= 0 && byte <= 0xff ? Buffer.from([byte]) : Buffer.from(character);
  });
  return Buffer.concat(pieces);
}

/** A path for people: U+FFFD for each byte that is no UTF-8. */
export function shownPath(text: string): string {
  return text.replaceAll(ESCAPED, "\u{fffd}");
}

/** The bytes of a UTF-8 sequence that begins with this one; 0 if none does. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}
