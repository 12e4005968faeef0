/**
 * Reads the text of shared and inline strings, plain or in runs of several formats, without
 * phonetic readings.
 */

import type { TextTable } from "./text-table.ts";
import type { Vocabulary } from "./vocabulary.ts";
import { equals, INCOMPLETE, LT, nameEnd, SLASH, skipBlanks, skipMarkup, tagEnd } from "./xml-bytes.ts";

/**
 * Adds the text inside an `si` or `is` element to the open text: all `t` elements except those inside `rPh`,
 * joined (ECMA-376 part 1, 18.4.8).
 *
 * @param from The index after the start tag of the element.
 * @returns The index after the end tag of the element, or `INCOMPLETE`: then `drop` the open text.
 */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: byte scanner, several times as fast as an XML library
export function addRichText(
  texts: TextTable,
  bytes: Uint8Array,
  from: number,
  end: number,
  vocabulary: Vocabulary,
): number {
  let at = from;
  let depth = 0;
  let phonetic = 0; // the depth at which an rPh began
  for (;;) {
    if (depth === 0) at = skipBlanks(bytes, at, end, "text outside a t element");
    else while (at < end && bytes[at] !== LT) at++;
    if (at + 1 >= end || bytes[at] !== LT) return INCOMPLETE;
    const next = bytes[at + 1]!;
    if (next === 0x21 || next === 0x3f) {
      at = skipMarkup(bytes, at, end);
      if (at === INCOMPLETE) return INCOMPLETE;
      continue;
    }
    const isEnd = next === SLASH;
    const name = at + (isEnd ? 2 : 1);
    const nameTo = nameEnd(bytes, name, end);
    if (nameTo === INCOMPLETE) return INCOMPLETE;
    const close = tagEnd(bytes, nameTo, end);
    if (close === INCOMPLETE) return INCOMPLETE;
    at = close + 1;
    if (isEnd) {
      if (depth === 0) return at;
      if (depth === phonetic) phonetic = 0;
      depth--;
      continue;
    }
    if (bytes[close - 1] === SLASH) continue;
    depth++;
    const local = vocabulary.localName(bytes, name, nameTo, close);
    if (local < 0) continue;
    if (equals(bytes, local, nameTo, "rPh")) phonetic ||= depth;
    else if (phonetic === 0 && equals(bytes, local, nameTo, "t")) {
      at = texts.addContent(bytes, at, end);
      if (at === INCOMPLETE) return INCOMPLETE;
    }
  }
}
