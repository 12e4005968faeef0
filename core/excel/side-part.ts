/** Reads parts beside the cells, without which a workbook can be read all the same. */

import type { ReadingNotes } from "./reading-note.ts";
import { WorkbookError } from "./workbook-error.ts";
import { DocumentTypeFault } from "./xml-bytes.ts";
import type { ZipPackage } from "./zip-package.ts";

/**
 * What `parse` makes of a part; null with a note if the archive lacks the part or it is broken.
 *
 * @throws {WorkbookError} If the part is unsafe: a document type, a zip bomb, an encrypted part.
 */
export function parseSidePart<T>(
  zip: ZipPackage,
  part: string,
  notes: ReadingNotes,
  parse: (bytes: Uint8Array) => T,
): T | null {
  if (!zip.has(part)) {
    notes.add("missing-part", part);
    return null;
  }
  try {
    return zip.parse(part, parse);
  } catch (error) {
    if (!(error instanceof WorkbookError) || error.fault !== "corrupt") throw error;
    if (error.cause instanceof DocumentTypeFault) throw error;
    notes.add("broken-part", part, error.reason);
    return null;
  }
}
