/** Tests the event files of the plugin with TensorBoard's own reader, and without it their records. */

import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { svgToPng } from "../../../core/base/svg-png.ts";
import type { Plugin } from "../../../core/plugin.ts";
import { type TrialOptions, tryPlugin } from "../../../core/plugin-testing.ts";
import { EventFile } from "../../../plugins/tensorboard/event-file.ts";
import tensorboard from "../../../plugins/tensorboard/plugin.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { readWithTensorboard, TENSORBOARD_PYTHON } from "../../support/tensorboard-reader.ts";

const PNG = await svgToPng('<svg xmlns="http://www.w3.org/2000/svg" width="6" height="4"/>');

/** Gives a number that is not finite, and two images of one name, to the run. */
const giver: Plugin = {
  name: "giver",
  setup: (run) => ({
    onGradStep({ step }) {
      run.log({ "mine.value": step === 2 ? Number.NaN : step / 4 });
      if (step === 3) for (const caption of ["a", "b"]) run.logImage("plots/one", PNG, caption);
    },
  }),
};
const OPTIONS: TrialOptions = { options: { histograms: 2 }, others: [giver], epochs: 2, stepsPerEpoch: 3 };

test.skipIf(TENSORBOARD_PYTHON === null)(
  "TensorBoard's own reader finds scalars, histograms, images and texts, with their steps and values",
  async () => {
    using trial = await tryPlugin(tensorboard, OPTIONS);
    expect([trial.error, trial.warnings]).toEqual([null, []]);
    const { scalars, histograms, images, texts } = readWithTensorboard(join(trial.folder, "tensorboard"));
    for (const [tag, values] of Object.entries(scalars)) {
      const rows = trial.rows.filter((row) => tag in row);
      expect(values.map(([step]) => step)).toEqual(rows.map((row) => row.global_step!));
      const digits = (value: unknown) => Number(value).toPrecision(6); // TensorBoard keeps 32 bits
      expect(values.map(([, value]) => digits(value))).toEqual(rows.map((row) => digits(row[tag])));
    }
    expect(Object.keys(scalars)).toEqual(
      expect.arrayContaining(["train/loss", "val/f1", "train/max_grad_norm"]),
    );
    expect(Object.keys(scalars)).not.toContain("global_step");
    expect(histograms["gradients/backbone.weight"]!.map(({ step }) => step)).toEqual([2, 4, 6]);
    // Of loss, -loss, loss / 2 and 0, with a loss of 4 / 3.
    const [first] = histograms["gradients/backbone.weight"]!;
    expect(first).toMatchObject({ min: Math.fround(-4 / 3), max: Math.fround(4 / 3), num: 4 });
    expect(first!.counts.reduce((sum, count) => sum + count)).toBe(4);
    const image = { step: 3, width: 6, height: 4, base64: Buffer.from(PNG).toString("base64") };
    expect(images).toEqual({ "plots/one": [image], "plots/one/2": [image] });
    expect(texts.architecture![0]![1]).toContain("backbone.weight: 2x2");
    expect(texts.configuration![0]![1]).toContain('"max_grad_norm": 0.1');
    expect(texts["end of the run"]).toEqual([[6, "finished"]]);
  },
  180_000,
);

test.skipIf(TENSORBOARD_PYTHON === null)(
  "TensorBoard sees each step of a killed and resumed run once, although steps behind the checkpoint were written",
  async () => {
    using folder = temporaryFolder("tensorboard");
    const now = 1_700_000_000_000;
    const scalar = (step: number, value: number) =>
      [now, step, { kind: "values", values: [{ kind: "scalar", tag: "x", value }] }] as const;
    const killed = EventFile.create(folder.path, now);
    for (const step of [1, 2, 3, 4, 5, 6]) killed.add(...scalar(step, step));
    killed.close();
    // The checkpoint was that of step 4, and the clock was set back meanwhile.
    const resumed = EventFile.create(folder.path, now - 5000);
    resumed.add(now, 5, { kind: "restart" });
    for (const step of [5, 6, 7]) resumed.add(...scalar(step, step * 10));
    resumed.close();
    const { scalars } = readWithTensorboard(folder.path);
    expect(scalars.x).toEqual([1, 2, 3, 4, 50, 60, 70].map((value, index) => [index + 1, value]));

    using trial = await tryPlugin(tensorboard, { ...OPTIONS, killAfterStep: 4 });
    const read = readWithTensorboard(join(trial.folder, "tensorboard"));
    expect(read.scalars["mine.value"]!.map(([step]) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(read.texts["end of the run"]).toEqual([[6, "finished"]]);
  },
  180_000,
);

test("the event files hold whole records, the second file of a run comes after the first by name", async () => {
  using trial = await tryPlugin(tensorboard, { ...OPTIONS, killAfterStep: 1 });
  const folder = join(trial.folder, "tensorboard");
  const names = readdirSync(folder).sort();
  expect(names.map((name) => name.replace(/\d{10}/, "…"))).toEqual([
    "events.out.tfevents.….tablesense2.000000",
    "events.out.tfevents.….tablesense2.000001",
  ]);
  for (const name of names) {
    const bytes = readFileSync(join(folder, name));
    let [at, records] = [0, 0];
    for (; at < bytes.length; records++) at += 12 + Number(bytes.readBigUInt64LE(at)) + 4;
    expect([at, records]).toEqual([bytes.length, expect.any(Number)]);
    expect(bytes.subarray(0, 60).toString("latin1")).toContain("brain.Event:2");
  }
});

test("a number that 32 bits cannot hold is infinite, and keeps nothing else from being written", async () => {
  const large: Plugin = {
    name: "large",
    setup: (run) => ({ onGradStep: ({ step }) => run.log({ large: step === 2 ? -1e300 : 1e39 }) }),
  };
  using trial = await tryPlugin(tensorboard, { others: [large], epochs: 1 });
  expect(trial.warnings).toEqual([]);
  const [name] = readdirSync(join(trial.folder, "tensorboard"));
  const bytes = readFileSync(join(trial.folder, "tensorboard", name!));
  // The tag of the value, then the field with its 32 bits: the smallest and the largest number.
  for (const infinite of [0xff, 0x7f]) {
    expect(bytes.includes(Buffer.from([...Buffer.from("large"), 0x15, 0, 0, 0x80, infinite]))).toBe(true);
  }
});

test("an image that is no PNG switches the plugin off, and names it", async () => {
  const liar: Plugin = {
    name: "liar",
    setup: (run) => ({ onGradStep: () => run.logImage("x", Uint8Array.of(1, 2), "") }),
  };
  using trial = await tryPlugin(tensorboard, { others: [liar], epochs: 1 });
  expect(trial.warnings).toHaveLength(1);
  expect(trial.warnings[0]).toContain(
    'Plugin "tensorboard" failed in onImage at step 1, epoch 1: the image x is no PNG',
  );
  using without = await tryPlugin(tensorboard, { options: { images: false }, others: [liar], epochs: 1 });
  expect(without.warnings).toEqual([]);
});
