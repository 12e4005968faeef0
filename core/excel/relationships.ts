/** Reads the relationships between the parts of a workbook (ECMA-376 part 2, 9.3). */

import type { ReadingNotes } from "./reading-note.ts";
import { parseSidePart } from "./side-part.ts";
import { XmlReader } from "./xml-reader.ts";
import type { ZipPackage } from "./zip-package.ts";

/** A reference from one part to another. */
export interface Relationship {
  readonly id: string;
  /**
   * The last word of the relationship's type, the same in transitional and strict workbooks:
   * `worksheet`, `table`.
   */
  readonly type: string;
  /** The name of the other part in the archive. */
  readonly part: string;
}

/**
 * The relationships of a part to other parts, in the order of the file; none if the part has no list of them.
 * Relationships that point out of the workbook are left out: nothing is ever fetched.
 *
 * @param part The name of the part, or "" for the relationships of the package.
 */
export function readRelationships(zip: ZipPackage, part: string): Relationship[] {
  const list = relationshipsPart(part);
  return zip.has(list) ? zip.parse(list, (bytes) => parseRelationships(bytes, part)) : [];
}

/** The same for a part that can do without: a broken list is noted and counts as empty. */
export function readSideRelationships(zip: ZipPackage, part: string, notes: ReadingNotes): Relationship[] {
  const list = relationshipsPart(part);
  if (!zip.has(list)) return [];
  return parseSidePart(zip, list, notes, (bytes) => parseRelationships(bytes, part)) ?? [];
}

/** The name of the part that lists the relationships of another. */
function relationshipsPart(part: string): string {
  const slash = part.lastIndexOf("/");
  return `${part.slice(0, slash + 1)}_rels/${part.slice(slash + 1)}.rels`;
}

function parseRelationships(bytes: Uint8Array, part: string): Relationship[] {
  const found: Relationship[] = [];
  const xml = new XmlReader(bytes);
  while (xml.next()) {
    if (xml.event !== "start" || xml.name !== "Relationship" || xml.depth !== 2) continue;
    if (xml.attribute("TargetMode") === "External") continue;
    const type = xml.attribute("Type") ?? "";
    const target = xml.attribute("Target") ?? "";
    found.push({
      id: xml.attribute("Id") ?? "",
      type: type.slice(type.lastIndexOf("/") + 1),
      part: resolveTarget(part, target),
    });
  }
  return found;
}

/** A relationship's target as a part name: `../tables/table1.xml` seen from `xl/worksheets/sheet1.xml`. */
export function resolveTarget(part: string, target: string): string {
  const path = target.replaceAll("\\", "/");
  const folders = path.startsWith("/") ? [] : part.split("/").slice(0, -1);
  for (const step of path.split("/")) {
    if (step === "" || step === ".") continue;
    if (step === "..") folders.pop();
    else folders.push(step);
  }
  return folders.join("/");
}
