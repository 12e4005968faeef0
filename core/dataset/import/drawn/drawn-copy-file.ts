/** An annotated copy of a workbook that somebody may have corrected: the shapes on its sheets. */

import { DRAWN_COLOR, drawnTableRange } from "../../../base/drawn-table.ts";
import { ByteSource } from "../../../excel/byte-source.ts";
import { rewriteZip } from "../../../excel/edit/rewrite-zip.ts";
import { replaceBetween } from "../../../excel/edit/xml-places.ts";
import { DEFAULT_READ_LIMITS } from "../../../excel/read-limits.ts";
import { openWorkbook } from "../../../excel/read-workbook.ts";
import { readRelationships } from "../../../excel/relationships.ts";
import { ZipPackage } from "../../../excel/zip-package.ts";
import { type DrawnShape, readDrawnShapes } from "./drawn-shape.ts";
import { type SheetLines, sheetLines } from "./sheet-lines.ts";

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
  // No cell is needed, only the sizes of rows and columns.
  const workbook = await openWorkbook(path, { soffice: null, maxRows: 1, maxColumns: 1 });
  const source = ByteSource.open(path);
  try {
    const zip = await openZip(source);
    const sheets: DrawnSheet[] = [];
    for (const [index, { name, part }] of workbook.entries.entries()) {
      const drawing = part === null ? null : drawingOf(zip, part);
      const shapes = drawing === null ? [] : zip.parse(drawing, readDrawnShapes);
      if (shapes.length === 0) continue;
      sheets.push({ sheetName: name, shapes, lines: sheetLines(await workbook.readSheet(index)) });
    }
    return sheets;
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
