/** A pull parser for the small parts of a workbook: styles, theme, relationships and so on. */

import { TextTable } from "./text-table.ts";
import {
  AttributeCursor,
  INCOMPLETE,
  isCdata,
  LT,
  nameEnd,
  SLASH,
  skipBlanks,
  skipMarkup,
  tagEnd,
  XmlFault,
} from "./xml-bytes.ts";

/**
 * Iterates over the elements of a part: `while (xml.next()) …`. Names are local names. Prefixes are dropped,
 * because the same vocabulary occurs with several prefixes and in two namespaces (transitional and strict).
 */
export class XmlReader {
  /** What the last `next` found. */
  event: "start" | "end" = "start";
  /** The element's local name. */
  name = "";
  /** The local names of the open elements. The current element is the last one, even at its end. */
  readonly path: string[] = [];

  readonly #bytes: Buffer;
  readonly #open: string[] = [];
  readonly #attributes = new AttributeCursor();
  readonly #scratch = new TextTable(256);
  #at = 0;
  #nameTo = 0;
  #close = 0;
  #endsNext = false;
  #leaves = false;
  #rootSeen = false;

  /** @param bytes The whole part, UTF-8. */
  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** How many elements are open, including the current one: 1 at the root. */
  get depth(): number {
    return this.path.length;
  }

  /** The local name of the parent of the current element; empty at the root. */
  get parent(): string {
    return this.path[this.path.length - 2] ?? "";
  }

  /**
   * Moves to the next start or end of an element; an empty element has both. The text between
   * them is skipped.
   *
   * @returns False after the root element.
   * @throws {XmlFault} If the part is not well-formed or has a document type.
   */
  next(): boolean {
    if (this.#leaves) {
      this.path.pop();
      this.#leaves = false;
    }
    if (this.#endsNext) {
      this.#endsNext = false;
      return this.#leave();
    }
    const bytes = this.#bytes;
    for (;;) {
      let at = this.#at;
      if (this.#open.length === 0) at = skipBlanks(bytes, at, bytes.length, "text outside the root element");
      else while (at < bytes.length && bytes[at] !== LT) at++;
      this.#at = at;
      if (at >= bytes.length) {
        if (this.#open.length > 0 || !this.#rootSeen) throw new XmlFault("the part ends too early");
        return false;
      }
      const next = bytes[at + 1];
      if (next === 0x21 || next === 0x3f) {
        this.#at = complete(skipMarkup(bytes, at, bytes.length));
        continue;
      }
      const isEnd = next === SLASH;
      const name = at + (isEnd ? 2 : 1);
      this.#nameTo = complete(nameEnd(bytes, name, bytes.length));
      this.#close = complete(tagEnd(bytes, this.#nameTo, bytes.length));
      this.#at = this.#close + 1;
      const fullName = bytes.toString("latin1", name, this.#nameTo);
      if (isEnd) {
        if (this.#open[this.#open.length - 1] !== fullName) {
          throw new XmlFault(`the end tag of "${fullName}" where none is open`);
        }
        return this.#leave();
      }
      return this.#enter(fullName);
    }
  }

  /**
   * An attribute of the element that was started last, by its local name. Entities are resolved.
   *
   * @returns null if there is none.
   */
  attribute(name: string): string | null {
    const attributes = this.#attributes;
    attributes.start(this.#bytes, this.#nameTo, this.#close);
    while (attributes.next()) {
      if (!attributes.is(name)) continue;
      this.#scratch.addXml(this.#bytes, attributes.valueFrom, attributes.valueTo);
      return this.#takeText();
    }
    return null;
  }

  /** An attribute as a whole number; `fallback` if there is none or it is not a whole number. */
  integer(name: string, fallback: number): number {
    const text = this.attribute(name);
    return text !== null && /^\s*[+-]?[0-9]{1,9}\s*$/.test(text) ? Number(text) : fallback;
  }

  /** An attribute as an XML boolean; `fallback` if there is none. */
  boolean(name: string, fallback: boolean): boolean {
    const text = this.attribute(name);
    return text === null ? fallback : text === "1" || text === "true" || text === "on";
  }

  /** All text inside the element that was started last. Moves to its end. */
  text(): string {
    const depth = this.depth;
    let from = this.#at;
    for (;;) {
      if (!this.#endsNext) this.#addText(from);
      if (!this.next()) break;
      from = this.#at;
      if (this.event === "end" && this.depth === depth) break;
    }
    return this.#takeText();
  }

  /** Adds the character data from `from` to the next tag. */
  #addText(from: number): void {
    const bytes = this.#bytes;
    let at = from;
    while (at < bytes.length) {
      let stop = at;
      while (stop < bytes.length && bytes[stop] !== LT) stop++;
      this.#scratch.addXml(bytes, at, stop);
      const next = bytes[stop + 1];
      if (next !== 0x21 && next !== 0x3f) return;
      const behind = complete(skipMarkup(bytes, stop, bytes.length));
      if (isCdata(bytes, stop)) this.#scratch.addBytes(bytes.subarray(stop + 9, behind - 3));
      at = behind;
    }
  }

  #takeText(): string {
    const text = this.#scratch.get(this.#scratch.close());
    this.#scratch.truncate(0);
    return text;
  }

  #enter(fullName: string): boolean {
    if (this.#open.length === 0 && this.#rootSeen) throw new XmlFault("elements behind the root element");
    if (this.#open.length >= 256) throw new XmlFault("elements more than 256 deep");
    this.#rootSeen = true;
    this.#open.push(fullName);
    this.name = fullName.slice(fullName.indexOf(":") + 1);
    this.path.push(this.name);
    this.event = "start";
    this.#endsNext = this.#bytes[this.#close - 1] === SLASH;
    return true;
  }

  #leave(): boolean {
    this.#open.pop();
    this.name = this.path[this.path.length - 1]!;
    this.event = "end";
    this.#leaves = true;
    return true;
  }
}

function complete(at: number): number {
  if (at === INCOMPLETE) throw new XmlFault("the part ends too early");
  return at;
}
