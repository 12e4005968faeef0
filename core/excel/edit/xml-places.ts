/** Finds places in an XML part, so that XML can be inserted without changing the rest. */

import {
  AttributeCursor,
  asciiText,
  INCOMPLETE,
  LT,
  nameEnd,
  SLASH,
  skipElement,
  skipMarkup,
  tagEnd,
  XmlFault,
} from "../xml-bytes.ts";

/** An element and its place, as indices of the bytes of the part. */
export interface PlacedElement {
  /** The name without its prefix. */
  readonly name: string;
  /** The prefix with its colon: `x:`; empty if there is none. */
  readonly prefix: string;
  /** The indices of its `<`, of the end of its name, and of the `>` of its start tag. */
  readonly from: number;
  readonly nameTo: number;
  readonly close: number;
  /** True for `<name/>`. */
  readonly isEmpty: boolean;
}

/** The root element of a whole part in UTF-8. @throws {XmlFault} If there is none. */
export function rootElement(bytes: Uint8Array): PlacedElement {
  return elementAt(bytes, skipToTag(bytes, 0));
}

/** A child of the root; `end` is the index after its end tag. */
export interface ChildElement extends PlacedElement {
  readonly end: number;
}

/** The children of the root in their order. @throws {XmlFault} If the part is not well-formed. */
export function* childElements(bytes: Uint8Array, root: PlacedElement): Generator<ChildElement> {
  for (let at = nextTag(bytes, root); at !== null; ) {
    const element = elementAt(bytes, at);
    const behind = element.close + 1;
    const child = {
      ...element,
      end: element.isEmpty ? behind : complete(skipElement(bytes, behind, bytes.length)),
    };
    yield child;
    at = nextTag(bytes, root, child);
  }
}

/**
 * The index of the end tag of the root.
 *
 * @param last The last child of the root; null if it has none. For another child: the start of the next.
 */
export function endOfContent(bytes: Uint8Array, root: PlacedElement, last: ChildElement | null): number {
  return skipToTag(bytes, last?.end ?? root.close + 1);
}

/**
 * The raw value of an attribute, by its local name; null if there is none. Declarations of
 * namespaces do not count.
 */
export function attributeOf(bytes: Uint8Array, element: PlacedElement, name: string): string | null {
  const attributes = new AttributeCursor();
  attributes.start(bytes, element.nameTo, element.close);
  while (attributes.next()) {
    if (attributes.is(name) && !attributes.isPrefixDeclaration()) return attributes.text();
  }
  return null;
}

/** The namespace that an element declares for its own prefix; null if it declares none. */
export function namespaceOf(bytes: Uint8Array, element: PlacedElement): string | null {
  const attributes = new AttributeCursor();
  attributes.start(bytes, element.nameTo, element.close);
  const prefix = element.prefix.slice(0, -1);
  while (attributes.next()) {
    const found = prefix === "" ? attributes.is("xmlns") : attributes.is(prefix);
    if (found && (prefix === "") !== attributes.isPrefixDeclaration()) return attributes.text();
  }
  return null;
}

/** The part with `xml` added at the end of the content of its root. */
export function appendToRoot(bytes: Uint8Array, xml: string): Uint8Array {
  const root = rootElement(bytes);
  if (!root.isEmpty) {
    const last = [...childElements(bytes, root)].at(-1) ?? null;
    return insertAt(bytes, endOfContent(bytes, root, last), xml);
  }
  const name = asciiText(bytes, root.from + 1, root.nameTo);
  const tag = bytes.subarray(0, root.close - 1);
  return Buffer.concat([tag, Buffer.from(`>${xml}</${name}>`), bytes.subarray(root.close + 1)]);
}

/** The part with `xml` inserted before the byte `at`. */
function insertAt(bytes: Uint8Array, at: number, xml: string): Uint8Array {
  return replaceBetween(bytes, at, at, xml);
}

/** The part with `xml` in the place of the bytes from `from` up to, but not including, `to`. */
export function replaceBetween(bytes: Uint8Array, from: number, to: number, xml: string): Uint8Array {
  return Buffer.concat([bytes.subarray(0, from), Buffer.from(xml), bytes.subarray(to)]);
}

/** The index of the next child; null at the end of the root. */
function nextTag(bytes: Uint8Array, root: PlacedElement, before: ChildElement | null = null): number | null {
  if (root.isEmpty) return null;
  const at = endOfContent(bytes, root, before);
  return bytes[at + 1] === SLASH ? null : at;
}

/** The index of the next tag from `from` on; comments and the like are skipped. */
function skipToTag(bytes: Uint8Array, from: number): number {
  for (let at = from; ; ) {
    while (at < bytes.length && bytes[at] !== LT) at++;
    if (at + 1 >= bytes.length) throw new XmlFault("the part ends too early");
    if (!isMarkup(bytes, at)) return at;
    at = complete(skipMarkup(bytes, at, bytes.length));
  }
}

function elementAt(bytes: Uint8Array, from: number): PlacedElement {
  const nameTo = complete(nameEnd(bytes, from + 1, bytes.length));
  const close = complete(tagEnd(bytes, nameTo, bytes.length));
  const fullName = asciiText(bytes, from + 1, nameTo);
  const colon = fullName.indexOf(":") + 1;
  const isEmpty = bytes[close - 1] === SLASH;
  return { name: fullName.slice(colon), prefix: fullName.slice(0, colon), from, nameTo, close, isEmpty };
}

function isMarkup(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 1] === 0x21 || bytes[at + 1] === 0x3f;
}

function complete(at: number): number {
  if (at === INCOMPLETE) throw new XmlFault("the part ends too early");
  return at;
}
