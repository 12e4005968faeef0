/** Finds the cells that a rectangle on a sheet encloses. */

import { drawnTableRange } from "../../../base/drawn-table.ts";
import type { Range } from "../../../base/range.ts";
import type { DrawnShape } from "./drawn-shape.ts";
import type { SheetEdges, SheetLines } from "./sheet-lines.ts";

/** Programs move edges by a pixel or two when they save a workbook: as many EMU. */
const TOLERANCE = 2 * 9_525;

/** One direction of a rectangle: columns or rows. `from` and `to` are distances in EMU. */
interface Extent {
  readonly edges: SheetEdges;
  readonly from: number;
  readonly to: number;
  /** The edges at which the rectangle was drawn; null if this is not known. */
  readonly drawn: { readonly from: number; readonly to: number } | null;
}

/**
 * The cells whose outer edges are nearest to the rectangle's. An edge that nobody has moved is where it was
 * drawn, also if lines beside it are hidden, so that several edges lie in one place.
 *
 * @returns Null if the rectangle is smaller than half a cell.
 */
export function rectangleRange(shape: DrawnShape, { columns, rows }: SheetLines): Range | null {
  const drawn = drawnTableRange(shape.name);
  const { from, to } = shape;
  const [left, top] = shape.isAbsolute
    ? [from.columnOffset, from.rowOffset]
    : [position(columns, from.column, from.columnOffset), position(rows, from.row, from.rowOffset)];
  const across = enclosed({
    edges: columns,
    from: left,
    to: to === null ? left + shape.width : position(columns, to.column, to.columnOffset),
    drawn: drawn && { from: drawn.left - 1, to: drawn.right },
  });
  const down = enclosed({
    edges: rows,
    from: top,
    to: to === null ? top + shape.height : position(rows, to.row, to.rowOffset),
    drawn: drawn && { from: drawn.top - 1, to: drawn.bottom },
  });
  if (across === null || down === null) return null;
  return { top: down.first, left: across.first, bottom: down.last, right: across.last };
}

/** The distance of a place within a line; a line ends where the next begins, whatever the offset says. */
function position(edges: SheetEdges, line: number, offset: number): number {
  const start = edges.at(line);
  return Math.min(start + offset, Math.max(edges.at(line + 1), start));
}

function enclosed({ edges, from, to, drawn }: Extent): { first: number; last: number } | null {
  const snapped = (at: number, drawnAt: number | undefined) =>
    drawnAt !== undefined && Math.abs(edges.at(drawnAt) - at) <= TOLERANCE ? drawnAt : edges.nearest(at);
  const [first, last] = [snapped(from, drawn?.from) + 1, snapped(to, drawn?.to)];
  return last < first ? null : { first, last };
}
