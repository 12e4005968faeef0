/** Where the columns and rows of a sheet begin and end, for shapes that lie on them. */

import { MAX_COLUMN, MAX_ROW } from "../../../base/range.ts";
import { XmlReader } from "../../../excel/xml-reader.ts";

/** English metric units, the unit of drawings, per point and per pixel of 1/96 inch. */
const EMU_PER_POINT = 12_700;
const EMU_PER_PIXEL = 9_525;
/** The size of columns and rows of a sheet that says nothing about them, EMU: 64 and 20 pixels. */
const COLUMN_WIDTH = 64 * EMU_PER_PIXEL;
const ROW_HEIGHT = 20 * EMU_PER_PIXEL;
/** The widest digit of the usual font, Calibri 11, in pixels: widths of columns are counted in it. */
const DIGIT_PIXELS = 7;

/** Columns or rows with a size of their own. They count from 1; `size` is in EMU, 0 for hidden ones. */
interface Span {
  readonly first: number;
  readonly last: number;
  readonly size: number;
}

/** The edges of all columns, or of all rows. Edge 0 is the start of the sheet, edge n the end of line n. */
export class SheetEdges {
  readonly #count: number;
  readonly #usual: number;
  readonly #spans: readonly Span[];
  /** How much further each span's end lies than it would with the usual size, EMU. */
  readonly #shifts: readonly number[];

  /**
   * @param count How many lines the sheet has.
   * @param usual The size of lines in no span, EMU.
   * @param spans In any order. Of spans that overlap, the first counts.
   */
  constructor(count: number, usual: number, spans: readonly Span[]) {
    this.#count = count;
    this.#usual = usual;
    const kept: Span[] = [];
    for (const span of spans.toSorted((a, b) => a.first - b.first)) {
      if (span.first > (kept.at(-1)?.last ?? 0) && span.last >= span.first) kept.push(span);
    }
    this.#spans = kept;
    let shift = 0;
    this.#shifts = kept.map(({ first, last, size }) => {
      shift += (last - first + 1) * (size - usual);
      return shift;
    });
  }

  /** The distance of an edge from the start of the sheet, EMU. @param edge 0 … the number of lines. */
  at(edge: number): number {
    let [low, high] = [0, this.#spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#spans[middle]!.first <= edge) low = middle + 1;
      else high = middle;
    }
    const span = this.#spans[low - 1];
    const before = low >= 2 ? this.#shifts[low - 2]! : 0;
    if (span === undefined) return edge * this.#usual;
    const inside = Math.min(edge, span.last) - span.first + 1;
    return edge * this.#usual + before + inside * (span.size - this.#usual);
  }

  /** The edge that is nearest to a distance from the start of the sheet, EMU. */
  nearest(position: number): number {
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle) < position) low = middle + 1;
      else high = middle;
    }
    return low > 0 && position - this.at(low - 1) < this.at(low) - position ? low - 1 : low;
  }
}

/** The columns and rows of a sheet. */
export interface SheetLines {
  readonly columns: SheetEdges;
  readonly rows: SheetEdges;
}

/**
 * Reads the sizes of a sheet's columns and rows (ECMA-376 part 1, 18.3.1.13, 18.3.1.73, 18.3.1.81). Rows
 * whose height nobody has set count as usual ones: only the program that shows them knows how high they are.
 *
 * @param sheet The part of the sheet, UTF-8.
 * @param lastRow Rows below it are not looked at.
 * @throws {XmlFault} If the part is not well-formed.
 */
export function readSheetLines(sheet: Uint8Array, lastRow: number): SheetLines {
  const columns: Span[] = [];
  const rows: Span[] = [];
  let usual = { column: COLUMN_WIDTH, row: ROW_HEIGHT };
  let row = 0;
  const xml = new XmlReader(sheet);
  while (xml.next() && row <= lastRow) {
    if (xml.event !== "start" || xml.depth > 3) continue;
    if (xml.name === "sheetFormatPr") usual = usualSizes(xml);
    else if (xml.name === "col" && xml.parent === "cols") {
      const [first, last] = [xml.integer("min", 0), Math.min(xml.integer("max", 0), MAX_COLUMN)];
      if (first > 0) columns.push({ first, last, size: sizeOf(xml, "width", columnWidth, usual.column) });
    } else if (xml.name === "row" && xml.parent === "sheetData") {
      row = xml.integer("r", row + 1);
      const size = sizeOf(xml, "ht", rowHeight, usual.row);
      if (size !== usual.row) rows.push({ first: row, last: row, size });
    }
  }
  return {
    columns: new SheetEdges(MAX_COLUMN, usual.column, columns),
    rows: new SheetEdges(MAX_ROW, usual.row, rows),
  };
}

function usualSizes(xml: XmlReader): { column: number; row: number } {
  const width = xml.attribute("defaultColWidth");
  const height = xml.attribute("defaultRowHeight");
  return {
    column: width === null ? COLUMN_WIDTH : columnWidth(Number(width)),
    row: xml.boolean("zeroHeight", false) ? 0 : height === null ? ROW_HEIGHT : rowHeight(Number(height)),
  };
}

function sizeOf(xml: XmlReader, name: string, toSize: (value: number) => number, usual: number): number {
  if (xml.boolean("hidden", false)) return 0;
  const value = Number(xml.attribute(name) ?? Number.NaN);
  return Number.isFinite(value) && value >= 0 ? toSize(value) : usual;
}

/** A width in characters, in EMU: Excel rounds it to whole pixels. */
function columnWidth(characters: number): number {
  return Math.trunc(characters * DIGIT_PIXELS + 0.5) * EMU_PER_PIXEL;
}

/** A height in points, in EMU. */
function rowHeight(points: number): number {
  return Math.round(points * EMU_PER_POINT);
}
