/** Tests the hints that come from a cell's value and from comparing it with its neighbours. */

import { expect, test } from "bun:test";
import { HINTS } from "../../../core/features/hints/hint-bits.ts";
import { SheetHints } from "../../../core/features/hints/sheet-hints.ts";
import { layoutGrid } from "../../../core/features/layout-grid.ts";
import { channelCount, unpackGrid } from "../../../core/features/packed-grid.ts";
import { HINTS_WORD, VECTOR_WORDS } from "../../../core/features/vector-bits.ts";

type Value = number | string | null;

/** The names of each cell's hints; `pick` keeps those that the test is about. */
function hintsOf(rows: readonly (readonly Value[])[], ...pick: string[]): string[][] {
  const width = rows[0]!.length;
  const hints = new SheetHints(Uint32Array.from(rows.keys()), width);
  for (const [row, values] of rows.entries()) {
    for (const [column, value] of values.entries()) {
      const at = row * width + column;
      if (typeof value === "number") hints.setNumber(at, value, false, 0);
      else if (value !== null) hints.setText(at, hints.textNumber(value), 0);
    }
  }
  const { hints: words } = hints.finish();
  return Array.from(words, (word) => {
    return HINTS.filter((name, hint) => pick.includes(name) && ((word >>> hint) & 1) === 1);
  });
}

test("numbers have the hints of their kind, and years stand out", () => {
  const kinds = ["number", "year", "whole_number", "fraction", "negative"];
  expect(hintsOf([[2019, 12, -0.5, 2019.5, "2019", null]], ...kinds)).toEqual([
    ["number", "year", "whole_number"],
    ["number", "whole_number"],
    ["number", "fraction", "negative"],
    ["number", "fraction"],
    ["year"],
    [],
  ]);
});

test("a number counts on from the left or from above by exactly 1", () => {
  const counting = ["counts_on_from_left", "counts_on_from_above"];
  const rows = [
    [2019, 2020, 2022],
    [2020, 5, null],
    ["2021", 2020, 2021],
  ];
  expect(hintsOf(rows, ...counting)).toEqual([
    [],
    ["counts_on_from_left"],
    [],
    ["counts_on_from_above"],
    [],
    [],
    [],
    [],
    ["counts_on_from_left"],
  ]);
});

test("cells are the same as their neighbours by value, and an empty cell is like nothing", () => {
  const same = ["same_as_left", "same_as_above"];
  const rows = [
    ["a", "a", null, null],
    ["a", 1, 1, "1"],
  ];
  expect(hintsOf(rows, ...same)).toEqual([
    [],
    ["same_as_left"],
    [],
    [],
    ["same_as_above"],
    [],
    ["same_as_left"],
    [],
  ]);
});

test("a heading that is repeated over another block is known by its whole row", () => {
  const repeats = ["text_repeats", "row_repeats"];
  const rows = [
    ["Year", "Value"],
    [1, 2],
    ["Year", "Value"],
    ["Year", "Other"],
    ["once", 3],
  ];
  const both = ["text_repeats", "row_repeats"];
  expect(hintsOf(rows, ...repeats)).toEqual([both, both, [], [], both, both, ["text_repeats"], [], [], []]);
});

test("all cells of a merged range have the hints of its first cell", () => {
  const grid = layoutGrid({
    name: "S",
    cells: [{ row: 1, column: 1, value: "Total", style: { font: { italic: true } } }],
    merges: [{ top: 1, left: 1, bottom: 2, right: 2 }],
  })!;
  const words = Array.from(grid.cells, (index) => grid.vectors[index * VECTOR_WORDS + HINTS_WORD]);
  expect(new Set(words).size).toBe(1);
  const names = HINTS.filter((_, hint) => ((words[0]! >>> hint) & 1) === 1);
  expect(names).toEqual(["total_word", "single_word", "italic"]);
});

test("a grid unpacks to its 43 channels, or to these and then one number per hint", () => {
  const grid = layoutGrid({ name: "S", cells: [{ row: 1, column: 2, value: 2019 }] })!;
  const channels = channelCount("tablesense43_hints");
  const plain = unpackGrid(grid);
  const whole = unpackGrid(grid, undefined, undefined, channels);
  expect(whole.length).toBe(2 * channels);
  for (const cell of [0, 1]) {
    const own = whole.subarray(cell * channels, (cell + 1) * channels);
    expect([...own.subarray(0, 43)]).toEqual([...plain.subarray(cell * 43, (cell + 1) * 43)]);
    const names = HINTS.filter((_, hint) => own[43 + hint] === 1);
    expect(names).toEqual(cell === 0 ? [] : ["number", "year", "whole_number"]);
  }
});

test("a row is compared with the one above only if no row lies between", () => {
  const bit = HINTS.indexOf("counts_on_from_above");
  const countsOn = (rows: number[]) => {
    const hints = new SheetHints(Uint32Array.from(rows), 1);
    hints.setNumber(0, 7, false, 0);
    hints.setNumber(1, 8, false, 0);
    return ((hints.finish().hints[1]! >>> bit) & 1) === 1;
  };
  expect(countsOn([4, 5])).toBe(true);
  expect(countsOn([4, 6])).toBe(false);
});
