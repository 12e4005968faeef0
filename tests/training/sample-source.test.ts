/** Tests the samples of an epoch: training sheets, changed ones and fresh ones. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Config } from "../../core/config/config.ts";
import type { SheetEntry } from "../../core/dataset/dataset.ts";
import { loadDatasets } from "../../core/dataset/load-datasets.ts";
import { loadConfig } from "../../core/hooks/load-config.ts";
import { openSampleSource, refuseEmptyEpoch, samplesPerEpoch } from "../../core/training/sample-source.ts";
import { testProject } from "../support/project.ts";

const project = testProject({ workbooks: 10 });
let train: SheetEntry[];

async function configured(...overrides: string[]): Promise<Config> {
  const { config } = await loadConfig(project.config, overrides, {}, { cwd: project.folder });
  return config;
}

beforeAll(async () => {
  ({ train } = await loadDatasets((await configured()).data));
});
afterAll(() => project.remove());

test("openSampleSource() gives the training sheets themselves, once each, unless the configuration wants more", async () => {
  const source = openSampleSource(await configured(), train);
  expect(source.size).toBe(train.length);
  for (const [index, { grid, boxes, label }] of train.entries()) {
    const sample = source.sample(3, index);
    expect(Object.keys(sample)).toEqual(["grid", "boxes", "label"]);
    expect(sample.grid).toBe(grid);
    expect(sample.boxes).toBe(boxes);
    expect(sample.label).toBe(label);
  }
});

test("openSampleSource() repeats the training sheets and puts fresh synthetic ones behind", async () => {
  const config = await configured("--data.repeats=3", "--data.synthetic_per_epoch=4");
  const source = openSampleSource(config, train);
  expect(source.size).toBe(3 * train.length + 4);
  expect(samplesPerEpoch(config, train)).toBe(source.size);
  const labels = Array.from({ length: source.size }, (_, index) => source.sample(2, index).label);
  const visits = train.map(({ label }) => labels.filter((other) => other === label).length);
  expect(visits).toEqual(train.map(() => 3));
  const fresh = [4, 5, 6, 7].map((number) => `fresh synthetic sheet ${number}`);
  expect(labels.slice(3 * train.length)).toEqual(fresh);
});

test("openSampleSource() repeats the sheets of a dataset as often as its number in data.dataset_repeats says", async () => {
  const config = await configured("--data.dataset_names=tiny,other,none", "--data.dataset_repeats=1,3,0");
  const entries = train.map((entry, index) => ({ ...entry, dataset: ["tiny", "other", "none"][index % 3]! }));
  const source = openSampleSource(config, entries);
  expect(samplesPerEpoch(config, entries)).toBe(source.size);
  const labels = Array.from({ length: source.size }, (_, index) => source.sample(2, index).label);
  const visits = entries.map(({ label }) => labels.filter((other) => other === label).length);
  expect(visits).toEqual(entries.map((_, index) => [1, 3, 0][index % 3]!));
});

test("refuseEmptyEpoch() names the datasets whose visits leave no sheet", async () => {
  const config = await configured("--data.dataset_names=tiny,other", "--data.dataset_repeats=0,1");
  expect(() => refuseEmptyEpoch(config, train)).toThrow(
    /tiny: 7 sheets, visits 0\n +other: 0 sheets, visits 1/,
  );
  refuseEmptyEpoch(await configured("--data.repeats=0", "--data.synthetic_per_epoch=1"), train);
  refuseEmptyEpoch(await configured(), train);
});

test("openSampleSource() never gives a fresh sheet twice, and none above the limits", async () => {
  const limits = ["--data.max_rows=20", "--data.max_cols=8"];
  const config = await configured("--data.repeats=0", "--data.synthetic_per_epoch=40", ...limits);
  const source = openSampleSource(config, train);
  expect(source.size).toBe(40);
  const seen = new Set<string>();
  for (const epoch of [1, 2, 3]) {
    for (let index = 0; index < source.size; index++) {
      const { grid, boxes, label } = source.sample(epoch, index);
      expect(grid.height).toBeLessThanOrEqual(20);
      expect(grid.width).toBeLessThanOrEqual(8);
      expect(boxes.every((value) => value > 0 && value <= 1)).toBeTrue();
      seen.add(label);
    }
  }
  expect(seen.size).toBe(120);
});

test("a sample depends on seed, epoch and index alone, whatever was drawn before", async () => {
  const wanted = ["--data.augment=true", "--data.repeats=2", "--data.synthetic_per_epoch=5"];
  const config = await configured(...wanted);
  const [one, other] = [openSampleSource(config, train), openSampleSource(config, train)];
  const forwards = Array.from({ length: one.size }, (_, index) => one.sample(2, index));
  other.sample(1, 0);
  for (let index = one.size - 1; index >= 0; index--) {
    expect(other.sample(2, index)).toEqual(forwards[index]!);
  }
  const again = openSampleSource(await configured(...wanted, "--experiment.seed=4"), train);
  const differing = (samples: readonly unknown[]) =>
    samples.filter((sample, index) => !Bun.deepEquals(sample, forwards[index])).length;
  const all = (source: typeof one, epoch: number) => forwards.map((_, index) => source.sample(epoch, index));
  expect(differing(all(one, 3))).toBeGreaterThan(one.size / 2);
  expect(differing(all(again, 2))).toBeGreaterThan(one.size / 2);
  const second = forwards.slice(train.length, 2 * train.length);
  // the same sheets as those before, changed otherwise
  expect(differing(second)).toBeGreaterThan(train.length / 2);
});

test("a configuration whose epochs would have no sheets is refused", async () => {
  const refused = configured("--data.repeats=0");
  expect(await refused.catch((error) => error.message)).toContain(
    "data.repeats or data.synthetic_per_epoch above 0",
  );
});

test("data.dataset_repeats with more or fewer numbers than datasets is refused", async () => {
  await expect(configured("--data.dataset_names=tiny,other", "--data.dataset_repeats=2")).rejects.toThrow(
    /no number or 2, one per dataset[\s\S]*got +1/,
  );
  await expect(configured("--data.dataset_repeats=0")).rejects.toThrow("an epoch would have no sheets");
});
