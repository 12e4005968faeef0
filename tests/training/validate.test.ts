/** Tests validation with a given and with a chosen threshold. */

import { expect, test } from "bun:test";
import type { SheetEntry } from "../../core/dataset/dataset.ts";
import type { GradientEngine } from "../../core/detection/engine/gradient-engine.ts";
import { validate } from "../../core/training/validate.ts";

const at = (top: number) => ({ top, left: 1, bottom: top + 9, right: 10 });
/** Of a grid of 100 x 10, in cx cy w h: all columns, rows from `top` on. */
const boxAt = (top: number) => [0.5, (top + 4) / 100, 1, 0.1];

const sheet = (name: string, tops: readonly number[]) =>
  ({
    dataset: "d",
    fileName: name,
    sheetName: "s",
    ranges: tops.map(at),
    height: 100,
    width: 10,
    grid: { height: 100, width: 10 },
  }) as unknown as SheetEntry;

/** Says for each sheet what it is told to: tops and scores. */
function engineOf(found: readonly (readonly (readonly [number, number])[])[]): GradientEngine {
  let next = 0;
  return {
    detect: async (batches: unknown[]) =>
      batches.map(() => {
        const tables = found[next++]!;
        return [
          {
            scores: Float32Array.from(tables, ([, score]) => score),
            boxes: Float32Array.from(tables.flatMap(([top]) => boxAt(top))),
            loss: { total: 1 },
          },
        ];
      }),
  } as unknown as GradientEngine;
}

const SHEETS = [sheet("a", [1, 41]), sheet("b", [21])];
const FOUND = [
  [
    [1, 0.75],
    [41, 0.375],
    [71, 0.125],
  ],
  [
    [21, 0.25],
    [61, 0.0625],
  ],
] as const;
const never = () => false;

test("validate() with a given threshold counts the tables that reach it, and names no threshold", async () => {
  const result = await validate(engineOf(FOUND), SHEETS, { score: 0.375, eob: 0 }, never);
  expect(result!.metrics).toEqual({ loss: 1, precision: 1, recall: 2 / 3, f1: 0.8, eob_mean: 0 });
  expect(result!.sheets.map(({ predicted }) => predicted.map(({ score }) => score))).toEqual([
    [0.75, 0.375],
    [],
  ]);
});

test("validate() with auto counts at a threshold that is good for its sheets, names it, and hands over its tables", async () => {
  const result = await validate(engineOf(FOUND), SHEETS, { score: "auto", eob: 0 }, never);
  // Above 0.125 and up to 0.25 all three tables are found and nothing else.
  const { score_threshold, ...metrics } = result!.metrics;
  expect(metrics).toEqual({ loss: 1, precision: 1, recall: 1, f1: 1, eob_mean: 0 });
  expect(score_threshold).toBeWithin(0.125, 0.25);
  const predicted = result!.sheets.map((each) =>
    each.predicted.map(({ range, score }) => [range.top, score]),
  );
  expect(predicted).toEqual([
    [
      [1, 0.75],
      [41, 0.375],
    ],
    [[21, 0.25]],
  ]);
});

test("validate() with auto where nothing is right leaves the threshold in the middle", async () => {
  const result = await validate(engineOf([[[81, 0.5]], []]), SHEETS, { score: "auto", eob: 0 }, never);
  expect(result!.metrics).toMatchObject({ f1: 0, score_threshold: 0.5 });
});
