/** Where the columns and rows of a sheet begin and end, for shapes that lie on them. */

import { MAX_COLUMN, MAX_ROW } from "../../../base/range.ts";
import {
  columnWidths,
  type LineSizes,
  type LineSpan,
  rowHeights,
  type SizedSheet,
} from "../../../excel/line-sizes.ts";

/** English metric units, the unit of drawings, per point and per pixel of 1/96 inch. */
const EMU_PER_POINT = 12_700;
const EMU_PER_PIXEL = 9_525;

/** The edges of all columns, or of all rows. Edge 0 is the start of the sheet, edge n the end of line n. */
export class SheetEdges {
  readonly #count: number;
  readonly #usual: number;
  readonly #spans: readonly LineSpan[];
  /** How much further each span's end lies than it would with the usual size, EMU. */
  readonly #shifts: readonly number[];

  /**
   * @param count How many lines the sheet has.
   * @param usual The size of lines in no span, EMU.
   * @param spans Sizes in EMU, in any order. Of spans that overlap, the first counts.
   */
  constructor(count: number, usual: number, spans: readonly LineSpan[]) {
    this.#count = count;
    this.#usual = usual;
    const kept: LineSpan[] = [];
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

/** The columns and rows of a sheet; rows whose height nobody has set count as usual ones. */
export function sheetLines(sheet: SizedSheet): SheetLines {
  return {
    columns: edgesOf(MAX_COLUMN, columnWidths(sheet), EMU_PER_PIXEL),
    rows: edgesOf(MAX_ROW, rowHeights(sheet), EMU_PER_POINT),
  };
}

/** @param unit In EMU. */
function edgesOf(count: number, { usual, spans }: LineSizes, unit: number): SheetEdges {
  const toEmu = (size: number) => Math.round(size * unit);
  const inEmu = spans.map(({ first, last, size }) => ({ first, last, size: toEmu(size) }));
  return new SheetEdges(count, toEmu(usual), inEmu);
}
