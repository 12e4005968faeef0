/** Tests pictures of predictions and images in rows. */

import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { svgToPng } from "../../../../core/base/svg-png.ts";
import { defaultsOf } from "../../../../core/config/field.ts";
import { PluginHost } from "../../../../core/hooks/plugin-host.ts";
import type { Plugin, SheetPrediction } from "../../../../core/plugin.ts";
import { drawSheet, sheetSvg } from "../../../../plugins/wandb/media/draw-sheet.ts";
import { saveImage } from "../../../../plugins/wandb/media/image-value.ts";
import wandb from "../../../../plugins/wandb/plugin.ts";
import { options as OPTIONS } from "../../../../plugins/wandb/run/options.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { checkFakeRuns, FACTS, FakeRun } from "../../../support/wandb-fake-run.ts";
import { logFolders, logPath, readStrictly, recordsOf, rowsOf } from "../../../support/wandb-read-log.ts";

checkFakeRuns();

/** Ten rows of five columns: a red header row, a true range A1:C4, a predicted one A1:C5. */
const SHEET: SheetPrediction = {
  dataset: "d",
  fileName: "private.xlsx",
  sheetName: "private",
  height: 10,
  width: 5,
  truth: [{ top: 1, left: 1, bottom: 4, right: 3 }],
  predicted: [{ range: { top: 1, left: 1, bottom: 5, right: 3 }, score: 0.9 }],
  fills: async () => Uint8Array.from({ length: 50 }, (_, i) => (i < 5 ? 3 : 1)),
  marks: async () => new Uint16Array(50),
};

const blank = (side: number) =>
  svgToPng(`<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"/>`);
/** Squares of two and of three pixels a side. */
const [TWO, THREE] = await Promise.all([blank(2), blank(3)]);

describe("sheetSvg()", () => {
  test("draws fills as rectangles, ranges over them, and no text", async () => {
    const svg = sheetSvg(SHEET, await SHEET.fills());
    // row 1, one rectangle
    expect(svg).toContain('<rect x="0" y="0" width="320" height="32" fill="#f2b8b5"/>');
    expect(svg).toContain('<rect x="0" y="0" width="192" height="128" fill="#0a8a3a"'); // A1:C4
    expect(svg).toContain('<rect x="0" y="0" width="192" height="160" fill="none"'); // A1:C5
    expect(svg.match(/<rect/g)).toHaveLength(4);
    expect(svg).not.toMatch(/<text|private/);
  });

  test("keeps large sheets within 1200 pixels a side", () => {
    for (const [height, width] of [
      [512, 128],
      [5000, 3],
      [1, 128],
    ] as const) {
      const sheet = { height, width, truth: [], predicted: [] };
      const [, w, h] = /width="(\d+)" height="(\d+)"/.exec(
        sheetSvg(sheet, new Uint8Array(height * width).fill(1)),
      )!;
      expect(Math.max(Number(w), Number(h))).toBeLessThanOrEqual(1200);
      expect(Math.min(Number(w), Number(h))).toBeGreaterThanOrEqual(1);
    }
  });

  test("renders to a PNG whose pixels show the header's fill and the predicted edge", async () => {
    const drawn = await drawSheet(SHEET);
    const { Resvg } = await import("@resvg/resvg-wasm"); // which the drawing has started
    const image = new Resvg(sheetSvg(SHEET, await SHEET.fills())).render();
    const pixel = (x: number, y: number) => [
      ...image.pixels.subarray((y * image.width + x) * 4, (y * image.width + x) * 4 + 3),
    ];
    expect([image.width, image.height]).toEqual([320, 320]);
    expect(pixel(280, 16)).toEqual([0xf2, 0xb8, 0xb5]);
    expect(pixel(280, 240)).toEqual([255, 255, 255]);
    const edge = Array.from({ length: 192 }, (_, x) => pixel(x, 159));
    expect(edge.some(([r, g]) => r! > 200 && g! < 120)).toBe(true);
    expect(drawn.subarray(1, 4)).toEqual(new TextEncoder().encode("PNG"));
  });
});

describe("images in a run", () => {
  test("log_predictions draws that many sheets into the epoch's row, and announces their files", async () => {
    const run = await new FakeRun({ options: { log_predictions: 2 } }).setUp();
    await run.start();
    const sheets = [SHEET, { ...SHEET, width: 4, fills: async () => new Uint8Array(40).fill(6) }, SHEET];
    await run.fire("onValidationEnd", { step: 1, epoch: 1, metrics: {}, sheets });
    await run.step(1, 1);
    await run.end();
    const value = rowsOf(run.folder)[0]!.predictions as { filenames: string[]; captions: string[] };
    expect(value).toMatchObject({
      _type: "images/separated",
      count: 2,
      format: "png",
      width: 320,
      height: 320,
    });
    expect(value.captions).toEqual([
      "sheet 1: 1 true (green), 1 predicted (red)",
      "sheet 2: 1 true (green), 1 predicted (red)",
    ]);
    const announced = recordsOf(run.folder)
      .of("files")
      .flatMap(({ files }) => files.map(({ path }) => path));
    expect(announced).toEqual(value.filenames);
    for (const path of announced)
      expect(existsSync(join(logFolders(run.folder)[0]!, "files", path))).toBe(true);
    readStrictly(logPath(logFolders(run.folder)[0]!));
  });

  test("without log_predictions no sheet is drawn", async () => {
    const run = await new FakeRun().setUp();
    await run.start();
    await run.fire("onValidationEnd", { step: 1, epoch: 1, metrics: {}, sheets: [SHEET] });
    await run.step(1, 1);
    await run.end();
    expect(recordsOf(run.folder).of("files")).toEqual([]);
  });

  test.each(["a//b", "./a/././b", "/a/../b", "../../etc", "ünï/🎉", "a/", "..", "a/.b"])(
    "the image %p is named by the path that its file has",
    async (name) => {
      using folder = temporaryFolder("wandb-image");
      const { path } = saveImage(folder.path, { name, step: 1, png: THREE, caption: "" });
      expect(path).toBe(posix.normalize(path));
      expect(path).toStartWith("media/images/");
      expect(existsSync(folder.join(...path.split("/")))).toBe(true);
    },
  );

  test("a plugin's image stands in its step's row", async () => {
    const run = await new FakeRun().setUp();
    await run.start();
    await run.step(1, 1, {}, new Map(), [{ name: "val/some plot", png: THREE, caption: "curve" }]);
    await run.step(2, 1);
    await run.end();
    const [first, second] = rowsOf(run.folder);
    const { path, size } = first!["val/some plot"] as { path: string; size: number };
    expect(path).toMatch(/^media\/images\/val\/some_plot_1_[0-9a-f]{20}\.png$/);
    expect(first!["val/some plot"]).toMatchObject({
      _type: "image-file",
      format: "png",
      width: 3,
      height: 3,
      caption: "curve",
    });
    expect("val/some plot" in second!).toBe(false);
    expect(readFileSync(join(logFolders(run.folder)[0]!, "files", path)).length).toBe(size);
  });

  test("an image that comes after the last row gets a row of its own", async () => {
    const run = await new FakeRun().setUp();
    await run.start();
    await run.step(1, 1);
    await run.fire("onImage", { step: 1, epoch: 1, name: "last", png: TWO, caption: "" });
    await run.end();
    const rows = rowsOf(run.folder);
    expect(rows.map(({ _step, global_step }) => [_step, global_step])).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(rows[1]).toMatchObject({ last: { _type: "image-file" }, epoch: 1 });
  });

  test("the host hands over every hook's images in time for the row of its step, those of onLog for the next", async () => {
    const fake = new FakeRun();
    const host = new PluginHost(fake.view);
    const painter: Plugin = {
      name: "painter",
      setup: (run) => ({
        onGradStep: ({ step }) => run.logImage(`grad ${step}`, TWO, ""),
        onEpochEnd: ({ step }) => run.logImage(`end ${step}`, TWO, ""),
        onLog: ({ step }) => run.logImage(`log ${step}`, TWO, ""),
      }),
    };
    const options = { ...defaultsOf(OPTIONS), mode: "offline" };
    await host.setUp(
      [
        { plugin: painter, options: {} },
        { plugin: wandb as Plugin, options },
      ],
      {},
    );
    await host.fire("onRunStart", FACTS);
    for (const step of [1, 2]) {
      const moment = { step, epoch: 1 };
      const sums = { loss: 1, lr: 1, maxGradNorm: 1, meanGradNorm: 1, sheets: 1, sheetsDone: step };
      await host.fire("onGradStep", { ...moment, ...sums, gradients: () => new Map() });
      if (step === 2)
        await host.fire("onEpochEnd", { ...moment, train: {}, val: null, best: false, seconds: 1 });
      await host.closeRow(moment);
    }
    const end = { step: 2, epoch: 1, status: "finished", summary: {}, error: null, seconds: 1 } as const;
    await host.fire("onRunEnd", end);
    FakeRun.ended.push(fake.folder);
    const images = rowsOf(fake.folder).map((row) => Object.keys(row).filter((name) => / \d$/.test(name)));
    expect(images).toEqual([["grad 1"], ["log 1", "grad 2", "end 2"], ["log 2"]]);
  });

  test("bytes that are no PNG are refused, and no name leads out of the folder", async () => {
    const run = await new FakeRun().setUp();
    await run.start();
    await run.step(1, 1, {}, new Map(), [
      { name: "bad", png: new Uint8Array(40), caption: "" },
      { name: "../../up", png: TWO, caption: "" },
    ]);
    await run.end();
    expect(run.printed[0]).toContain('Cannot log the image "bad": a PNG file is expected');
    const { path } = rowsOf(run.folder)[0]!["../../up"] as { path: string };
    expect(path).toStartWith("media/images/");
    expect(path).not.toContain("..");
  });
});
