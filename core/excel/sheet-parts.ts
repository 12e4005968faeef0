/** Reads the parts that belong to a worksheet: Excel's tables, comments, pivot tables. */

import { parseRange, type Range } from "../base/range.ts";
import type { ReadingNotes, TakeNote } from "./reading-note.ts";
import type { Relationship } from "./relationships.ts";
import { parseSidePart } from "./side-part.ts";
import { XmlFault } from "./xml-bytes.ts";
import { XmlReader } from "./xml-reader.ts";
import type { ZipPackage } from "./zip-package.ts";

/** A table that Excel knows as one (a ListObject). */
export interface ListTable {
  readonly name: string;
  /** Header and totals rows included. */
  readonly range: Range;
  /** The number of header rows at its top; may be 0. */
  readonly headerRows: number;
  readonly totalsRows: number;
}

/** A note, or the first comment of a thread. */
export interface Comment {
  /** Row and column from 1. */
  readonly row: number;
  readonly column: number;
  readonly text: string;
}

export interface SheetParts {
  readonly tables: readonly ListTable[];
  /**
   * One per cell. Excel stores a note with each thread for older versions; its text is the one that is kept.
   */
  readonly comments: readonly Comment[];
  /** Ranges of pivot tables, without their page filters. */
  readonly pivots: readonly Range[];
}

/** Reads the parts that a worksheet's relationships name. What cannot be read is noted and left out. */
export function readSheetParts(
  zip: ZipPackage,
  relationships: readonly Relationship[],
  notes: ReadingNotes,
): SheetParts {
  const tables: ListTable[] = [];
  const comments = new Map<string, Comment>();
  const pivots: Range[] = [];
  const seen = new Set<string>(); // a part that is named several times is read once
  for (const { type, part } of relationships) {
    if (seen.has(part)) continue;
    seen.add(part);
    const note: TakeNote = (kind, example) => notes.add(kind, part, example);
    const parse = <T>(read: (bytes: Uint8Array, note: TakeNote) => T): T | null =>
      parseSidePart(zip, part, notes, (bytes) => read(bytes, note));
    if (type === "table") {
      const table = parse(readTable);
      if (table) tables.push(table);
    } else if (type === "comments" || type === "threadedComment") {
      for (const comment of parse(readComments) ?? []) {
        const key = `${comment.row} ${comment.column}`;
        if (type === "comments" || !comments.has(key)) comments.set(key, comment);
      }
    } else if (type === "pivotTable") {
      const range = parse(readPivot);
      if (range) pivots.push(range);
    }
  }
  return { tables, comments: [...comments.values()], pivots };
}

function readTable(bytes: Uint8Array, note: TakeNote): ListTable | null {
  const xml = new XmlReader(bytes);
  if (!xml.next() || xml.name !== "table") throw new XmlFault("a root element other than table");
  const ref = xml.attribute("ref") ?? "";
  const range = parseRange(ref);
  if (!range) {
    note("table-place", ref);
    return null;
  }
  return {
    name: xml.attribute("displayName") ?? xml.attribute("name") ?? "",
    range,
    headerRows: Math.max(0, xml.integer("headerRowCount", 1)),
    totalsRows: Math.max(0, xml.integer("totalsRowCount", 0)),
  };
}

/** Reads legacy notes (`comment`) and threads (`threadedComment`); a part has one of the two kinds. */
function readComments(bytes: Uint8Array, note: TakeNote): Comment[] {
  const comments: Comment[] = [];
  const xml = new XmlReader(bytes);
  while (xml.next()) {
    if (xml.event !== "start" || (xml.name !== "comment" && xml.name !== "threadedComment")) continue;
    const ref = xml.attribute("ref") ?? "";
    const cell = parseRange(ref);
    const text = commentText(xml, xml.name);
    if (cell) comments.push({ row: cell.top, column: cell.left, text });
    else note("comment-place", ref);
  }
  return comments;
}

function commentText(xml: XmlReader, name: string): string {
  let text = "";
  while (xml.next() && !(xml.event === "end" && xml.name === name)) {
    const isText = name === "comment" ? xml.name === "t" && !xml.path.includes("rPh") : xml.name === "text";
    if (xml.event === "start" && isText) text += xml.text();
  }
  return text;
}

function readPivot(bytes: Uint8Array): Range | null {
  const xml = new XmlReader(bytes);
  while (xml.next()) {
    if (xml.event === "start" && xml.name === "location" && xml.depth === 2) {
      return parseRange(xml.attribute("ref") ?? "");
    }
  }
  return null;
}
