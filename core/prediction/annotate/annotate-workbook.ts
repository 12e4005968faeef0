/** Writes a copy of a workbook with rectangles around the tables on its sheets. Nothing else changes. */

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { PredictedTable } from "../../base/predicted-table.ts";
import { UserError } from "../../base/problem.ts";
import { ByteSource } from "../../excel/byte-source.ts";
import { detectFormat } from "../../excel/detect-format.ts";
import {
  attributeOf,
  childElements,
  endOfContent,
  namespaceOf,
  type PlacedElement,
  replaceBetween,
  rootElement,
} from "../../excel/edit/xml-places.ts";
import { XmlFault } from "../../excel/xml-bytes.ts";
import { XmlReader } from "../../excel/xml-reader.ts";
import { AtomicOutput } from "../../files/atomic-output.ts";
import { DRAWN_MARK } from "../../files/drawn-copy.ts";
import type { SheetTables } from "../workbook-prediction.ts";
import { PackageEdit } from "./package-edit.ts";
import { drawingXml, rectanglesXml, vocabularyOf } from "./rectangle-xml.ts";

const DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.drawing+xml";

/**
 * Elements that may follow `drawing` on a sheet (ECMA-376 part 1, 18.3.1.99). `AlternateContent` wraps
 * some.
 */
const BEHIND_DRAWING: ReadonlySet<string> = new Set([
  "legacyDrawing",
  "legacyDrawingHF",
  "drawingHF",
  "picture",
  "oleObjects",
  "controls",
  "AlternateContent",
  "webPublishItems",
  "tableParts",
  "extLst",
]);

/**
 * Writes a copy of a workbook in which each table has a rectangle around it. The XML of sheets with tables,
 * of their relationships and drawings and of the content types is edited. All other members are copied byte
 * for byte.
 *
 * @param target The copy. Its folder is made, and a file there is replaced once the copy is complete.
 * @param options.limits How many times as large as usual the workbook may be. @default 1
 * @param options.mark The comment of the copy's archive, from `drawnMark`.
 * @throws {UserError} If the workbook is broken or not in one of Excel's XML formats, or the copy cannot be
 *   written.
 */
export async function annotateWorkbook(
  path: string,
  target: string,
  sheets: readonly Pick<SheetTables, "part" | "tables">[],
  { limits = 1, mark = DRAWN_MARK }: { readonly limits?: number; readonly mark?: string } = {},
): Promise<void> {
  const source = ByteSource.open(path);
  try {
    if (detectFormat(source) !== "zip") throw notAnnotatable(path);
    const edit = await PackageEdit.open(source, limits);
    for (const { part } of sheets) if (part === null || !edit.has(part)) throw notAnnotatable(path);
    for (const { part, tables } of sheets) if (tables.length > 0) annotateSheet(edit, part!, tables);
    write(target, edit.bytes(mark));
  } finally {
    source.close();
  }
}

function annotateSheet(edit: PackageEdit, part: string, tables: readonly PredictedTable[]): void {
  const sheet = edit.parse(part, (bytes) => {
    const root = rootElement(bytes);
    return { root, namespace: namespaceOf(bytes, root), place: drawingPlace(bytes, root) };
  });
  const { id: old, from, to } = sheet.place;
  const there = old === null ? null : edit.target(part, old);
  if (there !== null) {
    edit.append(there, (bytes) => {
      const vocabulary = vocabularyOf(namespaceOf(bytes, rootElement(bytes)));
      return rectanglesXml(tables, lastShapeId(bytes) + 1, vocabulary);
    });
    return;
  }
  const vocabulary = vocabularyOf(sheet.namespace);
  const xml = drawingXml(rectanglesXml(tables, 2, vocabulary), vocabulary); // 1 is the drawing itself
  const drawing = edit.add("xl/drawings/drawing", DRAWING_TYPE, xml);
  const id = edit.relate(part, `${vocabulary.relationships}/drawing`, drawing);
  const element = `<${sheet.root.prefix}drawing xmlns:r="${vocabulary.relationships}" r:id="${id}"/>`;
  edit.change(part, (bytes) => replaceBetween(bytes, from, to, element));
}

/** Where a sheet has the element of its drawing, or where that of a new one belongs. */
interface DrawingPlace {
  /** The id of its relationship; null for a sheet without a drawing. */
  readonly id: string | null;
  /** The bytes of the element; of no length where there is none. */
  readonly from: number;
  readonly to: number;
}

function drawingPlace(bytes: Uint8Array, root: PlacedElement): DrawingPlace {
  if (root.isEmpty) throw new XmlFault("a worksheet without content");
  const children = [...childElements(bytes, root)];
  const drawing = children.find(({ name }) => name === "drawing");
  if (drawing) return { id: attributeOf(bytes, drawing, "id") ?? "", from: drawing.from, to: drawing.end };
  const behind = children.find(({ name }) => BEHIND_DRAWING.has(name));
  const at = behind?.from ?? endOfContent(bytes, root, children.at(-1) ?? null);
  return { id: null, from: at, to: at };
}

function lastShapeId(bytes: Uint8Array): number {
  let last = 1;
  const xml = new XmlReader(bytes);
  while (xml.next()) {
    if (xml.event === "start" && xml.name === "cNvPr") last = Math.max(last, xml.integer("id", 0));
  }
  return last;
}

function write(target: string, pieces: Iterable<Uint8Array>): void {
  let output: AtomicOutput | null = null;
  try {
    mkdirSync(dirname(target), { recursive: true });
    output = new AtomicOutput(target);
    for (const piece of pieces) output.write(piece);
    output.commit();
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const got = (cause as Error).message;
    throw new UserError({ file: target, message: "Cannot write the annotated copy", got }, { cause });
  } finally {
    output?.abort();
  }
}

function notAnnotatable(file: string): UserError {
  return new UserError({
    file,
    message: "Cannot draw the ranges",
    expected: "a workbook of Excel's XML formats (.xlsx, .xlsm, .xltx, .xltm)",
    got: "a file of another kind",
    fix: "open it in Excel or LibreOffice, save it as .xlsx, and give that",
  });
}
