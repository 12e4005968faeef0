/** Tests the parts of the page that compute: the table of runs, the charts, bands, zoom, figures. */

import { expect, test } from "bun:test";
import type { Curve, RunRow } from "../../core/view/api.ts";
import { bandOf } from "../../core/view/page/curves/band.ts";
import { chartSections } from "../../core/view/page/curves/chart-list.ts";
import { extentOfY, nearestTo, valueAt } from "../../core/view/page/curves/line.ts";
import { keyAction, panned, zoomed } from "../../core/view/page/curves/zoom.ts";
import { plainText } from "../../core/view/page/details/plain-text.ts";
import { bytes, duration, figure, metricFigure } from "../../core/view/page/parts/figures.ts";
import { arrangeRuns } from "../../core/view/page/table/arrange-runs.ts";
import { differingSettings, usualColumns } from "../../core/view/page/table/run-columns.ts";
import { searchRuns } from "../../core/view/page/table/run-filter.ts";

const run = (id: string, change: Partial<RunRow> = {}): RunRow => ({
  id,
  name: id,
  status: "finished",
  reason: null,
  started: null,
  durationSeconds: null,
  steps: null,
  totalSteps: null,
  epochs: null,
  maxEpochs: null,
  bestF1: null,
  bestEpoch: null,
  device: null,
  settings: {},
  summary: {},
  tags: [],
  notes: "",
  problems: [],
  ...change,
});

const curve = (x: number[], last: (number | null)[]): Curve => {
  return { x, min: last, max: last, last, rows: x.length, isWhole: true };
};

const RUNS = [
  run("a", { bestF1: 0.5, settings: { "training.lr": 0.001, "data.root": "x" }, tags: ["seed"] }),
  run("b", { bestF1: 0.9, settings: { "training.lr": 0.1, "data.root": "x" }, status: "running" }),
  run("c", { settings: { "training.lr": 0.01, "data.root": "x" }, summary: { "val/loss": 3 } }),
];
const idsOf = (search: string) => searchRuns(RUNS, search).map(({ id }) => id);

test("searchRuns() looks for words, leaves words out, looks at columns and compares them", () => {
  expect(idsOf("")).toEqual(["a", "b", "c"]);
  expect(idsOf("seed")).toEqual(["a"]);
  expect(idsOf("-seed finished")).toEqual(["c"]);
  expect(idsOf("status:run")).toEqual(["b"]);
  expect(idsOf("lr<0.05")).toEqual(["a", "c"]);
  expect(idsOf("lr>=0.01 bestf1>0.5")).toEqual(["b"]);
  expect(idsOf("loss=3")).toEqual(["c"]);
});

test("arrangeRuns() sorts runs without a value last, and heads groups", () => {
  const ids = (sort: string) => arrangeRuns(RUNS, sort, "").map((line) => line.kind === "run" && line.run.id);
  expect(ids("bestF1")).toEqual(["a", "b", "c"]);
  expect(ids("-bestF1")).toEqual(["b", "a", "c"]);
  const titles = arrangeRuns(RUNS, "id", "status").map((line) =>
    line.kind === "group" ? line.title : line.run.id,
  );
  expect(titles).toEqual(["status: finished", "a", "c", "status: running", "b"]);
});

test("differingSettings() and usualColumns() name what is not the same in all runs", () => {
  expect(differingSettings(RUNS)).toEqual(["training.lr"]);
  expect(usualColumns(RUNS)).toContain("settings.training.lr");
  expect(usualColumns(RUNS)).not.toContain("settings.data.root");
});

test("chartSections() puts validation beside training, or apart", () => {
  const names = ["train/loss", "train/lr", "val/loss", "val/f1", "mine/x"];
  const of = (isApart: boolean) =>
    chartSections(names, ["gradients/w"], "", isApart).map(({ name, charts }) => [
      name,
      charts.map(({ metrics }) => metrics.join("+")),
    ]);
  expect(of(false)).toEqual([
    ["val", ["val/f1", "train/loss+val/loss"]],
    ["train", ["train/lr"]],
    ["mine", ["mine/x"]],
    ["histograms of gradients", ["gradients/w"]],
  ]);
  expect(of(true)[0]).toEqual(["val", ["val/f1", "val/loss"]]);
  expect(chartSections(names, [], "LOSS val", false).flatMap(({ charts }) => charts).length).toBe(1);
});

test("bandOf() interpolates, and counts a run only where it has rows", () => {
  const band = bandOf([curve([0, 2, 4], [0, 2, 4]), curve([1, 3], [10, 30]), curve([0], [null])]);
  expect(band.x).toEqual([0, 1, 2, 3, 4]);
  expect(band.last).toEqual([0, 5.5, 11, 16.5, 4]);
  expect(band.min).toEqual([0, 1, 2, 3, 4]);
  expect(band.max).toEqual([0, 10, 20, 30, 4]);
});

test("nearestTo() and valueAt() find the row under the pointer", () => {
  expect([-1, 1.4, 1.6, 9].map((x) => nearestTo([0, 1, 2], x))).toEqual([0, 1, 2, 2]);
  expect(nearestTo([], 1)).toBe(-1);
  expect(valueAt(curve([0, 10], [3, null]), 2)).toBe(3);
  expect(valueAt(curve([0, 10], [3, null]), 9)).toBeNull();
});

test("extentOfY() takes the rows of the window and those beside it", () => {
  const line = { key: "", label: "", color: "", dash: [], raw: null, isBand: false, best: null };
  const lines = [{ ...line, curve: curve([0, 1, 2, 3, 4, 5], [-9, 1, 2, 3, null, 99]) }];
  expect(extentOfY(lines, 2, 2, false)).toEqual([1, 3]);
  expect(extentOfY(lines, 0, 5, true)).toEqual([1, 99]);
  expect(extentOfY([], 0, 5, false)).toBeNull();
});

test("zoomed() keeps the place under the pointer, panned() the width, both within the whole", () => {
  expect(zoomed([0, 100], 25, 0.5, [0, 100])).toEqual([12.5, 62.5]);
  expect(zoomed([10, 20], 15, 100, [0, 100])).toBeNull();
  expect(panned([10, 20], 95, [0, 100])).toEqual([90, 100]);
  expect(keyAction({ key: "0", shiftKey: false }, [10, 20], [0, 100], null)).toEqual({ window: null });
  expect(keyAction({ key: "ArrowRight", shiftKey: false }, [0, 100], [0, 100], null)).toEqual({ place: 52 });
  expect(keyAction({ key: "q", shiftKey: false }, [0, 100], [0, 100], null)).toBeNull();
});

test("figures have four digits, scores three behind the point, and times their units", () => {
  expect([0, 1234567, 0.00012345, 12.3456, -2.5, Number.NaN, 1 / 0].map(figure)).toEqual([
    "0",
    "1,234,567",
    "1.23e−4",
    "12.35",
    "−2.5",
    "–",
    "∞",
  ]);
  expect([metricFigure("val/f1", 0.5), metricFigure("val/loss", 0.5)]).toEqual(["0.500", "0.5"]);
  expect([3.14, 75, 9660, 200_000].map(duration)).toEqual(["3.1 s", "1 min 15 s", "2 h 41 min", "2 d 7 h"]);
  expect([999, 38_800_000].map(bytes)).toEqual(["999 B", "38.8 MB"]);
});

test("plainText() drops the codes of a terminal and what was written over", () => {
  expect(plainText("\u001b[31mred\u001b[0m\n10 %\r20 %\r\nend")).toBe("red\n20 %\nend");
});
