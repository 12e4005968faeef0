/**
 * Draws a sheet of an evaluation as SVG: fills, content, true and predicted tables. `page-style.ts` has its
 * colours.
 */

import { escapeHtml } from "../../base/escape-html.ts";
import { columnName, parseRange, type Range } from "../../base/range.ts";
import { counted } from "../../base/text-layout.ts";
import { fillRuns } from "../../features/fill-runs.ts";
import { fillBuckets, type PackedGrid } from "../../features/packed-grid.ts";
import type { SheetReport } from "../evaluation-report.ts";
import { PREDICTED_WORDS, TRUTH_WORDS } from "../report-words.ts";
import { type AxisWindow, axisWindow, GAP_LINES, shownCells } from "./axis-window.ts";
import { type CellSize, sheetMarks, short } from "./sheet-marks.ts";

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

export function drawEvaluatedSheet(report: SheetReport, grid: PackedGrid, textOf: TextOf | null): string {
  const truth = report.truth.map((table) => ({ ...table, at: parseRange(table.range)! }));
  const predicted = report.predicted.map((table) => ({ ...table, at: parseRange(table.range)! }));
  const tables = [...truth, ...predicted].map(({ at }) => at);
  const rows = axisWindow(
    grid.height,
    tables.flatMap(({ top, bottom }) => [top - 1, bottom]),
    MOST_ROWS,
  );
  const columns = axisWindow(
    grid.width,
    tables.flatMap(({ left, right }) => [left - 1, right]),
    MOST_COLUMNS,
  );
  const least = textOf ? LEAST_WITH_TEXT : LEAST;
  const cell: CellSize = {
    width: clamp(TARGET.width / columns.length, least.width, Math.max(MOST.width, least.width)),
    height: clamp(TARGET.height / rows.length, least.height, MOST.height),
  };
  const [width, height] = [columns.length * cell.width, rows.length * cell.height];
  const rect = ({ top, left, bottom, right }: Range, attributes: string, title: string) => {
    const [x, y] = [columns.position(left - 1) * cell.width, rows.position(top - 1) * cell.height];
    const [w, h] = [columns.position(right) * cell.width - x, rows.position(bottom) * cell.height - y];
    return `<rect x="${short(x)}" y="${short(y)}" width="${short(w)}" height="${short(h)}" ${attributes}><title>${escapeHtml(title)}</title></rect>`;
  };
  const marks = sheetMarks(grid, rows, columns, cell);
  const stroke = short(Math.max(1.6, cell.height * 0.3));
  const content = textOf
    ? texts(rows, columns, cell, textOf)
    : `<path class="mt" stroke-width="${stroke}" d="${marks.text}"/><path class="mn" stroke-width="${stroke}" d="${marks.number}"/>` +
      `<path class="mb" stroke-width="${stroke}" d="${marks.bold}"/>`;
  const parts = [
    `<rect class="f1" width="${short(width)}" height="${short(height)}"/>`,
    fills(grid, rows, columns, cell),
    gridLines(rows, columns, cell),
    `<path class="bd" d="${marks.borders}"/>`,
    content,
    ...gaps(rows, columns, cell),
    ...report.baseline.map((range) => rect(parseRange(range)!, 'class="block"', `connected block ${range}`)),
    ...truth.map(({ at, kind, range }) =>
      rect(at, `class="truth k-${kind}"`, `true ${range}: ${TRUTH_WORDS[kind]}`),
    ),
    ...predicted.map(({ at, kind, range, score }) =>
      rect(
        at,
        `class="pred k-${kind}"`,
        `predicted ${range}, score ${score.toFixed(2)}: ${PREDICTED_WORDS[kind]}`,
      ),
    ),
    ...predicted.map(({ at, score }) => {
      const x = columns.position(at.right) * cell.width - 3;
      const y = rows.position(at.top - 1) * cell.height + 9;
      return `<text class="score" x="${short(x)}" y="${short(y)}">${score.toFixed(2)}</text>`;
    }),
  ];
  const size = `width="${Math.ceil(width + LEFT + 2)}" height="${Math.ceil(height + TOP + 2)}"`;
  const box = `viewBox="${-LEFT} ${-TOP} ${Math.ceil(width + LEFT + 2)} ${Math.ceil(height + TOP + 2)}"`;
  const name = escapeHtml(`${report.file} › ${report.sheet}`);
  return `<svg ${size} ${box} role="img" aria-label="${name}">${labels(rows, columns, cell)}${parts.join("")}</svg>`;
}

function fills(grid: PackedGrid, rows: AxisWindow, columns: AxisWindow, cell: CellSize): string {
  const buckets = fillBuckets(grid);
  const paths = new Map<number, string>();
  for (const down of rows.stretches) {
    const lines = down.end - down.first;
    const runs = fillRuns(
      buckets.subarray(down.first * grid.width, down.end * grid.width),
      lines,
      grid.width,
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
  return [...paths].map(([bucket, path]) => `<path class="f${bucket}" d="${path}"/>`).join("");
}

function gridLines(rows: AxisWindow, columns: AxisWindow, cell: CellSize): string {
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
  return `<path class="gl" d="${path}"/>`;
}

/** Bands in place of rows or columns that are left out, with their number. */
function gaps(rows: AxisWindow, columns: AxisWindow, cell: CellSize): string[] {
  const [width, height] = [columns.length * cell.width, rows.length * cell.height];
  return [
    ...rows.gaps.flatMap(({ first, end, at }) => {
      const y = at * cell.height;
      const band = `<rect class="gap" x="0" y="${short(y)}" width="${short(width)}" height="${short(GAP_LINES * cell.height)}"/>`;
      const middle = y + (GAP_LINES * cell.height) / 2 + 3;
      const text = counted(end - first, "row");
      return [
        band,
        `<text class="gt" x="${short(Math.min(width, 300) / 2)}" y="${short(middle)}">${text}</text>`,
      ];
    }),
    ...columns.gaps.flatMap(({ first, end, at }) => {
      const x = at * cell.width;
      const band = `<rect class="gap" x="${short(x)}" y="0" width="${short(GAP_LINES * cell.width)}" height="${short(height)}"/>`;
      const [cx, cy] = [x + (GAP_LINES * cell.width) / 2 + 3, Math.min(height, 160) / 2];
      const text = counted(end - first, "column");
      return [
        band,
        `<text class="gt" transform="translate(${short(cx)} ${short(cy)}) rotate(-90)">${text}</text>`,
      ];
    }),
  ];
}

/** Row numbers and column letters, as many as fit. The first of each stretch is always there. */
function labels(rows: AxisWindow, columns: AxisWindow, cell: CellSize): string {
  const parts: string[] = [];
  const rowStep = niceStep(LABEL_GAP.row / cell.height);
  for (const { first, end, at } of rows.stretches) {
    for (let row = first; row < end; row++) {
      const isNear = row !== first && row - first < rowStep;
      if (row !== first && ((row + 1) % rowStep !== 0 || isNear)) continue;
      const y = short((at + row - first + 0.5) * cell.height + 3);
      parts.push(`<text class="rl" x="-5" y="${y}">${row + 1}</text>`);
    }
  }
  const columnStep = niceStep(LABEL_GAP.column / cell.width);
  for (const { first, end, at } of columns.stretches) {
    for (let column = first; column < end; column += columnStep) {
      const x = short((at + column - first + 0.5) * cell.width);
      parts.push(`<text class="cl" x="${x}" y="-4">${columnName(column + 1)}</text>`);
    }
  }
  return parts.join("");
}

function texts(rows: AxisWindow, columns: AxisWindow, cell: CellSize, textOf: TextOf): string {
  const parts: string[] = [];
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
    const anchor = isNumber ? ' text-anchor="end"' : "";
    parts.push(`<text class="tx" x="${short(x)}" y="${short(y)}"${anchor}>${escapeHtml(shown)}</text>`);
  }
  return parts.join("");
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
