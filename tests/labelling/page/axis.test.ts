/** Tests where rows and columns lie, against a list of all of them. */

import { expect, test } from "bun:test";
import { Axis } from "../../../core/labelling/page/sheet/axis.ts";

const PAIRS = [2, 20, 3, 0, 1, 35, 4, 10];
const SIZES = [20, 20, 0, 0, 0, 35, 10, 10, 10, 10];

test("places and sizes are those of the lines one by one", () => {
  const axis = new Axis(PAIRS);
  const starts = SIZES.map((_, at) => SIZES.slice(0, at).reduce((sum, size) => sum + size, 0));
  expect(axis.count).toBe(SIZES.length);
  expect(axis.length).toBe(115);
  expect(SIZES.map((_, at) => axis.startOf(at + 1))).toEqual(starts);
  expect(SIZES.map((_, at) => axis.sizeOf(at + 1))).toEqual(SIZES);
  for (let pixel = 0; pixel < 115; pixel++) {
    const line = SIZES.findIndex(
      (size, at) => size > 0 && starts[at]! <= pixel && pixel < starts[at]! + size,
    );
    expect(axis.at(pixel)).toBe(line + 1);
  }
});

test("only visible lines are listed, however many are hidden between them", () => {
  const axis = new Axis([1, 20, 1_048_574, 0, 1, 20]);
  expect(axis.between(0, 100)).toEqual([
    { index: 1, start: 0, size: 20 },
    { index: 1_048_576, start: 20, size: 20 },
  ]);
  expect(axis.between(20, 40).map(({ index }) => index)).toEqual([1_048_576]);
  expect(axis.at(9999)).toBe(1_048_576);
});
