/** Reads the table of shared strings of a workbook, window by window. */

import { addRichText } from "./rich-text.ts";
import { TextTable } from "./text-table.ts";
import { Vocabulary } from "./vocabulary.ts";
import {
  equals,
  INCOMPLETE,
  LT,
  nameEnd,
  SLASH,
  skipBlanks,
  skipElement,
  skipMarkup,
  tagEnd,
  XmlFault,
} from "./xml-bytes.ts";

/** Reads `sharedStrings.xml`. Call `scan` with each window of its bytes, in order. */
export class SharedStringScanner {
  readonly strings: TextTable;
  readonly #vocabulary = new Vocabulary();
  #state: "before" | "inside" | "behind" = "before";

  /** @param capacity The bytes of text to allocate memory for at first. */
  constructor(capacity?: number) {
    this.strings = new TextTable(capacity);
  }

  /**
   * Reads everything in bytes[0, end) that is complete.
   *
   * @param last True for the last window.
   * @returns How many bytes were read; the next window has to begin with the rest.
   * @throws {XmlFault} If the part is not what it should be.
   */
  scan(bytes: Uint8Array, end: number, last: boolean): number {
    let at = 0;
    for (;;) {
      at = skipBlanks(bytes, at, end, "text between the strings");
      const next = at < end && bytes[at] === LT ? this.#element(bytes, at, end) : INCOMPLETE;
      if (next !== INCOMPLETE) {
        at = next;
        continue;
      }
      this.strings.drop();
      if (last && (at < end || this.#state !== "behind")) throw new XmlFault("the part ends too early");
      return at;
    }
  }

  /** Reads the tag or markup that begins with the `<` at `from`; returns the index after it. */
  #element(bytes: Uint8Array, from: number, end: number): number {
    const next = bytes[from + 1];
    if (from + 1 >= end) return INCOMPLETE;
    if (next === 0x21 || next === 0x3f) return skipMarkup(bytes, from, end);
    const isEnd = next === SLASH;
    const name = from + (isEnd ? 2 : 1);
    const nameTo = nameEnd(bytes, name, end);
    if (nameTo === INCOMPLETE) return INCOMPLETE;
    const close = tagEnd(bytes, nameTo, end);
    if (close === INCOMPLETE) return INCOMPLETE;
    const selfClosing = bytes[close - 1] === SLASH;
    if (this.#state === "before") {
      const local = this.#vocabulary.root(bytes, name, nameTo, close);
      if (isEnd || !equals(bytes, local, nameTo, "sst")) {
        throw new XmlFault("a root element other than sst");
      }
      this.#state = selfClosing ? "behind" : "inside";
      return close + 1;
    }
    if (this.#state === "behind") throw new XmlFault("elements behind the root element");
    const local = this.#vocabulary.localName(bytes, name, nameTo, close);
    if (isEnd) {
      if (local < 0 || !equals(bytes, local, nameTo, "sst"))
        throw new XmlFault("an end tag without a start tag");
      this.#state = "behind";
      return close + 1;
    }
    if (local < 0 || !equals(bytes, local, nameTo, "si")) {
      return selfClosing ? close + 1 : skipElement(bytes, close + 1, end);
    }
    if (selfClosing) {
      this.strings.close();
      return close + 1;
    }
    const behind = addRichText(this.strings, bytes, close + 1, end, this.#vocabulary);
    if (behind !== INCOMPLETE) this.strings.close();
    return behind;
  }
}
