/** An annotated copy of a workbook that somebody may have corrected: the shapes on its sheets. */

import { DRAWN_COLOR, drawnTableRange } from "../../../base/drawn-table.ts";
import { MAX_ROW } from "../../../base/range.ts";
import { ByteSource } from "../../../excel/byte-source.ts";
import { rewriteZip } from "../../../excel/edit/rewrite-zip.ts";
import { replaceBetween } from "../../../excel/edit/xml-places.ts";
import { DEFAULT_READ_LIMITS } from "../../../excel/read-limits.ts";
import { openWorkbook } from "../../../excel/read-workbook.ts";
import { readRelationships } from "../../../excel/relationships.ts";
import { ZipPackage } from "../../../excel/zip-package.ts";
import { type DrawnShape, readDrawnShapes } from "./drawn-shape.ts";
import { readSheetLines, type SheetLines } from "./sheet-lines.ts";

/** A sheet with something drawn on it. */
export interface DrawnSheet {
  readonly sheetName: string;
  readonly shapes: readonly DrawnShape[];
  readonly lines: SheetLines;
}

/** True for a rectangle that `predict --annotate` drew, or a copy of one. */
export function isOwnRectangle({ name, lineColor }: DrawnShape): boolean {
  return drawnTableRange(name) !== null || lineColor === DRAWN_COLOR;
}

/**
 * Reads the sheets that have shapes.
 *
 * @throws {WorkbookError} If the workbook or a part that is needed is broken, or it is not in one of Excel's
 *   XML formats.
 */
export async function readDrawnSheets(path: string): Promise<DrawnSheet[]> {
  const workbook = await openWorkbook(path, { soffice: null });
  const source = ByteSource.open(path);
  try {
    const zip = await openZip(source);
    return workbook.entries.flatMap(({ name, part }) => {
      const drawing = part === null ? null : drawingOf(zip, part);
      if (part === null || drawing === null) return [];
      const shapes = zip.parse(drawing, readDrawnShapes);
      if (shapes.length === 0) return [];
      const lines = zip.parse(part, (bytes) => readSheetLines(bytes, lastRowOf(shapes)));
      return [{ sheetName: name, shapes, lines }];
    });
  } finally {
    source.close();
    workbook.close();
  }
}

/**
 * The bytes of the workbook without the rectangles of `predict --annotate`, whether somebody moved them or
 * not. All else is as it is, shapes of other kinds too.
 *
 * @throws {WorkbookError} As `readDrawnSheets`.
 */
export async function withoutRectangles(path: string): Promise<Uint8Array> {
  const source = ByteSource.open(path);
  try {
    const zip = await openZip(source);
    const changes = new Map<string, Uint8Array>();
    for (const part of zip.names().filter((name) => /^xl\/drawings\/[^/]+\.xml$/i.test(name))) {
      const bytes = zip.read(part);
      const own = zip.parse(part, readDrawnShapes).filter(isOwnRectangle);
      if (own.length === 0) continue;
      const cleaned = own.toReversed().reduce((rest, { place }) => replaceBetween(rest, ...place, ""), bytes);
      changes.set(part, cleaned);
    }
    return Buffer.concat([...rewriteZip(source, changes)]);
  } finally {
    source.close();
  }
}

/** Sheets are read as a whole here, whatever their size. */
function openZip(source: ByteSource): Promise<ZipPackage> {
  const limits = { ...DEFAULT_READ_LIMITS, maxPartBytes: DEFAULT_READ_LIMITS.maxTotalBytes };
  return ZipPackage.open(source, limits);
}

function drawingOf(zip: ZipPackage, sheet: string): string | null {
  const drawing = readRelationships(zip, sheet).find(({ type }) => type === "drawing");
  return drawing !== undefined && zip.has(drawing.part) ? drawing.part : null;
}

/** The last row that an anchor names. A shape without a second corner may end anywhere. */
function lastRowOf(shapes: readonly DrawnShape[]): number {
  return Math.max(...shapes.map(({ from, to }) => (to === null ? MAX_ROW : Math.max(from.row, to.row) + 1)));
}
