/** Many texts in one block of memory: their UTF-8 bytes one after the other, and the start of each. */

import { AMP, cdataEnd, INCOMPLETE, isCdata, LT, skipMarkup, XmlFault } from "./xml-bytes.ts";

const UNDERSCORE = 0x5f;
const LOWER_X = 0x78;

/** An append-only list of texts. Calls of `add…` build a text, and `close` ends it and returns its index. */
export class TextTable {
  #bytes: Buffer;
  #used = 0;
  #starts = new Uint32Array(16);
  #count = 0;
  #underscores = false;

  /** @param capacity The number of bytes to allocate at first. */
  constructor(capacity = 1024) {
    this.#bytes = Buffer.alloc(capacity);
  }

  /** How many texts there are. */
  get length(): number {
    return this.#count;
  }

  /** The bytes of all texts; text i is bytes[start(i), end(i)). Valid until the next `add…`. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  start(index: number): number {
    return this.#starts[index]!;
  }

  end(index: number): number {
    return this.#starts[index + 1]!;
  }

  /** True for a text of no characters. */
  isEmpty(index: number): boolean {
    return this.#starts[index] === this.#starts[index + 1];
  }

  /** The text as a string. */
  get(index: number): string {
    if (index < 0 || index >= this.#count) throw new RangeError(`Text ${index} of ${this.#count}`);
    return this.#bytes.toString("utf8", this.#starts[index], this.#starts[index + 1]);
  }

  /** Appends a whole text. */
  push(text: string): number {
    this.addBytes(Buffer.from(text));
    return this.close();
  }

  /** Adds UTF-8 bytes to the open text, as they are. */
  addBytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /**
   * Adds XML character data to the open text. The five named entities and character references are resolved,
   * and line ends become line feeds.
   *
   * @throws {XmlFault} On any other entity.
   */
  addXml(source: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    const bytes = this.#bytes;
    let used = this.#used;
    for (let at = from; at < to; at++) {
      let byte = source[at]!;
      if (byte === AMP) {
        this.#used = used;
        at = this.#addEntity(source, at, to);
        used = this.#used;
        continue;
      }
      if (byte === 13) {
        if (source[at + 1] === 10 && at + 1 < to) continue;
        byte = 10;
      } else if (byte === UNDERSCORE) this.#underscores = true;
      bytes[used++] = byte;
    }
    this.#used = used;
  }

  /**
   * Adds the content of an element that holds only text: character data, CDATA, and comments,
   * which are skipped.
   *
   * @param from The index after the start tag.
   * @returns The index of the `</` that ends the element, or `INCOMPLETE`. The open text is then
   *   undefined: `drop` it.
   */
  addContent(source: Uint8Array, from: number, end: number): number {
    let at = from;
    for (;;) {
      let stop = at;
      while (stop < end && source[stop] !== LT) stop++;
      if (stop + 1 >= end) return INCOMPLETE;
      if (stop > at) this.addXml(source, at, stop);
      const next = source[stop + 1];
      if (next === 0x2f) return stop;
      if (next !== 0x21 && next !== 0x3f) throw new XmlFault("an element where only text may stand");
      if (end - stop < 9) return INCOMPLETE;
      if (isCdata(source, stop)) {
        const close = cdataEnd(source, stop + 9, end);
        if (close === INCOMPLETE) return INCOMPLETE;
        this.#addCdata(source, stop + 9, close);
        at = close + 3;
      } else {
        at = skipMarkup(source, stop, end);
        if (at === INCOMPLETE) return INCOMPLETE;
      }
    }
  }

  /** Ends the open text and returns its index. Excel's own escapes such as `_x000D_` are resolved. */
  close(): number {
    const index = this.#count;
    if (this.#underscores) this.#unescape(index === 0 ? 0 : this.#starts[index]!);
    this.#count++;
    if (this.#count >= this.#starts.length) {
      const starts = new Uint32Array(this.#starts.length * 2);
      starts.set(this.#starts);
      this.#starts = starts;
    }
    this.#starts[this.#count] = this.#used;
    return index;
  }

  /** Forgets the open text. */
  drop(): void {
    this.#used = this.#starts[this.#count]!;
    this.#underscores = false;
  }

  /** Forgets all texts from index `length` on, and the open one. */
  truncate(length: number): void {
    if (length < this.#count) this.#count = length;
    this.drop();
  }

  /** Frees the memory that is allocated but not used. */
  trim(): void {
    if (this.#bytes.length > this.#used * 1.5 + 4096)
      this.#bytes = Buffer.from(this.#bytes.subarray(0, this.#used));
  }

  #reserve(more: number): void {
    const needed = this.#used + more;
    if (needed <= this.#bytes.length) return;
    if (needed > 0x7fffffff) throw new XmlFault("more than 2 GiB of text");
    const bytes = Buffer.alloc(Math.max(needed, this.#bytes.length * 2));
    bytes.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = bytes;
  }

  #addCdata(source: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    for (let at = from; at < to; at++) {
      let byte = source[at]!;
      if (byte === 13) {
        if (source[at + 1] === 10 && at + 1 < to) continue;
        byte = 10;
      } else if (byte === UNDERSCORE) this.#underscores = true;
      this.#bytes[this.#used++] = byte;
    }
  }

  /** Adds the character that the reference at `from` names; returns the index of its `;`. */
  #addEntity(source: Uint8Array, from: number, to: number): number {
    const end = source.subarray(from, Math.min(to, from + 12)).indexOf(0x3b) + from;
    if (end < from) throw new XmlFault(`an "&" that begins no entity`);
    this.#addCodePoint(entityCodePoint(source, from + 1, end));
    return end;
  }

  #addCodePoint(code: number): void {
    this.#reserve(4);
    const bytes = this.#bytes;
    if (code < 0x80) bytes[this.#used++] = code;
    else if (code < 0x800) {
      bytes[this.#used++] = 0xc0 | (code >> 6);
      bytes[this.#used++] = 0x80 | (code & 63);
    } else if (code < 0x10000) {
      bytes[this.#used++] = 0xe0 | (code >> 12);
      bytes[this.#used++] = 0x80 | ((code >> 6) & 63);
      bytes[this.#used++] = 0x80 | (code & 63);
    } else {
      bytes[this.#used++] = 0xf0 | (code >> 18);
      bytes[this.#used++] = 0x80 | ((code >> 12) & 63);
      bytes[this.#used++] = 0x80 | ((code >> 6) & 63);
      bytes[this.#used++] = 0x80 | (code & 63);
    }
    if (code === UNDERSCORE) this.#underscores = true;
  }

  /** Resolves `_xHHHH_` (ECMA-376 part 1, 22.9.2.19 ST_Xstring) in the open text, which begins at `start`. */
  #unescape(start: number): void {
    this.#underscores = false;
    const source = this.#bytes;
    const end = this.#used;
    this.#used = start;
    for (let at = start; at < end; at++) {
      let code = escapeAt(source, at, end);
      if (code < 0) {
        source[this.#used++] = source[at]!;
        continue;
      }
      at += 6;
      if (code >= 0xd800 && code < 0xdc00) {
        const low = escapeAt(source, at + 1, end);
        if (low >= 0xdc00 && low < 0xe000) {
          code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
          at += 7;
        }
      }
      this.#addCodePoint(code >= 0xd800 && code < 0xe000 ? 0xfffd : code); // never longer than the escape
    }
    this.#underscores = false;
  }
}

/** The code point that bytes[from, to), the text between `&` and `;`, stand for. */
function entityCodePoint(bytes: Uint8Array, from: number, to: number): number {
  const name = String.fromCharCode(...bytes.subarray(from, to));
  const named = { amp: 38, lt: 60, gt: 62, quot: 34, apos: 39 }[name];
  if (named !== undefined) return named;
  const digits = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(name);
  if (!digits) throw new XmlFault(`the entity "&${name};", which XML does not define`);
  const code = digits[1] === undefined ? Number.parseInt(digits[2]!, 10) : Number.parseInt(digits[1], 16);
  const allowed = code === 9 || code === 10 || code === 13 || (code >= 32 && code < 0xd800) || code > 0xdfff;
  if (!allowed || code > 0x10ffff || code === 0xfffe || code === 0xffff) {
    throw new XmlFault(`the character reference "&${name};", which is no character of XML`);
  }
  return code;
}

/** The code unit of the escape `_xHHHH_` at `from`, or −1 if there is none. */
function escapeAt(bytes: Uint8Array, from: number, end: number): number {
  if (from + 7 > end || bytes[from] !== UNDERSCORE || bytes[from + 1] !== LOWER_X) return -1;
  if (bytes[from + 6] !== UNDERSCORE) return -1;
  let code = 0;
  for (let at = from + 2; at < from + 6; at++) {
    const byte = bytes[at]!;
    const digit = byte <= 57 ? byte - 48 : (byte | 32) - 87;
    if (digit < 0 || digit > 15 || (byte > 57 && digit < 10)) return -1;
    code = code * 16 + digit;
  }
  return code;
}
