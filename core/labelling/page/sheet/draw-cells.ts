/** Draws the cells in view as Excel shows them, and the headers with hidden rows and columns marked. */

import { columnName, type Range } from "../../../base/range.ts";
import type { CellLook } from "../../label-messages.ts";
import type { Opened } from "../state/opened.ts";
import { inkOn, type Palette } from "./palette.ts";
import {
  type Box,
  boxIn,
  HEAD_HEIGHT,
  isIn,
  type Pane,
  type PlacedLine,
  type ViewGeometry,
} from "./view-geometry.ts";

const FAMILY = '"Calibri", "Carlito", "Segoe UI", system-ui, sans-serif';
/** Of a text of `USUAL_POINTS`: its font, its lines, and the room below its baseline, px. */
const SIZE = 12.5;
const LINE_HEIGHT = 17;
const BELOW = 5;
const USUAL_POINTS = 11;
const PADDING = 3;
/** No text is looked at beyond this; a cell can hold 32,767 characters. */
const MOST_LETTERS = 400;
/** How many empty cells a text may cover. */
const MOST_COVERED = 40;

/** Draws everything below the tables. @returns how many cells were drawn. */
export function drawCells(
  pen: CanvasRenderingContext2D,
  opened: Opened,
  geometry: ViewGeometry,
  palette: Palette,
): number {
  let count = 0;
  for (const pane of geometry.panes) {
    pen.save();
    pen.beginPath();
    pen.rect(pane.x, pane.y, pane.width, pane.height);
    pen.clip();
    count += drawPane(pen, opened, pane, palette);
    pen.restore();
  }
  drawFrozenLines(pen, geometry, palette);
  return count;
}

function drawPane(pen: CanvasRenderingContext2D, opened: Opened, pane: Pane, palette: Palette): number {
  const merges = opened.merges.filter((range) => isIn(pane, range));
  const covered = coveredCells(pane, merges);
  drawGrid(pen, pane, palette);
  let count = 0;
  for (const row of pane.rows) {
    for (const col of pane.cols) {
      count++;
      if (covered.has(cellKey(row.index, col.index))) continue;
      const look = opened.cells.get(row.index, col.index);
      if (look === null) continue;
      const box = { x: col.at, y: row.at, width: col.size, height: row.size };
      if (look === undefined) drawWaiting(pen, box, palette);
      else drawGround(pen, look, box, palette);
    }
  }
  for (const range of merges) {
    const box = boxIn(pane, opened, range);
    pen.fillStyle = palette.paper;
    pen.fillRect(box.x, box.y, box.width - 1, box.height - 1);
    const look = opened.cells.get(range.top, range.left);
    if (look == null) continue;
    drawGround(pen, look, box, palette);
    const isLarge = box.width > pane.width || box.height > pane.height;
    drawText(pen, look, isLarge ? visiblePart(box, pane) : box, box.width, palette);
  }
  drawTexts(pen, opened, pane, covered, palette);
  return count;
}

/** Texts come after all grounds: a text may reach into the empty cells beside it. */
function drawTexts(
  pen: CanvasRenderingContext2D,
  opened: Opened,
  pane: Pane,
  covered: ReadonlySet<number>,
  palette: Palette,
): void {
  for (const row of pane.rows) {
    pane.cols.forEach((col, place) => {
      if (covered.has(cellKey(row.index, col.index))) return;
      const look = opened.cells.get(row.index, col.index);
      if (look == null || look.text === "") return;
      const box = { x: col.at, y: row.at, width: col.size, height: row.size };
      const room =
        look.wrap || alignOf(look) !== "left" ? col.size : roomFor(look, row, place, opened, pane, covered);
      drawText(pen, look, box, room, palette);
    });
  }
}

/** How far a text reaches: over the empty cells at its right, as in Excel. */
function roomFor(
  look: CellLook,
  row: PlacedLine,
  place: number,
  opened: Opened,
  pane: Pane,
  covered: ReadonlySet<number>,
): number {
  let room = pane.cols[place]!.size;
  // no letter is wider than this
  const wish = look.text.length * SIZE * scaleOf(look);
  for (let next = place + 1; next < pane.cols.length && next - place < MOST_COVERED; next++) {
    if (room >= wish) break;
    const col = pane.cols[next]!;
    const beside = opened.cells.get(row.index, col.index);
    if (covered.has(cellKey(row.index, col.index)) || (beside != null && beside.text !== "")) break;
    room += col.size;
  }
  return room;
}

function drawGrid(pen: CanvasRenderingContext2D, pane: Pane, palette: Palette): void {
  const [right, bottom] = [endOf(pane.cols), endOf(pane.rows)];
  pen.fillStyle = palette.paper;
  pen.fillRect(pane.x, pane.y, right - pane.x, bottom - pane.y);
  pen.fillStyle = palette.grid;
  for (const { at, size } of pane.rows) pen.fillRect(pane.x, at + size - 1, right - pane.x, 1);
  for (const { at, size } of pane.cols) pen.fillRect(at + size - 1, pane.y, 1, bottom - pane.y);
}

function endOf(lines: readonly PlacedLine[]): number {
  const last = lines.at(-1);
  return last === undefined ? 0 : last.at + last.size;
}

function drawWaiting(pen: CanvasRenderingContext2D, box: Box, palette: Palette): void {
  pen.fillStyle = palette.waiting;
  pen.fillRect(box.x, box.y, box.width - 1, box.height - 1);
}

function drawGround(pen: CanvasRenderingContext2D, look: CellLook, box: Box, palette: Palette): void {
  if (look.fill !== undefined) {
    pen.fillStyle = look.fill;
    pen.fillRect(box.x - 1, box.y - 1, box.width + 1, box.height + 1);
  }
  const bits = look.border ?? 0;
  if (bits === 0) return;
  pen.fillStyle = palette.border;
  const [x, y, right, bottom] = [box.x - 1, box.y - 1, box.x + box.width - 1, box.y + box.height - 1];
  if (bits & 1) pen.fillRect(x, y, box.width + 1, 1);
  if (bits & 2) pen.fillRect(right, y, 1, box.height + 1);
  if (bits & 4) pen.fillRect(x, bottom, box.width + 1, 1);
  if (bits & 8) pen.fillRect(x, y, 1, box.height + 1);
}

function drawText(
  pen: CanvasRenderingContext2D,
  look: CellLook,
  box: Box,
  room: number,
  palette: Palette,
): void {
  if (look.text === "" || box.height < 5) return;
  pen.save();
  pen.beginPath();
  pen.rect(box.x, box.y, Math.max(room, box.width) - 1, box.height - 1);
  pen.clip();
  const scale = scaleOf(look);
  pen.font = `${look.italic ? "italic " : ""}${look.bold ? "600 " : ""}${SIZE * scale}px ${FAMILY}`;
  pen.fillStyle = inkOn(look.fill, look.color, palette);
  pen.textBaseline = "alphabetic";
  const align = alignOf(look);
  pen.textAlign = align;
  const x =
    align === "left"
      ? box.x + PADDING
      : align === "right"
        ? box.x + box.width - PADDING - 1
        : box.x + box.width / 2;
  const lines = linesOf(pen, look, box.width - 2 * PADDING);
  const lineHeight = LINE_HEIGHT * scale;
  const shown = lines.slice(0, Math.max(1, Math.floor(box.height / lineHeight)));
  // a number that is cut at its left would be another number
  const most = align === "right" ? Math.max(8, box.width - PADDING) : undefined;
  shown.forEach((line, at) => {
    pen.fillText(line, x, box.y + box.height - BELOW * scale - (shown.length - 1 - at) * lineHeight, most);
  });
  pen.restore();
}

function scaleOf({ size = USUAL_POINTS }: CellLook): number {
  return size / USUAL_POINTS;
}

function alignOf({ align }: CellLook): "left" | "center" | "right" {
  return align ?? "left";
}

function linesOf(pen: CanvasRenderingContext2D, { text, wrap }: CellLook, width: number): string[] {
  const short = text.slice(0, MOST_LETTERS);
  if (!wrap) return [short.replaceAll("\n", " ")];
  const lines: string[] = [];
  for (const part of short.split("\n")) {
    let line = "";
    for (const word of part.split(" ")) {
      const longer = line === "" ? word : `${line} ${word}`;
      if (line !== "" && pen.measureText(longer).width > width) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    lines.push(line);
  }
  return lines;
}

/** The part of a large merged cell that is in view, so that its text is. */
function visiblePart(box: Box, pane: Pane): Box {
  const x = Math.max(box.x, pane.x);
  const y = Math.max(box.y, pane.y);
  const right = Math.min(box.x + box.width, pane.x + pane.width);
  const bottom = Math.min(box.y + box.height, pane.y + pane.height);
  return { x, y, width: right - x, height: bottom - y };
}

/** The cells in view that lie in merged ranges. */
function coveredCells(pane: Pane, merges: readonly Range[]): Set<number> {
  const covered = new Set<number>();
  for (const { top, left, bottom, right } of merges) {
    for (const row of pane.rows) {
      if (row.index < top || row.index > bottom) continue;
      for (const col of pane.cols) {
        if (col.index >= left && col.index <= right) covered.add(cellKey(row.index, col.index));
      }
    }
  }
  return covered;
}

function cellKey(row: number, col: number): number {
  return row * 16_385 + col;
}

/** Draws letters and numbers, and a double line wherever rows or columns are hidden. */
export function drawHeaders(
  pen: CanvasRenderingContext2D,
  { rows, cols }: Pick<Opened, "rows" | "cols">,
  geometry: ViewGeometry,
  selection: Range | null,
  palette: Palette,
): void {
  const { width, height, headWidth, frozenWidth, frozenHeight } = geometry;
  pen.font = `12px ${FAMILY}`;
  pen.textAlign = "center";
  pen.textBaseline = "alphabetic";
  pen.fillStyle = palette.head;
  pen.fillRect(0, 0, width, HEAD_HEIGHT);
  pen.fillRect(0, 0, headWidth, height);
  const across = (line: PlacedLine) => ({ x: line.at, y: 0, width: line.size, height: HEAD_HEIGHT });
  const down = (line: PlacedLine) => ({ x: 0, y: line.at, width: headWidth, height: line.size });
  const isOn = (index: number, first = 0, last = 0) => index >= first && index <= last;
  clipped(pen, headWidth, 0, width, HEAD_HEIGHT, () => {
    for (const line of geometry.cols) {
      if (line.start >= frozenWidth && line.at < headWidth + frozenWidth - line.size) continue;
      drawHead(
        pen,
        across(line),
        columnName(line.index),
        isOn(line.index, selection?.left, selection?.right),
        palette,
      );
      if (line.index > 1 && cols.sizeOf(line.index - 1) === 0)
        drawGap(pen, line.at, 0, 0, HEAD_HEIGHT, palette);
    }
  });
  clipped(pen, 0, HEAD_HEIGHT, headWidth, height, () => {
    for (const line of geometry.rows) {
      if (line.start >= frozenHeight && line.at < HEAD_HEIGHT + frozenHeight - line.size) continue;
      drawHead(
        pen,
        down(line),
        String(line.index),
        isOn(line.index, selection?.top, selection?.bottom),
        palette,
      );
      if (line.index > 1 && rows.sizeOf(line.index - 1) === 0)
        drawGap(pen, 0, line.at, headWidth, 0, palette);
    }
  });
  pen.fillStyle = palette.headLine;
  pen.fillRect(0, HEAD_HEIGHT - 1, width, 1);
  pen.fillRect(headWidth - 1, 0, 1, height);
  pen.fillStyle = palette.head;
  pen.fillRect(0, 0, headWidth - 1, HEAD_HEIGHT - 1);
}

function clipped(
  pen: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  draw: () => void,
): void {
  pen.save();
  pen.beginPath();
  pen.rect(x, y, width, height);
  pen.clip();
  draw();
  pen.restore();
}

function drawHead(
  pen: CanvasRenderingContext2D,
  box: Box,
  text: string,
  isOn: boolean,
  palette: Palette,
): void {
  pen.fillStyle = isOn ? palette.headOn : palette.head;
  pen.fillRect(box.x, box.y, box.width, box.height);
  pen.fillStyle = palette.headLine;
  pen.fillRect(box.x + box.width - 1, box.y, 1, box.height);
  pen.fillRect(box.x, box.y + box.height - 1, box.width, 1);
  if (box.width < 10 || box.height < 10) return;
  pen.fillStyle = isOn ? palette.ink : palette.headInk;
  pen.fillText(text, box.x + box.width / 2, box.y + box.height / 2 + 4, box.width - 2);
}

/** Two lines beside each other, as Excel marks what is hidden between them. */
function drawGap(
  pen: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  palette: Palette,
): void {
  pen.fillStyle = palette.gap;
  for (const shift of [-3, 1]) {
    if (width === 0) pen.fillRect(x + shift, y + 2, 2, height - 4);
    else pen.fillRect(x + 2, y + shift, width - 4, 2);
  }
}

function drawFrozenLines(pen: CanvasRenderingContext2D, geometry: ViewGeometry, palette: Palette): void {
  const { headWidth, frozenWidth, frozenHeight, width, height } = geometry;
  pen.fillStyle = palette.gap;
  if (frozenHeight > 0) pen.fillRect(0, HEAD_HEIGHT + frozenHeight - 1, width, 1);
  if (frozenWidth > 0) pen.fillRect(headWidth + frozenWidth - 1, 0, 1, height);
}
