/**
 * Reads XML at the level of UTF-8 bytes, for parts that are too large for strings and objects. Every
 * function works on a window `bytes[from, end)` of a part and returns `INCOMPLETE` if the construct
 * continues after the window.
 */

/** The window ends within the construct: call again with more bytes. */
export const INCOMPLETE = -1;

/**
 * XML that is not well-formed, or that is refused (document types). The reader of the part
 * adds file and part.
 */
export class XmlFault extends Error {
  override readonly name: string = "XmlFault";
}

/** A document type. Workbooks never hold one, and its entities may unfold without end or name other files. */
export class DocumentTypeFault extends XmlFault {
  override readonly name = "DocumentTypeFault";

  constructor() {
    super("a document type declaration, which workbooks never hold; entities are not expanded");
  }
}

export const LT = 0x3c;
export const GT = 0x3e;
export const SLASH = 0x2f;
const BANG = 0x21;
const QUESTION = 0x3f;
export const AMP = 0x26;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
export const COLON = 0x3a;

/** Space, tab, line feed, carriage return. */
export function isSpace(byte: number): boolean {
  return byte === 32 || byte === 10 || byte === 9 || byte === 13;
}

/**
 * Skips blanks between elements. Besides those of XML, byte order marks and the blanks of Unicode may stand
 * there: programs that paste parts together leave them behind.
 *
 * @returns The index of the next `<`, of a character that the window cuts, or else `end`.
 * @throws {XmlFault} `fault`, if anything else stands there.
 */
export function skipBlanks(bytes: Uint8Array, from: number, end: number, fault: string): number {
  let at = from;
  while (at < end && bytes[at] !== LT) {
    if (isSpace(bytes[at]!)) at++;
    else {
      const length = characterLength(bytes[at]!);
      if (at + length > end) break;
      if (length === 1 || !isWideBlank(bytes, at)) throw new XmlFault(fault);
      at += length;
    }
  }
  return at;
}

/** The index of the `<` from `from` on, or of the end of the last character that the window holds whole. */
export function skipText(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== LT) at++;
  if (at < end) return at;
  let start = Math.max(from, at - 1);
  while (start > from && (bytes[start]! & 0xc0) === 0x80) start--;
  return start < end && start + characterLength(bytes[start]!) > end ? start : end;
}

/** How many bytes a character of UTF-8 has that begins with this one. */
function characterLength(first: number): number {
  return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/** True for a byte order mark, a zero-width space and what Unicode calls `White_Space`, beyond ASCII. */
function isWideBlank(bytes: Uint8Array, at: number): boolean {
  const [a, b, c] = [bytes[at]!, bytes[at + 1]!, bytes[at + 2]!];
  if (a === 0xc2) return b === 0xa0 || b === 0x85;
  if (a === 0xe1) return b === 0x9a && c === 0x80;
  if (a === 0xe2 && b === 0x80) return c <= 0x8b || c === 0xa8 || c === 0xa9 || c === 0xaf;
  if (a === 0xe2 && b === 0x81) return c === 0x9f || c === 0xa0;
  if (a === 0xe3) return b === 0x80 && c === 0x80;
  return a === 0xef && b === 0xbb && c === 0xbf;
}

/** The index after the name that begins at `from`, or `INCOMPLETE`. */
export function nameEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const byte = bytes[at]!;
    if (byte <= 32 || byte === GT || byte === SLASH || byte === EQUALS) break;
    if (byte === LT || byte === AMP || byte === QUOTE || byte === APOSTROPHE) {
      throw new XmlFault(`a name with the character "${String.fromCharCode(byte)}" in it`);
    }
    at++;
  }
  if (at === end) return INCOMPLETE;
  if (at === from) throw new XmlFault(`a tag or attribute without a name`);
  return at;
}

/**
 * The index of the `>` that ends a tag, or `INCOMPLETE`. `from` lies inside the tag, outside
 * of quoted values.
 */
export function tagEnd(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === GT) return at;
    if (byte === LT) throw new XmlFault(`a "<" inside a tag`);
    if (byte === QUOTE || byte === APOSTROPHE) {
      at++;
      while (at < end && bytes[at] !== byte) at++;
    }
  }
  return INCOMPLETE;
}

/**
 * Skips a comment, a processing instruction or a CDATA section that begins at `from` with `<!` or `<?`.
 *
 * @returns The index after it, or `INCOMPLETE`.
 * @throws {XmlFault} For a document type: workbooks do not need it, and it may hold an entity bomb.
 */
export function skipMarkup(bytes: Uint8Array, from: number, end: number): number {
  if (bytes[from + 1] === QUESTION) return behind(bytes, from + 2, end, QUESTION, GT);
  if (end - from < 9) return INCOMPLETE;
  if (bytes[from + 2] === 0x2d && bytes[from + 3] === 0x2d) {
    for (let at = from + 4; at + 2 < end; at++) {
      if (bytes[at] === 0x2d && bytes[at + 1] === 0x2d) {
        if (bytes[at + 2] === GT) return at + 3;
        throw new XmlFault(`"--" inside a comment`);
      }
    }
    return INCOMPLETE;
  }
  if (isCdata(bytes, from)) {
    const close = cdataEnd(bytes, from + 9, end);
    return close === INCOMPLETE ? INCOMPLETE : close + 3;
  }
  if (matches(bytes, from + 2, "DOCTYPE")) {
    throw new DocumentTypeFault();
  }
  throw new XmlFault(`markup that begins with "<!" and is neither comment nor CDATA`);
}

/**
 * Skips an element with its content. `from` is the index after its start tag; returns the index
 * after its end tag.
 */
export function skipElement(bytes: Uint8Array, from: number, end: number): number {
  let depth = 1;
  let at = from;
  while (depth > 0) {
    while (at < end && bytes[at] !== LT) at++;
    if (at + 1 >= end) return INCOMPLETE;
    const next = bytes[at + 1]!;
    if (next === 0x21 || next === 0x3f) {
      at = skipMarkup(bytes, at, end);
      if (at === INCOMPLETE) return INCOMPLETE;
      continue;
    }
    const close = tagEnd(bytes, at + 1, end);
    if (close === INCOMPLETE) return INCOMPLETE;
    if (next === SLASH) depth--;
    else if (bytes[close - 1] !== SLASH) depth++;
    at = close + 1;
  }
  return at;
}

/** The index after the end tag at `from`, which has to be that of `name`; or `INCOMPLETE`. */
export function endOfElement(
  bytes: Uint8Array,
  from: number,
  end: number,
  prefix: number,
  name: string,
): number {
  const close = tagEnd(bytes, from + 2, end);
  if (close === INCOMPLETE) return INCOMPLETE;
  let to = close;
  while (isSpace(bytes[to - 1]!)) to--;
  const local = from + 2 + prefix;
  if (to - local !== name.length || !matches(bytes, local, name)) {
    throw new XmlFault(`an end tag other than that of ${name}`);
  }
  return close + 1;
}

/** True if `<![CDATA[` stands at `from`. The window has to hold nine bytes from there. */
export function isCdata(bytes: Uint8Array, from: number): boolean {
  return bytes[from + 1] === BANG && matches(bytes, from + 2, "[CDATA[");
}

/** The index of the `]]>` that ends a CDATA section, or `INCOMPLETE`. */
export function cdataEnd(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at + 2 < end; at++) {
    if (bytes[at + 2] === GT && bytes[at] === 0x5d && bytes[at + 1] === 0x5d) return at;
  }
  return INCOMPLETE;
}

/** True if the ASCII `text` stands at `from`. */
function matches(bytes: Uint8Array, from: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[from + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** True if bytes[from, to) are exactly the ASCII `text`. */
export function equals(bytes: Uint8Array, from: number, to: number, text: string): boolean {
  return to - from === text.length && matches(bytes, from, text);
}

/** Bytes as text with one character per byte, for names and other ASCII. */
export function asciiText(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1");
}

/** Iterates over the attributes of a tag without making objects: `while (cursor.next()) …`. */
export class AttributeCursor {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  /** The attribute's local name is bytes[nameFrom, nameTo), its raw value bytes[valueFrom, valueTo). */
  nameFrom = 0;
  nameTo = 0;
  valueFrom = 0;
  valueTo = 0;

  /** Starts with a tag. `from` is the index after its name, `end` that of its `>`. */
  start(bytes: Uint8Array, from: number, end: number): void {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = bytes[end - 1] === SLASH ? end - 1 : end;
  }

  /** Moves to the next attribute; returns false after the last. */
  next(): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.#at;
    const before = at;
    while (at < end && isSpace(bytes[at]!)) at++;
    if (at >= end) return false;
    if (at === before) throw new XmlFault("attributes without a space between them");
    this.nameFrom = at;
    while (at < end && bytes[at] !== EQUALS && !isSpace(bytes[at]!)) {
      if (bytes[at] === COLON) this.nameFrom = at + 1;
      at++;
    }
    this.nameTo = at;
    while (at < end && isSpace(bytes[at]!)) at++;
    if (at >= end || bytes[at] !== EQUALS || this.nameTo === this.nameFrom) {
      throw new XmlFault("an attribute without a name or a value");
    }
    at++;
    while (at < end && isSpace(bytes[at]!)) at++;
    const quote = bytes[at]!;
    if (at >= end || (quote !== QUOTE && quote !== APOSTROPHE))
      throw new XmlFault("an attribute value without quotes");
    this.valueFrom = ++at;
    while (at < end && bytes[at] !== quote) at++;
    if (at >= end) throw new XmlFault("an attribute value that does not end");
    this.valueTo = at;
    this.#at = at + 1;
    return true;
  }

  /** True if the local name of the attribute is `name`. */
  is(name: string): boolean {
    return equals(this.#bytes, this.nameFrom, this.nameTo, name);
  }

  /** True for `xmlns:name`. */
  isPrefixDeclaration(): boolean {
    const from = this.nameFrom - 6;
    return from >= 0 && equals(this.#bytes, from, this.nameFrom, "xmlns:");
  }

  /** The value as a whole number from 0; −1 if it is not one or does not fit into 31 bits. */
  natural(): number {
    return naturalNumber(this.#bytes, this.valueFrom, this.valueTo);
  }

  /** The value as an XML boolean: `1` and `true` (and LibreOffice's `on`) are true. */
  boolean(): boolean {
    const first = this.#bytes[this.valueFrom];
    const length = this.valueTo - this.valueFrom;
    return (
      (first === 0x31 && length === 1) || (first === 0x74 && length === 4) || (first === 0x6f && length === 2)
    );
  }

  /** The raw value, ASCII. */
  text(): string {
    return asciiText(this.#bytes, this.valueFrom, this.valueTo);
  }
}

/** bytes[from, to) as a whole number from 0; −1 if they are not one or it does not fit into 31 bits. */
export function naturalNumber(bytes: Uint8Array, from: number, to: number): number {
  if (from >= to || to - from > 10) return -1;
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value <= 0x7fffffff ? value : -1;
}

/** The index after the two bytes `first` and `second`, or `INCOMPLETE`. */
function behind(bytes: Uint8Array, from: number, end: number, first: number, second: number): number {
  for (let at = from; at + 1 < end; at++) if (bytes[at] === first && bytes[at + 1] === second) return at + 2;
  return INCOMPLETE;
}
