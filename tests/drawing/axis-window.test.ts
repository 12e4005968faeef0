/** Tests which part of a long axis the page of a report shows. */

import { expect, test } from "bun:test";
import { axisWindow, GAP_LINES } from "../../core/drawing/axis-window.ts";

test("axisWindow() shows all lines of a small sheet, each edge in its place", () => {
  const window = axisWindow(50, [3, 20], 100);
  expect(window.stretches).toEqual([{ first: 0, end: 50, at: 0 }]);
  expect([window.gaps, window.length]).toEqual([[], 50]);
  expect([0, 17, 50].map(window.position)).toEqual([0, 17, 50]);
});

test("axisWindow() shows the first lines of a large sheet and those around the edges of its tables", () => {
  const window = axisWindow(5000, [2, 1000], 100);
  expect(window.stretches).toEqual([
    { first: 0, end: 8, at: 0 },
    { first: 996, end: 1004, at: 8 + GAP_LINES },
  ]);
  expect(window.gaps).toEqual([
    { first: 8, end: 996, at: 8 },
    { first: 1004, end: 5000, at: 16 + GAP_LINES },
  ]);
  expect(window.length).toBe(16 + 2 * GAP_LINES);
  // Edges of tables are always seen; others may lie in a band.
  expect([2, 1000, 5000].map(window.position)).toEqual([2, 12 + GAP_LINES, window.length]);
  expect(window.position(502)).toBeCloseTo(8 + GAP_LINES / 2);
});

test("axisWindow() draws a gap of a few lines rather than to leave it out", () => {
  expect(axisWindow(1000, [17], 100).stretches).toEqual([{ first: 0, end: 21, at: 0 }]);
});
