/** Which tables the rectangles on a sheet stand for. */

import { drawnTableRange } from "../../../base/drawn-table.ts";
import { clipRange, formatRange, overlaps, type Range } from "../../../base/range.ts";
import { type DrawnSheet, isOwnRectangle } from "./drawn-copy-file.ts";
import type { DrawnShape } from "./drawn-shape.ts";
import { rectangleRange } from "./rectangle-range.ts";

/** What became of a rectangle since it was drawn; `added`: a person drew it. */
export type RectangleFate = "kept" | "moved" | "added";

/** The tables of a sheet, and what a person should look at. */
export interface DrawnTables {
  /** From top to bottom, then from left to right; each range once. */
  readonly tables: readonly { readonly range: Range; readonly fate: RectangleFate }[];
  readonly doubts: readonly string[];
}

/**
 * A rectangle stands for a table if `predict --annotate` drew it, if it is a copy of such a one, if its name
 * or text begins with "table", or if it has no text and is none of the workbook's own.
 *
 * @param sheet The sheet in the copy; undefined if nothing is drawn on it.
 * @param own The shapes on the sheet in the original workbook; null if it is not known.
 * @param size The extent of the sheet's cells.
 */
export function drawnTables(
  sheet: DrawnSheet | undefined,
  own: readonly DrawnShape[] | null,
  { height, width }: { readonly height: number; readonly width: number },
): DrawnTables {
  const doubts: string[] = [];
  const found = new Map<string, { range: Range; fate: RectangleFate }>();
  const taken = new Set((own ?? []).map(({ name }) => name));
  for (const shape of sheet?.shapes ?? []) {
    if (shape.kind === "group" && shape.name !== "" && !taken.has(shape.name)) {
      doubts.push(`the group of shapes ${JSON.stringify(shape.name)} is not read: ungroup it`);
    }
    if (!isTable(shape, taken)) continue;
    const whole = rectangleRange(shape, sheet!.lines);
    if (whole === null) {
      doubts.push(`the rectangle ${JSON.stringify(shape.name)} is smaller than a cell and left out`);
      continue;
    }
    const range = clipRange(whole, height, width);
    if (range === null) {
      doubts.push(`the rectangle ${formatRange(whole)} lies outside of the cells and is left out`);
      continue;
    }
    if (formatRange(range) !== formatRange(whole)) {
      doubts.push(
        `the rectangle ${formatRange(whole)} reaches past the cells, taken as ${formatRange(range)}`,
      );
    }
    if (own === null && !isOwnRectangle(shape)) {
      const what = `the shape ${JSON.stringify(shape.name)} at ${formatRange(range)} is taken for a table`;
      doubts.push(`${what}; without the original workbook nobody knows whether it was there before`);
    }
    const key = formatRange(range);
    const fate = fateOf(shape, whole);
    if (!found.has(key) || fate === "kept") found.set(key, { range, fate });
  }
  const tables = [...found.values()].sort((a, b) => a.range.top - b.range.top || a.range.left - b.range.left);
  for (const [at, { range }] of tables.entries()) {
    const other = tables.slice(at + 1).find((each) => overlaps(each.range, range));
    if (other) doubts.push(`the tables ${formatRange(range)} and ${formatRange(other.range)} overlap`);
  }
  return { tables, doubts };
}

function isTable(shape: DrawnShape, own: ReadonlySet<string>): boolean {
  if (shape.kind !== "shape") return false;
  if (isOwnRectangle(shape)) return true;
  if (own.has(shape.name)) return false;
  if (/^table\b/i.test(shape.name) || /^table\b/i.test(shape.text)) return true;
  return shape.form === "rect" && shape.text === "";
}

function fateOf(shape: DrawnShape, range: Range): RectangleFate {
  const drawn = drawnTableRange(shape.name);
  if (drawn === null) return "added";
  return formatRange(drawn) === formatRange(range) ? "kept" : "moved";
}
