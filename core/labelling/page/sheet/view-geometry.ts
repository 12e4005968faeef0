/** What part of a sheet is in view, and where its cells lie on the canvas, with headers and frozen panes. */

import type { Range } from "../../../base/range.ts";
import type { Opened } from "../state/opened.ts";
import type { Axis, Line } from "./axis.ts";

/** Height of the header with the letters of the columns, px. */
export const HEAD_HEIGHT = 22;
/** The most of the view that frozen panes take; what is frozen beyond that scrolls. */
const MOST_FROZEN = 0.6;

/** A row or a column with its place on the canvas. */
export interface PlacedLine extends Line {
  /** Canvas pixels. */
  readonly at: number;
}

/** A part of the view that scrolls as one: the frozen corner, frozen rows, frozen columns, or the rest. */
export interface Pane {
  readonly rows: readonly PlacedLine[];
  readonly cols: readonly PlacedLine[];
  /** What to subtract from a place on the sheet, and the pixels of the canvas that the pane has. */
  readonly shiftX: number;
  readonly shiftY: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface ViewGeometry {
  readonly width: number;
  readonly height: number;
  /** Width of the header with the numbers of the rows. */
  readonly headWidth: number;
  readonly frozenWidth: number;
  readonly frozenHeight: number;
  readonly panes: readonly Pane[];
  readonly rows: readonly PlacedLine[];
  readonly cols: readonly PlacedLine[];
}

/** @param scrollX,scrollY Pixels of the sheet that are scrolled away beside and above what is frozen. */
export function viewGeometry(
  { layout, rows, cols }: Pick<Opened, "layout" | "rows" | "cols">,
  [width, height]: readonly [number, number],
  [scrollX, scrollY]: readonly [number, number],
): ViewGeometry {
  const headWidth = headWidthOf(rows);
  const frozenHeight = frozenLength(rows, layout.frozen.rows, height - HEAD_HEIGHT);
  const frozenWidth = frozenLength(cols, layout.frozen.cols, width - headWidth);
  const bandsY = bands(rows, HEAD_HEIGHT, frozenHeight, height, scrollY);
  const bandsX = bands(cols, headWidth, frozenWidth, width, scrollX);
  const panes = bandsY.flatMap((down) =>
    bandsX.map((across) => ({
      rows: down.lines,
      cols: across.lines,
      shiftX: across.shift,
      shiftY: down.shift,
      x: across.from,
      y: down.from,
      width: across.to - across.from,
      height: down.to - down.from,
    })),
  );
  return {
    width,
    height,
    headWidth,
    frozenWidth,
    frozenHeight,
    panes,
    rows: bandsY.flatMap(({ lines }) => lines),
    cols: bandsX.flatMap(({ lines }) => lines),
  };
}

export function headWidthOf(rows: Axis): number {
  return 20 + 8 * Math.max(2, String(rows.count).length);
}

/** The canvas pixels of a range in a pane; they may lie outside of it. */
export function boxIn(pane: Pane, { rows, cols }: Pick<Opened, "rows" | "cols">, range: Range): Box {
  const x = cols.startOf(range.left) - pane.shiftX;
  const y = rows.startOf(range.top) - pane.shiftY;
  const right = cols.startOf(range.right) + cols.sizeOf(range.right) - pane.shiftX;
  const bottom = rows.startOf(range.bottom) + rows.sizeOf(range.bottom) - pane.shiftY;
  return { x, y, width: right - x, height: bottom - y };
}

/** True if a range has a cell in a pane. */
export function isIn(pane: Pane, range: Range): boolean {
  const [firstRow, lastRow, firstCol, lastCol] = [
    pane.rows[0],
    pane.rows.at(-1),
    pane.cols[0],
    pane.cols.at(-1),
  ];
  if (firstRow === undefined || firstCol === undefined) return false;
  return (
    range.top <= lastRow!.index &&
    range.bottom >= firstRow.index &&
    range.left <= lastCol!.index &&
    range.right >= firstCol.index
  );
}

/** The pane at a pixel of the canvas; null over the headers. */
export function paneAt({ panes }: ViewGeometry, x: number, y: number): Pane | null {
  return (
    panes.find((pane) => x >= pane.x && x < pane.x + pane.width && y >= pane.y && y < pane.y + pane.height) ??
    null
  );
}

/** The scroll position that shows a range, and moves no further than it has to. */
export function scrollTo(
  { rows, cols }: Pick<Opened, "rows" | "cols">,
  geometry: ViewGeometry,
  [scrollX, scrollY]: readonly [number, number],
  range: Range,
): readonly [number, number] {
  const { headWidth, frozenWidth, frozenHeight, width, height } = geometry;
  return [
    shown(cols, range.left, range.right, frozenWidth, width - headWidth, scrollX),
    shown(rows, range.top, range.bottom, frozenHeight, height - HEAD_HEIGHT, scrollY),
  ];
}

function shown(
  axis: Axis,
  first: number,
  last: number,
  frozen: number,
  length: number,
  scroll: number,
): number {
  const [from, to] = [axis.startOf(first), axis.startOf(last) + axis.sizeOf(last)];
  const margin = 24;
  if (to <= frozen) return scroll;
  const [least, most] = [from - frozen - margin, to - length + margin];
  // the beginning of what is larger than the view, unless a part of it is in view already
  if (most > least) return from < scroll + length && to > scroll + frozen ? scroll : Math.max(0, least);
  return Math.max(0, Math.min(Math.max(scroll, most), least));
}

interface Band {
  readonly lines: readonly PlacedLine[];
  readonly shift: number;
  readonly from: number;
  readonly to: number;
}

function bands(axis: Axis, head: number, frozen: number, end: number, scroll: number): Band[] {
  const from = head + frozen;
  const rest = axis.between(frozen + scroll, Math.max(frozen + scroll, scroll + end - head));
  const shift = scroll - head;
  const scrolled = { lines: placed(rest, shift), shift, from, to: Math.max(from, end) };
  if (frozen === 0) return [scrolled];
  return [{ lines: placed(axis.between(0, frozen), -head), shift: -head, from: head, to: from }, scrolled];
}

function placed(lines: readonly Line[], shift: number): PlacedLine[] {
  return lines.map((line) => ({ ...line, at: line.start - shift }));
}

function frozenLength(axis: Axis, count: number, length: number): number {
  const frozen = count === 0 ? 0 : axis.startOf(count + 1);
  return frozen > length * MOST_FROZEN ? 0 : frozen;
}
