/** Tests the statistics of a dataset, and the page that shows them. */

import { expect, test } from "bun:test";
import { randomStream } from "../../core/base/random.ts";
import { datasetStatistics, MEASURES } from "../../core/dataset/statistics/dataset-statistics.ts";
import { distribution, integerBins, percentBins } from "../../core/dataset/statistics/distribution.ts";
import { sheetStatistics } from "../../core/dataset/statistics/sheet-statistics.ts";
import { statisticsPage } from "../../core/dataset/statistics/statistics-page.ts";
import { svgHistogram } from "../../core/dataset/statistics/svg-histogram.ts";
import { CHANNEL_COUNT, CHANNELS } from "../../core/features/grid.ts";
import { packGrid } from "../../core/features/packed-grid.ts";

test("integerBins() puts every whole number into one bin, the last one open", () => {
  const bins = integerBins([0, 1, 2, 5]);
  expect(bins.map(({ label }) => label)).toEqual(["0", "1", "2–4", "5+"]);
  expect(distribution([0, 1, 2, 4, 5, 900], bins).histogram).toEqual([1, 1, 2, 2]);
});

test("percentBins() count 100 % in the last bin", () => {
  expect(distribution([0, 9.9, 10, 99, 100], percentBins()).histogram).toEqual([
    2, 1, 0, 0, 0, 0, 0, 0, 0, 2,
  ]);
});

test("distribution() of 1 … 10 has the quantiles that one can count off", () => {
  const { histogram: _, ...rest } = distribution([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], integerBins([1]));
  expect(rest).toEqual({ count: 10, min: 1, p10: 1, median: 5, p90: 9, max: 10, mean: 5.5 });
});

test("distribution() of nothing has no quantiles", () => {
  expect(distribution([], integerBins([1]))).toEqual({
    count: 0,
    min: null,
    p10: null,
    median: null,
    p90: null,
    max: null,
    mean: null,
    histogram: [0],
  });
});

test("sheetStatistics() agrees with means taken cell by cell over the unpacked grid", () => {
  const random = randomStream(5, "statistics");
  const [height, width] = [7, 5];
  const data = Float32Array.from({ length: height * width * CHANNEL_COUNT }, (_, at) =>
    at % CHANNEL_COUNT === 24 ? random.uniform() : random.integer(0, 1),
  );
  const ranges = [
    { top: 2, left: 1, bottom: 4, right: 3 },
    { top: 6, left: 4, bottom: 7, right: 5 },
  ];
  const isInside = (row: number, column: number) =>
    ranges.some((r) => row >= r.top && row <= r.bottom && column >= r.left && column <= r.right);
  const got = sheetStatistics({ height: 70, width }, packGrid({ height, width, data }), ranges);

  for (let c = 0; c < CHANNEL_COUNT; c++) {
    const values = { all: [] as number[], inside: [] as number[], outside: [] as number[] };
    for (let cell = 0; cell < height * width; cell++) {
      const value = data[cell * CHANNEL_COUNT + c]!;
      const inside = isInside(Math.floor(cell / width) + 1, (cell % width) + 1);
      values.all.push(value);
      values[inside ? "inside" : "outside"].push(value);
    }
    const mean = (of: number[]) => of.reduce((a, b) => a + b, 0) / of.length;
    expect(got.channels[c]).toBeCloseTo(mean(values.all), 10);
    expect(got.channelsInTables[c]).toBeCloseTo(mean(values.inside), 10);
    expect(got.channelsOutside[c]).toBeCloseTo(mean(values.outside), 10);
  }
  const emptyChannel = CHANNELS.indexOf("is_visibly_empty");
  const visible = (r: (typeof ranges)[0]) => {
    let count = 0;
    for (let row = r.top; row <= r.bottom; row++) {
      for (let column = r.left; column <= r.right; column++) {
        if (data[((row - 1) * width + column - 1) * CHANNEL_COUNT + emptyChannel] === 0) count++;
      }
    }
    return count;
  };
  expect(got.tables).toEqual([
    { rows: 3, columns: 3, filled: visible(ranges[0]!) / 9 },
    { rows: 2, columns: 2, filled: visible(ranges[1]!) / 4 },
  ]);
  const all = visible({ top: 1, left: 1, bottom: height, right: width });
  expect(got.filledInTables).toBeCloseTo((visible(ranges[0]!) + visible(ranges[1]!)) / all, 10);
  expect([got.rows, got.columns]).toEqual([70, 5]);
});

test("datasetStatistics() of no sheet at all is complete, without a number made up", () => {
  const empty = datasetStatistics("none", [], { workbooks: 0, leftOut: 2, skipped: 0 });
  expect(Object.values(empty.distributions).map(({ median }) => median)).toEqual(MEASURES.map(() => null));
  expect(empty.channels[0]).toEqual({
    channel: "has_data",
    ofSheets: 0,
    ofCells: 0,
    inTables: null,
    outside: null,
  });
});

test("svgHistogram() draws a bar for each bin of each series, as high as its share of the axis", () => {
  const bars = [
    { count: 1, share: 0.25 },
    { count: 3, share: 0.75 },
  ];
  const svg = svgHistogram(["1", "2+"], [{ name: "a", color: "red", bars }], "sheets");
  const heights = [...svg.matchAll(/<rect [^>]* height="([\d.]+)"/g)].map(([, height]) => Number(height));
  expect(heights).toHaveLength(2);
  expect(heights[1]! / heights[0]!).toBeCloseTo(3, 1);
  expect(svg).toContain("<title>a, 2+: 3 sheets (75.0 %)</title>");
});

test("statisticsPage() is one file: it fetches nothing, runs nothing, and shows names as text", () => {
  const name = '<script>alert("x")</script>';
  const page = statisticsPage(name, [datasetStatistics(name, [], { workbooks: 0, leftOut: 0, skipped: 0 })]);
  expect(page).not.toContain("<script");
  expect(page).not.toMatch(/\b(src|href|url)\s*[=(]/);
  expect(page).toContain("&lt;script&gt;");
  for (const { name } of MEASURES) expect(page).toContain(name.replaceAll("'", "&#39;"));
  for (const channel of CHANNELS) expect(page).toContain(`<td>${channel}</td>`);
});
