/** Tests rows of metrics as lines. */

import { expect, test } from "bun:test";
import { metricLine, secondsOfLine, stepOfLine } from "../../../plugins/history/metric-line.ts";

test("metricLine() keeps every bit of a number, and writes what JSON lacks as text", () => {
  const row = { epoch: 1, global_step: 7, 'a"b': 0.1 + 0.2, nan: Number.NaN, low: Number.NEGATIVE_INFINITY };
  const line = metricLine(row, 12.3456);
  expect(line.endsWith("}\n")).toBe(true);
  expect(JSON.parse(line)).toEqual({ ...row, nan: "NaN", low: "-Infinity", _time: 12.346 });
  expect([stepOfLine(line), secondsOfLine(line.trimEnd())]).toEqual([7, 12.346]);
});

test("stepOfLine() and secondsOfLine() give null for what is no row", () => {
  for (const line of ["", "{}", '{"global_step":"7"}', '{"global_step":7', "\u0000"]) {
    expect([stepOfLine(line), secondsOfLine(line)]).toEqual([null, null]);
  }
});
