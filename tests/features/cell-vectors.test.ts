/** Tests the features of single cells. */

import { expect, test } from "bun:test";
import { CellMarks, Mark } from "../../core/features/cell-marks.ts";
import { CellVectors } from "../../core/features/cell-vectors.ts";
import { CHANNELS } from "../../core/features/grid.ts";
import { packCells, unpackGrid } from "../../core/features/packed-grid.ts";
import { BOLD, HAS_DATA, HAS_FORMULA, LENGTH_M, VECTOR_WORDS } from "../../core/features/vector-bits.ts";

const HALF = 0x3f000000; // 0.5 as float32
const TEXT = { length: LENGTH_M, digits: HALF };

/** The channels that are not 0 in the grid of one cell. */
function channelsOf(...cell: Parameters<CellVectors["add"]>): string[] {
  const vectors = new CellVectors();
  const cells = Uint32Array.of(vectors.add(...cell));
  const data = unpackGrid(packCells(1, 1, cells, vectors.vectors()));
  return CHANNELS.filter((_, channel) => data[channel] !== 0);
}

test("a cell without a text is visibly empty and of the shortest length, even where a formula is", () => {
  expect(channelsOf(0, BOLD, 0, null)).toEqual(["is_visibly_empty", "length_s", "bold"]);
  expect(channelsOf(0, 0, HAS_DATA | HAS_FORMULA, null)).toEqual([
    "has_data",
    "has_formula",
    "is_visibly_empty",
    "length_s",
  ]);
});

test("a covered cell shows its anchor's value and style, but no text", () => {
  expect(channelsOf(0, BOLD, HAS_DATA, TEXT)).toEqual(["has_data", "digit_proportion", "length_m", "bold"]);
  const mark = Mark.Covered | Mark.MergeLeft | Mark.MergeBottom;
  expect(channelsOf(0, BOLD, HAS_DATA, TEXT, mark)).toEqual([
    "has_data",
    "is_visibly_empty",
    "merge_left",
    "merge_bottom",
    "length_s",
    "bold",
  ]);
});

test("tables, header rows and comments mark the cell itself", () => {
  const marks = [Mark.Table, Mark.Table | Mark.TableHeader, Mark.Comment, Mark.MergeRight, Mark.MergeTop];
  expect(marks.map((mark) => channelsOf(0, 0, HAS_DATA, TEXT, mark).slice(1).join())).toEqual([
    "digit_proportion,length_m,is_in_table",
    "digit_proportion,length_m,is_in_table,is_in_table_header",
    "digit_proportion,length_m,has_comment",
    "merge_right,digit_proportion,length_m",
    "merge_top,digit_proportion,length_m",
  ]);
});

test("equal cells share a vector, and cells that differ in one channel do not", () => {
  const vectors = new CellVectors();
  const first = vectors.add(0, BOLD, HAS_DATA, TEXT);
  expect(vectors.add(0, BOLD, HAS_DATA, { ...TEXT })).toBe(first);
  expect(vectors.add(0, BOLD, HAS_DATA, TEXT, Mark.Comment)).not.toBe(first);
  expect(vectors.vectors().length).toBe(2 * VECTOR_WORDS);
});

test("CellMarks keeps a cell to the merged range that covered it first, and clips what reaches past the grid", () => {
  const marks = new CellMarks(2, 3);
  marks.merge(1, 1, 1, 2);
  marks.merge(1, 2, 5, 3);
  marks.merge(3, 1, 4, 1);
  marks.table({ top: 2, left: 3, bottom: 9, right: 9 }, 0);
  marks.comment(2, 1);
  marks.comment(3, 1);
  expect([...marks.marks]).toEqual([
    Mark.MergeRight,
    Mark.MergeLeft | Mark.Covered,
    Mark.MergeLeft | Mark.MergeBottom | Mark.Covered,
    Mark.Comment,
    Mark.MergeRight | Mark.MergeTop | Mark.MergeBottom | Mark.Covered,
    Mark.MergeLeft | Mark.MergeTop | Mark.MergeBottom | Mark.Covered | Mark.Table,
  ]);
  expect([1, 2, 4, 5].map((at) => marks.anchor(at))).toEqual([0, 1, 1, 1]);
});

test("CellMarks refuses ranges that overlap without end", () => {
  const marks = new CellMarks(100, 100);
  const paint = () => {
    for (let count = 0; count < 1000; count++) marks.merge(1, 1, 100, 100);
  };
  expect(paint).toThrow(RangeError);
});
