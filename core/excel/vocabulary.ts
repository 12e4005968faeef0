/** Tells the elements of a part's own vocabulary from those of other ones, whatever their prefixes. */

import { AttributeCursor, asciiText, COLON, XmlFault } from "./xml-bytes.ts";

/** The namespaces of SpreadsheetML, transitional and strict. */
const MAIN = [
  "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
  "http://purl.oclc.org/ooxml/spreadsheetml/main",
];

/**
 * The prefixes of a part. An element belongs to the part's vocabulary if it has the prefix of the root. With
 * another prefix it belongs there too, unless the root or the element itself binds this prefix to another
 * namespace: some programs write prefixes on some elements only, and some forget to declare them.
 */
export class Vocabulary {
  #rootPrefix = "";
  #hasPlainRoot = true;
  #rootNamespace: string | null = null;
  /** The prefixes, with their colon, that the root binds to other namespaces. */
  readonly #foreign = new Set<string>();
  readonly #attributes = new AttributeCursor();

  /**
   * Reads the start tag of the root.
   *
   * @param name The index of the name, which ends at `nameTo`; `close` is the index of the `>`.
   * @returns The index of the local name.
   */
  root(bytes: Uint8Array, name: number, nameTo: number, close: number): number {
    const local = afterColon(bytes, name, nameTo);
    this.#rootPrefix = asciiText(bytes, name, local);
    this.#hasPlainRoot = local === name;
    const declared = this.#declarations(bytes, nameTo, close);
    this.#rootNamespace = declared.get(this.#rootPrefix) ?? null;
    for (const [prefix, namespace] of declared) if (this.#isForeign(namespace)) this.#foreign.add(prefix);
    return local;
  }

  /**
   * The index of the local name of an element; −1 if the element belongs to another vocabulary.
   *
   * @param close The index of the `>` of its start tag.
   */
  localName(bytes: Uint8Array, name: number, nameTo: number, close: number): number {
    // Most names, such as `t` and `si`, are too short for a prefix.
    if (nameTo - name < 3 && this.#hasPlainRoot) return name;
    const local = afterColon(bytes, name, nameTo);
    if (local === name && this.#hasPlainRoot) return local;
    const prefix = asciiText(bytes, name, local);
    if (prefix === this.#rootPrefix) return local;
    const own = this.#declarations(bytes, nameTo, close).get(prefix);
    const isForeign = own === undefined ? this.#foreign.has(prefix) : this.#isForeign(own);
    return isForeign ? -1 : local;
  }

  #isForeign(namespace: string): boolean {
    return namespace !== this.#rootNamespace && !MAIN.includes(namespace);
  }

  /** Prefix with its colon → namespace, for the declarations of a start tag. */
  #declarations(bytes: Uint8Array, nameTo: number, close: number): Map<string, string> {
    const found = new Map<string, string>();
    const attributes = this.#attributes;
    attributes.start(bytes, nameTo, close);
    try {
      while (attributes.next()) {
        const { nameFrom, nameTo: to } = attributes;
        if (attributes.isPrefixDeclaration())
          found.set(`${asciiText(bytes, nameFrom, to)}:`, attributes.text());
        else if (attributes.is("xmlns")) found.set("", attributes.text());
      }
    } catch (error) {
      if (!(error instanceof XmlFault)) throw error; // what reads the element's own attributes reports it
    }
    return found;
  }
}

/** The index after the colon of a name; the start of the name if it has none. */
function afterColon(bytes: Uint8Array, name: number, nameTo: number): number {
  for (let at = name; at < nameTo; at++) if (bytes[at] === COLON) return at + 1;
  return name;
}
