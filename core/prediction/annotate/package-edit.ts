/** Edits a workbook's package: changes and adds parts, and leaves the others as they are. */

import { posix } from "node:path";
import type { ByteSource } from "../../excel/byte-source.ts";
import { rewriteZip } from "../../excel/edit/rewrite-zip.ts";
import { appendToRoot, rootElement } from "../../excel/edit/xml-places.ts";
import { DEFAULT_READ_LIMITS, raisedLimits } from "../../excel/read-limits.ts";
import { resolveTarget } from "../../excel/relationships.ts";
import { escapeAttribute, XML_DECLARATION } from "../../excel/write/xml-text.ts";
import { XmlFault } from "../../excel/xml-bytes.ts";
import { XmlReader } from "../../excel/xml-reader.ts";
import { ZipPackage } from "../../excel/zip-package.ts";

const TYPES = "[Content_Types].xml";
const PACKAGE_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships";
const RELATIONSHIPS_TYPE = "application/vnd.openxmlformats-package.relationships+xml";

/** Matches a declaration of another encoding than UTF-8, in which parts are read. */
const OTHER_ENCODING = /^<\?xml[^>]*?encoding\s*=\s*["'](?!utf-?8["'])[^>]*\?>\s*/i;

export class PackageEdit {
  readonly #source: ByteSource;
  readonly #zip: ZipPackage;
  /** The key is the part's name in lower case. */
  readonly #changes = new Map<string, { readonly name: string; readonly bytes: Uint8Array }>();
  readonly #names: Set<string>;

  private constructor(source: ByteSource, zip: ZipPackage) {
    this.#source = source;
    this.#zip = zip;
    this.#names = new Set(zip.names().map((name) => name.toLowerCase()));
  }

  /**
   * Opens a package.
   *
   * @param factor How much the usual limits are raised.
   *
   * @throws {WorkbookError} If it is no ZIP archive, or a broken one.
   */
  static async open(source: ByteSource, factor: number): Promise<PackageEdit> {
    const limits = { ...DEFAULT_READ_LIMITS, ...raisedLimits(factor) };
    const ofParts = { ...limits, maxPartBytes: limits.maxTotalBytes }; // sheets are held as a whole here
    return new PackageEdit(source, await ZipPackage.open(source, ofParts));
  }

  has(part: string): boolean {
    return this.#names.has(part.toLowerCase());
  }

  /** A part as text, with all changes so far. @throws {WorkbookError} If it is missing or broken. */
  read(part: string): Uint8Array {
    const changed = this.#changes.get(part.toLowerCase());
    if (changed) return changed.bytes;
    const bytes = this.#zip.read(part);
    const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200)).toString("latin1");
    const declaration = OTHER_ENCODING.exec(start)?.[0];
    if (declaration === undefined) return bytes;
    return Buffer.concat([Buffer.from(XML_DECLARATION), bytes.subarray(declaration.length)]);
  }

  /** Reads a part with `read`. A fault in its XML becomes an error with the part's name. */
  parse<T>(part: string, read: (bytes: Uint8Array) => T): T {
    const bytes = this.read(part);
    try {
      return read(bytes);
    } catch (error) {
      if (!(error instanceof XmlFault)) throw error;
      throw this.#zip.error("corrupt", part, `its XML has ${error.message}`, error);
    }
  }

  /** Changes a part. @throws {WorkbookError} As `parse`. */
  change(part: string, edit: (bytes: Uint8Array) => Uint8Array): void {
    this.#changes.set(part.toLowerCase(), { name: part, bytes: this.parse(part, edit) });
  }

  /** Adds children at the end of a part's root. @param xml Makes them from the part's current text. */
  append(part: string, xml: (bytes: Uint8Array) => string): void {
    this.change(part, (bytes) => appendToRoot(bytes, xml(bytes)));
  }

  /** Adds an XML part. @returns Its name: the first free one of `{stem}1.xml`, `{stem}2.xml` and so on. */
  add(stem: string, contentType: string, xml: string): string {
    let number = 1;
    while (this.has(`${stem}${number}.xml`)) number++;
    const part = `${stem}${number}.xml`;
    this.#add(part, xml);
    const type = escapeAttribute(contentType);
    this.#appendElement(TYPES, `Override PartName="/${part}" ContentType="${type}"`);
    return part;
  }

  /**
   * The part that a relationship of another part points to; null if either is missing, as in damaged files.
   */
  target(from: string, id: string): string | null {
    const list = relationshipsPart(from);
    const found = this.has(list)
      ? this.parse(list, relationshipsIn).find((each) => each.id === id)
      : undefined;
    const part = found && resolveTarget(from, found.target);
    return part !== undefined && this.has(part) ? part : null;
  }

  /** Adds a relationship from one part to another. @returns Its id. */
  relate(from: string, type: string, to: string): string {
    const list = relationshipsPart(from);
    if (!this.has(list)) {
      this.#add(list, `${XML_DECLARATION}<Relationships xmlns="${PACKAGE_RELATIONSHIPS}"/>`);
      this.#declareRelationships();
    }
    const taken = new Set(this.parse(list, relationshipsIn).map(({ id }) => id.toLowerCase()));
    let number = 1;
    while (taken.has(`rid${number}`)) number++;
    const target = escapeAttribute(posix.relative(posix.dirname(from), to));
    this.#appendElement(list, `Relationship Id="rId${number}" Type="${type}" Target="${target}"`);
    return `rId${number}`;
  }

  /** The bytes of the changed package. @param comment Of the archive. @throws {RangeError} Beyond 4 GiB. */
  bytes(comment: string): Generator<Uint8Array> {
    const contents = Array.from(this.#changes.values(), ({ name, bytes }) => [name, bytes] as const);
    return rewriteZip(this.#source, new Map(contents), comment);
  }

  #add(part: string, xml: string): void {
    this.#names.add(part.toLowerCase());
    this.#changes.set(part.toLowerCase(), { name: part, bytes: Buffer.from(xml) });
  }

  /** Adds an empty element to a part's root, in the namespace of the root. */
  #appendElement(part: string, content: string): void {
    this.append(part, (bytes) => `<${rootElement(bytes).prefix}${content}/>`);
  }

  /** Declares the content type of relationships, which a package without any does not. */
  #declareRelationships(): void {
    if (this.parse(TYPES, knowsRelationships)) return;
    this.#appendElement(TYPES, `Default Extension="rels" ContentType="${RELATIONSHIPS_TYPE}"`);
  }
}

function relationshipsPart(part: string): string {
  return posix.join(posix.dirname(part), "_rels", `${posix.basename(part)}.rels`);
}

function relationshipsIn(bytes: Uint8Array): { id: string; target: string }[] {
  const found: { id: string; target: string }[] = [];
  const xml = new XmlReader(bytes);
  while (xml.next()) {
    if (xml.event !== "start" || xml.name !== "Relationship") continue;
    found.push({ id: xml.attribute("Id") ?? "", target: xml.attribute("Target") ?? "" });
  }
  return found;
}

function knowsRelationships(contentTypes: Uint8Array): boolean {
  const xml = new XmlReader(contentTypes);
  while (xml.next()) {
    if (xml.event !== "start" || xml.name !== "Default") continue;
    if (xml.attribute("Extension")?.toLowerCase() === "rels") return true;
  }
  return false;
}
