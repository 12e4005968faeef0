/** Tests that titles are taken out of boxes. */

import { expect, test } from "bun:test";
import { formatRange } from "../../core/base/range.ts";
import { leaveOutTitles } from "../../core/detection/leave-out-titles.ts";
import { CHANNEL_COUNT, CHANNELS, type Channel } from "../../core/features/grid.ts";
import { packGrid } from "../../core/features/packed-grid.ts";
import { ranges } from "../support/picture.ts";

/** `x`: a value; `>`: a value of the anchor to its left; `v`: one of the anchor above; else an empty cell. */
function merged(...rows: string[]) {
  const [height, width] = [rows.length, rows[0]!.length];
  const data = new Float32Array(height * width * CHANNEL_COUNT);
  const set = (r: number, c: number, channel: Channel) => {
    data[(r * width + c) * CHANNEL_COUNT + CHANNELS.indexOf(channel)] = 1;
  };
  rows.forEach((row, r) => {
    [...row].forEach((mark, c) => {
      if (/[x>v]/.test(mark)) set(r, c, "has_data");
      if (mark !== "x") set(r, c, "is_visibly_empty");
      if (mark === ">") {
        set(r, c, "merge_left");
        set(r, c - 1, "merge_right");
      }
      if (mark === "v") {
        set(r, c, "merge_top");
        set(r - 1, c, "merge_bottom");
      }
    });
  });
  return packGrid({ height, width, data });
}

/** @param scored Ranges with their scores. */
function without(grid: ReturnType<typeof merged>, scored: Record<string, number>) {
  const boxes = Object.entries(scored).map(([range, score]) => {
    const [{ top, left, bottom, right }] = ranges(range) as [ReturnType<typeof ranges>[number]];
    return { x1: left - 1, y1: top - 1, x2: right, y2: bottom, score };
  });
  const kept = leaveOutTitles(boxes, grid);
  return Object.fromEntries(
    kept.map(({ x1, y1, x2, y2, score }) => [
      formatRange({ top: y1 + 1, left: x1 + 1, bottom: y2, right: x2 }),
      score,
    ]),
  );
}

test("merged titles and the empty rows under them are left out", () => {
  const grid = merged("x>>", "x>.", "...", "xxx", "xxx");
  expect(without(grid, { "A1:C5": 0.9 })).toEqual({ "A4:C5": 0.9 });
});

test("of boxes that become the same, the best score is left", () => {
  const grid = merged("x>>", "xxx", "xxx", "xxx");
  expect(without(grid, { "A2:C4": 0.4, "A1:C4": 0.9 })).toEqual({ "A2:C4": 0.9 });
  expect(without(grid, { "A1:C4": 0.2, "A2:C4": 0.4 })).toEqual({ "A2:C4": 0.4 });
});

test("headers of groups, lone words and headers of two rows stay", () => {
  for (const rows of [
    [".x>", "xxx", "xxx"],
    ["xx>", "xxx", "xxx"],
    ["x..", "xxx", "xxx"],
    ["x>>", "vxx", "xxx"],
  ]) {
    expect(without(merged(...rows), { "A1:C3": 0.9 })).toEqual({ "A1:C3": 0.9 });
  }
});

test("two rows are left at least", () => {
  expect(without(merged("x>>", "x>>", "xxx", "xxx"), { "A1:C3": 0.9, "A1:C2": 0.5 })).toEqual({
    "A2:C3": 0.9,
    "A1:C2": 0.5,
  });
});
