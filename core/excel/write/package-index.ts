/** Keeps the content types and relationships of a package. */

import { posix } from "node:path";
import { escapeXml, XML_DECLARATION } from "./xml-text.ts";

const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** The content types of the kinds of parts of a workbook. All except the VML parts end in `.xml`. */
const CONTENT_TYPES = {
  officeDocument: `${SPREADSHEET}.sheet.main+xml`,
  worksheet: `${SPREADSHEET}.worksheet+xml`,
  styles: `${SPREADSHEET}.styles+xml`,
  sharedStrings: `${SPREADSHEET}.sharedStrings+xml`,
  table: `${SPREADSHEET}.table+xml`,
  pivotTable: `${SPREADSHEET}.pivotTable+xml`,
  pivotCacheDefinition: `${SPREADSHEET}.pivotCacheDefinition+xml`,
  pivotCacheRecords: `${SPREADSHEET}.pivotCacheRecords+xml`,
  comments: `${SPREADSHEET}.comments+xml`,
  theme: "application/vnd.openxmlformats-officedocument.theme+xml",
  vmlDrawing: "application/vnd.openxmlformats-officedocument.vmlDrawing",
} as const;

/** The parts of a package and their references: its content types and relationships (ECMA-376 part 2). */
export class PackageIndex {
  #types = new Map<string, keyof typeof CONTENT_TYPES>();
  /** Relationships by the path of the part that refers; "" is the package itself. */
  #relationships = new Map<string, { kind: string; target: string }[]>();

  /** Adds a part, and a reference to it from the part `from`; returns the id of the relationship (`rId1`). */
  part(path: string, kind: keyof typeof CONTENT_TYPES, from: string): string {
    this.#types.set(path, kind);
    const relationships = this.#relationships.get(from) ?? [];
    this.#relationships.set(from, relationships);
    return `rId${relationships.push({ kind, target: path })}`;
  }

  /** The `.rels` parts, each with path and XML. */
  *relationshipParts(): Generator<[path: string, xml: string]> {
    for (const [from, relationships] of this.#relationships) {
      const folder = from === "" ? "" : posix.dirname(from);
      const elements = relationships.map(
        ({ kind, target }, i) =>
          `<Relationship Id="rId${i + 1}" Type="${OFFICE}/${kind}" Target="${escapeXml(posix.relative(folder, target))}"/>`,
      );
      yield [
        posix.join(folder, "_rels", `${posix.basename(from)}.rels`),
        `${XML_DECLARATION}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
          `${elements.join("")}</Relationships>`,
      ];
    }
  }

  /** `[Content_Types].xml`. */
  contentTypesXml(): string {
    const overrides = [...this.#types]
      .filter(([path]) => posix.extname(path) === ".xml")
      .map(([path, kind]) => `<Override PartName="/${path}" ContentType="${CONTENT_TYPES[kind]}"/>`);
    return [
      XML_DECLARATION,
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">',
      '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
      '<Default Extension="xml" ContentType="application/xml"/>',
      `<Default Extension="vml" ContentType="${CONTENT_TYPES.vmlDrawing}"/>`,
      ...overrides,
      "</Types>",
    ].join("");
  }
}
