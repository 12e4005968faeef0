/** What of a cell a drawing of its sheet shows, as bits. It says nothing about the text of the cell. */

/** The fill: an index into `FILL_COLORS` (`core/features/fill-runs.ts`). */
export const DRAWN_FILL = 0b111;
export const DRAWN_BORDER_LEFT = 1 << 3;
export const DRAWN_BORDER_RIGHT = 1 << 4;
export const DRAWN_BORDER_TOP = 1 << 5;
export const DRAWN_BORDER_BOTTOM = 1 << 6;
/** The cell shows something. */
export const DRAWN_CONTENT = 1 << 7;
/** More than half of it are digits. */
export const DRAWN_NUMBER = 1 << 8;
export const DRAWN_BOLD = 1 << 9;
/** How long it is, from 0 (short) to 3: `bits >> DRAWN_LENGTH_SHIFT`. */
export const DRAWN_LENGTH_SHIFT = 10;

/** Run-length coded: bits, count, bits, count … @param cells Row by row. */
export function encodeDrawnCells(cells: Uint16Array): number[] {
  const runs: number[] = [];
  for (let from = 0; from < cells.length; ) {
    const bits = cells[from]!;
    let to = from + 1;
    while (to < cells.length && cells[to] === bits) to++;
    runs.push(bits, to - from);
    from = to;
  }
  return runs;
}

/**
 * The inverse of `encodeDrawnCells`. Runs beyond the last cell are cut off; cells that are missing are 0.
 *
 * @param count Rows times columns.
 */
export function decodeDrawnCells(runs: readonly number[], count: number): Uint16Array {
  const cells = new Uint16Array(count);
  for (let at = 0, cell = 0; at + 1 < runs.length && cell < count; at += 2) {
    cells.fill(runs[at]!, cell, cell + runs[at + 1]!);
    cell += runs[at + 1]!;
  }
  return cells;
}
