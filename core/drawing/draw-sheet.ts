/**
 * Draws a sheet with its true and predicted tables as SVG: fills, content, borders, ranges. `page-style.ts`
 * has its colours.
 */

import { columnName, type Range } from "../base/range.ts";
import { counted } from "../base/text-layout.ts";
import { Look, type SheetLook } from "../features/cell-look.ts";
import { fillRuns } from "../features/fill-runs.ts";
import { type AxisWindow, axisWindow, GAP_LINES, shownCells } from "./axis-window.ts";
import { type CellSize, sheetMarks, short } from "./sheet-marks.ts";
import { type SvgElement, svg } from "./svg.ts";

/** A range to draw. */
interface DrawnRange {
  readonly range: Range;
  /** What became of it, as in `core/scoring/table-errors.ts`; part of the class `k-{kind}`. */
  readonly kind: string;
  /** What the pointer shows. */
  readonly title: string;
}

/** What is drawn over the cells. */
export interface DrawnTables {
  readonly truth: readonly DrawnRange[];
  /** With scores from 0 to 1. */
  readonly predicted: readonly (DrawnRange & { readonly score: number })[];
  /** Drawn below the tables. */
  readonly blocks?: readonly Omit<DrawnRange, "kind">[];
}

/** The text of a cell, rows and columns from 1; "" if it is empty. */
export type TextOf = (row: number, column: number) => string;

/** Sheets of at most this many rows and columns are drawn whole. */
const MOST_ROWS = 100;
const MOST_COLUMNS = 48;
/** The size that a drawing aims at, and the least and largest size of a cell, pixels. */
const TARGET = { width: 920, height: 620 };
const LEAST: CellSize = { width: 13, height: 7 };
const MOST: CellSize = { width: 64, height: 16 };
const LEAST_WITH_TEXT: CellSize = { width: 52, height: 14 };
/** Room for row numbers and column letters, pixels. */
const LEFT = 34;
const TOP = 15;
/** The least distance between two labels, pixels. */
const LABEL_GAP = { row: 11, column: 20 };
/** The width of a letter, pixels. */
const LETTER = 4.9;

/**
 * The drawing. Long sheets are cut to their first lines and those around the edges of tables.
 *
 * @param name What a screen reader says.
 * @param textOf Null: strokes show the place and kind of content.
 */
export function drawSheet(
  name: string,
  look: SheetLook,
  { truth, predicted, blocks = [] }: DrawnTables,
  textOf: TextOf | null,
): SvgElement {
  const tables = [...truth, ...predicted].map(({ range }) => range);
  const rows = axisWindow(
    look.height,
    tables.flatMap(({ top, bottom }) => [top - 1, bottom]),
    MOST_ROWS,
  );
  const columns = axisWindow(
    look.width,
    tables.flatMap(({ left, right }) => [left - 1, right]),
    MOST_COLUMNS,
  );
  const least = textOf ? LEAST_WITH_TEXT : LEAST;
  const cell: CellSize = {
    width: clamp(TARGET.width / columns.length, least.width, Math.max(MOST.width, least.width)),
    height: clamp(TARGET.height / rows.length, least.height, MOST.height),
  };
  const [width, height] = [columns.length * cell.width, rows.length * cell.height];
  const rect = ({ range: { top, left, bottom, right }, title }: Omit<DrawnRange, "kind">, kind: string) => {
    const [x, y] = [columns.position(left - 1) * cell.width, rows.position(top - 1) * cell.height];
    const [w, h] = [columns.position(right) * cell.width - x, rows.position(bottom) * cell.height - y];
    const place = { x: short(x), y: short(y), width: short(w), height: short(h) };
    return svg("rect", { ...place, class: kind }, svg("title", {}, title));
  };
  const parts = [
    svg("rect", { class: "f1", width: short(width), height: short(height) }),
    ...fills(look, rows, columns, cell),
    gridLines(rows, columns, cell),
    ...content(look, rows, columns, cell, textOf),
    ...gaps(rows, columns, cell),
    ...blocks.map((each) => rect(each, "block")),
    ...truth.map((each) => rect(each, `truth k-${each.kind}`)),
    ...predicted.map((each) => rect(each, `pred k-${each.kind}`)),
    ...predicted.map(({ range, score }) => {
      const x = columns.position(range.right) * cell.width - 3;
      const y = rows.position(range.top - 1) * cell.height + 9;
      return svg("text", { class: "score", x: short(x), y: short(y) }, score.toFixed(2));
    }),
  ];
  const [w, h] = [Math.ceil(width + LEFT + 2), Math.ceil(height + TOP + 2)];
  const size = { width: w, height: h, viewBox: `${-LEFT} ${-TOP} ${w} ${h}` };
  return svg("svg", { ...size, role: "img", "aria-label": name }, ...labels(rows, columns, cell), ...parts);
}

/** The borders, and the texts or the strokes in their place. */
function content(
  look: SheetLook,
  rows: AxisWindow,
  columns: AxisWindow,
  cell: CellSize,
  textOf: TextOf | null,
): SvgElement[] {
  const marks = sheetMarks(look, rows, columns, cell);
  const borders = svg("path", { class: "bd", d: marks.borders });
  if (textOf) return [borders, ...texts(rows, columns, cell, textOf)];
  const width = short(Math.max(1.6, cell.height * 0.3));
  const strokes = (kind: string, d: string) => svg("path", { class: kind, "stroke-width": width, d });
  return [borders, strokes("mt", marks.text), strokes("mn", marks.number), strokes("mb", marks.bold)];
}

function fills(look: SheetLook, rows: AxisWindow, columns: AxisWindow, cell: CellSize): SvgElement[] {
  const buckets = Uint8Array.from(look.cells, (bits) => bits & Look.Fill);
  const paths = new Map<number, string>();
  for (const down of rows.stretches) {
    const lines = down.end - down.first;
    const runs = fillRuns(
      buckets.subarray(down.first * look.width, down.end * look.width),
      lines,
      look.width,
    );
    for (const { bucket, row, column, end } of runs) {
      for (const across of columns.stretches) {
        const [from, to] = [Math.max(column, across.first), Math.min(end, across.end)];
        if (from >= to) continue;
        const x = (across.at + from - across.first) * cell.width;
        const y = (down.at + row) * cell.height;
        const w = short((to - from) * cell.width);
        const path = `M${short(x)} ${short(y)}h${w}v${short(cell.height)}h-${w}z`;
        paths.set(bucket, (paths.get(bucket) ?? "") + path);
      }
    }
  }
  return [...paths].map(([bucket, d]) => svg("path", { class: `f${bucket}`, d }));
}

function gridLines(rows: AxisWindow, columns: AxisWindow, cell: CellSize): SvgElement {
  let path = "";
  for (const down of rows.stretches) {
    for (const across of columns.stretches) {
      const [x, y] = [across.at * cell.width, down.at * cell.height];
      const [w, h] = [(across.end - across.first) * cell.width, (down.end - down.first) * cell.height];
      for (let line = 0; line <= down.end - down.first; line++) {
        path += `M${short(x)} ${short(y + line * cell.height)}h${short(w)}`;
      }
      for (let line = 0; line <= across.end - across.first; line++) {
        path += `M${short(x + line * cell.width)} ${short(y)}v${short(h)}`;
      }
    }
  }
  return svg("path", { class: "gl", d: path });
}

/** Bands in place of rows or columns that are left out, with their number. */
function gaps(rows: AxisWindow, columns: AxisWindow, cell: CellSize): SvgElement[] {
  const [width, height] = [columns.length * cell.width, rows.length * cell.height];
  const band = (x: number, y: number, w: number, h: number) =>
    svg("rect", { class: "gap", x: short(x), y: short(y), width: short(w), height: short(h) });
  return [
    ...rows.gaps.flatMap(({ first, end, at }) => {
      const [y, thick] = [at * cell.height, GAP_LINES * cell.height];
      const place = { x: short(Math.min(width, 300) / 2), y: short(y + thick / 2 + 3) };
      const text = svg("text", { class: "gt", ...place }, counted(end - first, "row"));
      return [band(0, y, width, thick), text];
    }),
    ...columns.gaps.flatMap(({ first, end, at }) => {
      const [x, thick] = [at * cell.width, GAP_LINES * cell.width];
      const place = `translate(${short(x + thick / 2 + 3)} ${short(Math.min(height, 160) / 2)})`;
      const turned = { class: "gt", transform: `${place} rotate(-90)` };
      return [band(x, 0, thick, height), svg("text", turned, counted(end - first, "column"))];
    }),
  ];
}

/** Row numbers and column letters, as many as fit. The first of each stretch is always there. */
function labels(rows: AxisWindow, columns: AxisWindow, cell: CellSize): SvgElement[] {
  const parts: SvgElement[] = [];
  const rowStep = niceStep(LABEL_GAP.row / cell.height);
  for (const { first, end, at } of rows.stretches) {
    for (let row = first; row < end; row++) {
      const isNear = row !== first && row - first < rowStep;
      if (row !== first && ((row + 1) % rowStep !== 0 || isNear)) continue;
      const y = short((at + row - first + 0.5) * cell.height + 3);
      parts.push(svg("text", { class: "rl", x: -5, y }, String(row + 1)));
    }
  }
  const columnStep = niceStep(LABEL_GAP.column / cell.width);
  for (const { first, end, at } of columns.stretches) {
    for (let column = first; column < end; column += columnStep) {
      const x = short((at + column - first + 0.5) * cell.width);
      parts.push(svg("text", { class: "cl", x, y: -4 }, columnName(column + 1)));
    }
  }
  return parts;
}

function texts(rows: AxisWindow, columns: AxisWindow, cell: CellSize, textOf: TextOf): SvgElement[] {
  const parts: SvgElement[] = [];
  for (const { row, column, down, right, end } of shownCells(rows, columns)) {
    const text = textOf(row + 1, column + 1)
      .replaceAll(/\s+/g, " ")
      .trim();
    if (text === "") continue;
    const isNumber = /^[-+]?[\d.,]+([eE][-+]?\d+)?%?$/.test(text);
    const room = isNumber ? 1 : 1 + emptyToTheRight(row, column, end, textOf);
    const most = Math.max(1, Math.floor((room * cell.width - 4) / LETTER));
    const shown = text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text;
    const x = isNumber ? (right + 1) * cell.width - 2 : right * cell.width + 2;
    const y = (down + 0.5) * cell.height + 3;
    const place = { class: "tx", x: short(x), y: short(y) };
    parts.push(svg("text", isNumber ? { ...place, "text-anchor": "end" } : place, shown));
  }
  return parts;
}

/**
 * The empty cells to the right, before column `end`. As in Excel, a long text runs over them and a number
 * does not.
 */
function emptyToTheRight(row: number, column: number, end: number, textOf: TextOf): number {
  let count = 0;
  while (column + count + 1 < end && textOf(row + 1, column + count + 2) === "") count++;
  return count;
}

/** The first of 1, 2, 5, 10, 20, … that is at least `least`. */
function niceStep(least: number): number {
  for (let ten = 1; ; ten *= 10) {
    for (const step of [1, 2, 5]) if (step * ten >= least) return step * ten;
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
