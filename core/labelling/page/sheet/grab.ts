/** What lies under the pointer: a handle, the border of a table, the inside of one, a cell. */

import { containsCell } from "../../../base/range.ts";
import type { Opened } from "../state/opened.ts";
import type { Edges } from "../state/range-edits.ts";
import { type Box, boxIn, isIn, type Pane, paneAt, type ViewGeometry } from "./view-geometry.ts";

/** How near the pointer has to be, px. */
const NEAR = 6;

export interface Grab {
  /** `outside`: over the headers or beyond the last cell. */
  readonly kind: "stretch" | "move" | "inside" | "cell" | "outside";
  /** The place of the table. */
  readonly table: number;
  readonly edges: Edges;
  readonly row: number;
  readonly col: number;
}

/** @param x,y Pixels of the canvas. */
export function grabAt(opened: Opened, geometry: ViewGeometry, x: number, y: number): Grab {
  const pane = paneAt(geometry, x, y);
  const none = { table: -1, edges: {}, row: 1, col: 1 };
  if (pane === null) return { ...none, kind: "outside" };
  const { row, col } = cellAt(opened, pane, x, y);
  const place = { row, col };
  const { main } = opened;
  if (main !== null && opened.tables[main] !== undefined) {
    const edges = handleAt(boxIn(pane, opened, opened.tables[main]), x, y);
    if (edges !== null) return { ...place, kind: "stretch", table: main, edges };
  }
  const border = opened.tables.findLastIndex(
    (range) => isIn(pane, range) && isOnBorder(boxIn(pane, opened, range), x, y),
  );
  if (border >= 0) return { ...none, ...place, kind: "move", table: border };
  const inside = opened.tables.findLastIndex((range) => containsCell(range, row, col));
  if (inside >= 0) return { ...none, ...place, kind: "inside", table: inside };
  return { ...none, ...place, kind: "cell" };
}

/** The cell at a pixel of a pane; the nearest one for a pixel outside of it. */
export function cellAt(
  { rows, cols }: Pick<Opened, "rows" | "cols">,
  pane: Pane,
  x: number,
  y: number,
): { row: number; col: number } {
  return { row: rows.at(Math.max(0, y + pane.shiftY)), col: cols.at(Math.max(0, x + pane.shiftX)) };
}

/** The pointer that says what a drag would do. */
export function cursorFor({ kind, edges }: Grab): string {
  if (kind === "move") return "move";
  if (kind === "inside" || kind === "outside") return "default";
  if (kind === "cell") return "cell";
  const isDiagonal = (edges.top || edges.bottom) && (edges.left || edges.right);
  if (!isDiagonal) return edges.top || edges.bottom ? "ns-resize" : "ew-resize";
  return (edges.top && edges.left) || (edges.bottom && edges.right) ? "nwse-resize" : "nesw-resize";
}

/** The edges that a handle takes along; null if the pointer is on none of the eight. */
function handleAt(box: Box, x: number, y: number): Edges | null {
  const side = (value: number, from: number, length: number) =>
    [from, from + length / 2, from + length].findIndex((place) => Math.abs(value - place) <= NEAR);
  const [across, down] = [side(x, box.x, box.width), side(y, box.y, box.height)];
  if (across < 0 || down < 0 || (across === 1 && down === 1)) return null;
  return { left: across === 0, right: across === 2, top: down === 0, bottom: down === 2 };
}

function isOnBorder(box: Box, x: number, y: number): boolean {
  const [right, bottom] = [box.x + box.width, box.y + box.height];
  if (x < box.x - NEAR || x > right + NEAR || y < box.y - NEAR || y > bottom + NEAR) return false;
  // the inside of a small table stays free
  const [nearX, nearY] = [Math.min(NEAR, box.width / 4), Math.min(NEAR, box.height / 4)];
  return x < box.x + nearX || x > right - nearX || y < box.y + nearY || y > bottom - nearY;
}
