/** Tests the table and the curves that a run leaves in its folder. */

import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { axisTicks, tickLabels } from "../../plugins/results/axis-ticks.ts";
import { resultsSvg } from "../../plugins/results/draw-results.ts";
import { readEpochRows } from "../../plugins/results/epoch-rows.ts";
import results from "../../plugins/results/plugin.ts";
import { strokeText, textWidth } from "../../plugins/results/stroke-text.ts";
import { fakeRun } from "../support/fake-run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const STEP = '{"epoch":1,"global_step":1,"train/max_grad_norm":3,"train/mean_grad_norm":1,"_time":0.5}\n';
const FIRST =
  '{"epoch":1,"global_step":2,"train/max_grad_norm":2,"train/mean_grad_norm":1,"train/loss":4.5,"train/lr":0.0001,"val/loss":"NaN","val/f1":0,"mine, too":1,"_time":1.5}\n';
const SECOND =
  '{"epoch":2,"global_step":4,"train/max_grad_norm":2,"train/mean_grad_norm":1,"train/loss":3.25,"train/lr":0.00005,"val/loss":3,"val/f1":0.25,"val/eob_mean":1.5,"_time":3}\n';

const end = {
  step: 4,
  epoch: 2,
  status: "finished" as const,
  summary: {},
  error: null,
  seconds: 3,
};

test("results.csv has one line per epoch: its axes and metrics, without the norms of its last step", async () => {
  using folder = temporaryFolder("results");
  folder.write("metrics.jsonl", STEP + FIRST + STEP + SECOND);
  const run = fakeRun({ folder: folder.path });
  await (await results.setup(run, {})).onRunEnd?.(end);
  expect(readFileSync(folder.join("results.csv"), "utf8")).toBe(
    [
      'epoch,step,seconds,train/loss,train/lr,val/loss,val/f1,"mine, too",val/eob_mean',
      "1,2,1.5,4.5,0.0001,NaN,0,1,",
      "2,4,3,3.25,0.00005,3,0.25,,1.5",
      "",
    ].join("\r\n"),
  );
  expect(run.printed).toEqual([]);
});

test("results.png is a picture with a chart for all that there are numbers of", async () => {
  using folder = temporaryFolder("results");
  folder.write("metrics.jsonl", FIRST + SECOND);
  await (await results.setup(fakeRun({ folder: folder.path }), {})).onRunEnd?.(end);
  const png = readFileSync(folder.join("results.png"));
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1200, 800]); // three charts in two columns
  expect(readdirSync(folder.path).sort()).toEqual(["metrics.jsonl", "results.csv", "results.png"]);
});

test("a file that cannot be written is named, and the other one is written", async () => {
  using folder = temporaryFolder("results");
  folder.write("metrics.jsonl", FIRST + SECOND);
  folder.write("results.csv/in-the-way", "");
  const run = fakeRun({ folder: folder.path });
  await (await results.setup(run, {})).onRunEnd?.(end);
  expect(run.printed).toEqual([
    expect.stringMatching(/^results: .*results\.csv cannot be written: E(ISDIR|NOTEMPTY|EXIST)/),
  ]);
  expect(existsSync(folder.join("results.png"))).toBe(true);
});

test("a run without a finished epoch leaves no results, and one without a record says which plugin writes it", async () => {
  using folder = temporaryFolder("results");
  const run = fakeRun({ folder: folder.path });
  const hooks = await results.setup(run, {});
  await hooks.onRunEnd?.(end);
  expect(run.printed).toEqual(["results: no metrics.jsonl here; the plugin history writes it"]);
  folder.write("metrics.jsonl", STEP);
  await hooks.onRunEnd?.(end);
  expect(existsSync(folder.join("results.csv"))).toBe(false);
});

test("readEpochRows() leaves out damaged lines and values that are no numbers", async () => {
  using folder = temporaryFolder("results");
  const path = folder.write("metrics.jsonl", `${FIRST}{"train/loss":broken\n${SECOND.slice(0, -20)}`);
  const rows = await readEpochRows(path);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ epoch: 1, "val/loss": Number.NaN });
});

test("readEpochRows() ends lines at line feeds alone, across whatever is read at once", async () => {
  using folder = temporaryFolder("results");
  const row = (epoch: number) =>
    `${JSON.stringify({ epoch, "train/loss": 1 / epoch, "a\u2028b\u2029c": epoch, long: 1, ["x".repeat(9999)]: 0 })}\n`;
  const text = Array.from({ length: 50 }, (_, at) => row(at + 1)).join("");
  const rows = await readEpochRows(folder.write("metrics.jsonl", text));
  expect(rows.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
  expect(rows[1]!["a\u2028b\u2029c"]).toBe(2);
});

test("resultsSvg() draws a line through all epochs, leaves out what is not finite, and needs no font", () => {
  const rows = [1, 2, 3].map((epoch) => ({
    epoch,
    "train/loss": 4 - epoch,
    "val/loss": epoch === 2 ? Number.NaN : 1,
    "val/f1": 0.5,
  }));
  const svg = resultsSvg(rows);
  expect(svg).not.toContain("NaN");
  expect(svg).not.toContain("<text");
  const lines = [...svg.matchAll(/d="(M[^"]*)" fill="none" stroke="#0b63c5" stroke-width="2"/g)];
  expect(lines.map(([, path]) => path!.split("L").length)).toEqual([3, 3]); // training loss, f1
  expect(svg).toMatch(/d="M64 [\d.]+L576 [\d.]+" fill="none" stroke="#c94a00" stroke-width="2"/);
});

test("resultsSvg() stands one epoch, and as many as there may be", () => {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ epoch: index + 1, "train/loss": 1 / (index + 1) }));
  expect(resultsSvg(rows(1))).toContain('width="600"');
  expect(resultsSvg(rows(20_000))).not.toMatch(/NaN|Infinity/);
});

test("axisTicks() encloses the values with a few round numbers of one distance", () => {
  expect(axisTicks(0.03, 19.6, 6)).toEqual([0, 5, 10, 15, 20]);
  expect(axisTicks(1, 40, 10, 1)).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40]);
  expect(axisTicks(1, 2, 10, 1)).toEqual([1, 2]);
  const size = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(size, size, fc.integer({ min: 3, max: 12 }), (a, b, most) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const ticks = axisTicks(low, high, most);
      expect(ticks.length).toBeWithin(2, most + 1);
      const slack = 1e-6 * Math.max(Math.abs(low), Math.abs(high), 1e-300);
      expect(ticks[0]!).toBeLessThanOrEqual(low + slack);
      expect(ticks.at(-1)!).toBeGreaterThanOrEqual(high - slack);
    }),
  );
});

test("tickLabels() have the digits that tell them apart", () => {
  expect(tickLabels([0, 0.2, 0.4])).toEqual(["0.0", "0.2", "0.4"]);
  expect(tickLabels([0, 5, 10])).toEqual(["0", "5", "10"]);
  expect(tickLabels([0, 5e-5, 1e-4])).toEqual(["0", "5e-5", "1e-4"]);
  expect(tickLabels([1e-5, 1.5e-5, 2e-5])).toEqual(["1e-5", "1.5e-5", "2e-5"]);
  expect(tickLabels([0, 100_000])).toEqual(["0", "1e5"]);
});

test("strokeText() stands where it is put, and draws a box for a sign that it lacks", () => {
  expect(strokeText("l", 10, 20, 6)).toBe("M10 14L10 20");
  expect(textWidth("ll", 6)).toBe(2);
  expect(strokeText("ll", 10, 20, 6, "end")).toBe("M8 14L8 20M10 14L10 20");
  expect(strokeText("表", 0, 6, 6)).toBe("M0 6L0 0L4 0L4 6L0 6");
});
