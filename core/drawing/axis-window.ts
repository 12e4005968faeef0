/**
 * Chooses the rows (or columns) of a sheet that are drawn: all, or if there are many those near a table's
 * edges.
 */

/** Consecutive lines, counted from 0. `end` is the line after the last one. */
interface Stretch {
  readonly first: number;
  readonly end: number;
  /** Where the first line begins, in lines of the drawing. */
  readonly at: number;
}

/** The lines of one axis. */
export interface AxisWindow {
  /** Lines that are drawn. */
  readonly stretches: readonly Stretch[];
  /** Lines that are left out. Each of these parts is a band of `GAP_LINES` lines. */
  readonly gaps: readonly Stretch[];
  /** Length of the drawing, in lines. */
  readonly length: number;
  /** Where the edge before line `edge` (0 … number of lines) is drawn. Edges in a gap lie in its band. */
  position(edge: number): number;
}

/** A cell of a sheet that is drawn. */
export interface ShownCell {
  /** Counted from 0. */
  readonly row: number;
  readonly column: number;
  /** Where its upper left corner lies, in lines of the drawing. */
  readonly down: number;
  readonly right: number;
  /** The first column to the right that is not drawn, or that a gap separates from this one. */
  readonly end: number;
}

/** How many of a sheet's first lines are always drawn, and how many on each side of an edge. */
const FIRST = 8;
const AROUND = 4;
/** Shorter gaps are drawn. */
const SHORT_GAP = 6;
/** The width of a gap, in lines. */
export const GAP_LINES = 2;

/**
 * Chooses the lines of one axis.
 *
 * @param count Lines of the sheet.
 * @param edges Edges of tables, 0 … count, which have to be visible.
 * @param most A sheet of at most this many lines is drawn whole.
 */
export function axisWindow(count: number, edges: readonly number[], most: number): AxisWindow {
  const shown = new Uint8Array(count);
  if (count <= most) shown.fill(1);
  shown.fill(1, 0, Math.min(count, FIRST));
  for (const edge of edges) shown.fill(1, Math.max(0, edge - AROUND), Math.min(count, edge + AROUND));
  fillShortGaps(shown);
  const stretches: Stretch[] = [];
  const gaps: Stretch[] = [];
  let at = 0;
  for (let first = 0; first < count; ) {
    const isShown = shown[first] === 1;
    let end = first;
    for (; end < count && (shown[end] === 1) === isShown; end++);
    (isShown ? stretches : gaps).push({ first, end, at });
    at += isShown ? end - first : GAP_LINES;
    first = end;
  }
  return { stretches, gaps, length: at, position: (edge) => positionIn(stretches, count, at, edge) };
}

/** The cells that both windows show, stretch by stretch, each stretch row by row. */
export function* shownCells(rows: AxisWindow, columns: AxisWindow): Generator<ShownCell> {
  for (const { first, end, at } of rows.stretches) {
    for (const across of columns.stretches) {
      for (let row = first; row < end; row++) {
        for (let column = across.first; column < across.end; column++) {
          const [down, right] = [at + row - first, across.at + column - across.first];
          yield { row, column, down, right, end: across.end };
        }
      }
    }
  }
}

/** Adds gaps of a few lines to the lines that are drawn. */
function fillShortGaps(shown: Uint8Array): void {
  let last = -1;
  for (let line = 0; line < shown.length; line++) {
    if (shown[line] === 0) continue;
    if (line - last - 1 < SHORT_GAP) shown.fill(1, last + 1, line);
    last = line;
  }
}

function positionIn(stretches: readonly Stretch[], count: number, length: number, edge: number): number {
  let [gapFrom, gapAt] = [0, 0];
  for (const { first, end, at } of stretches) {
    if (edge < first) return gapAt + ((edge - gapFrom) / (first - gapFrom)) * (at - gapAt);
    if (edge <= end) return at + edge - first;
    [gapFrom, gapAt] = [end, at + end - first];
  }
  return count === gapFrom ? length : gapAt + ((edge - gapFrom) / (count - gapFrom)) * (length - gapAt);
}
