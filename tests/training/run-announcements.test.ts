/** Tests the notes at the beginning and at the end of a run. */

import { expect, test } from "bun:test";
import { resolve } from "node:path";
import type { Config } from "../../core/config/config.ts";
import { FRESH_PROGRESS } from "../../core/training/progress-state.ts";
import { loadingProgress, reportNotes, sayIfLittleIsLearned } from "../../core/training/run-announcements.ts";
import { fakeRun } from "../support/fake-run.ts";

const data = (count: number) => ({
  train: [],
  validation: [],
  test: [],
  annotated: { train: 0, validation: 0, test: 0 },
  datasets: ["real", "mine"],
  skipped: [],
  notes: Array.from({ length: count }, (_, index) => `sheet ${index} was cropped`),
});

test("reportNotes() prints a few notes as they are", () => {
  const run = fakeRun();
  reportNotes(data(2), resolve("training_data"), run.console);
  expect(run.printed).toEqual(["note: sheet 0 was cropped", "note: sheet 1 was cropped"]);
});

test("reportNotes() counts the rest of many and names the command that lists all", () => {
  const run = fakeRun();
  reportNotes(data(1000), resolve("training_data"), run.console);
  expect(run.printed).toHaveLength(9);
  expect(run.printed.at(-1)).toBe("note: and 992 more like these; all of them: bun run data check real mine");
});

test("reportNotes() says where the datasets are, unless that is the default", () => {
  const run = fakeRun();
  reportNotes(data(9), resolve("my data"), run.console);
  expect(run.printed.at(-1)).toEndWith('all of them: bun run data check real mine "--data.root=my data"');
});

test("loadingProgress() says once per dataset what is read, in the singular too", () => {
  const run = fakeRun();
  const show = loadingProgress(run.console);
  for (const [dataset, total] of [
    ["mine", 1],
    ["real", 2],
  ] as const) {
    for (const done of [0, total]) show({ action: "read", dataset, done, total, fileName: "a.xlsx" });
  }
  expect(run.printed).toEqual(["reading mine: 1 workbook", "reading real: 2 workbooks"]);
});

/** What a run prints that reached an F1 after some epochs. */
function said(f1: number | null, epochs: number, changes: { data?: object; init?: string } = {}): string[] {
  const run = fakeRun();
  const config = {
    data: { dataset_names: ["synthetic"], root: resolve("training_data"), ...changes.data },
    model: { init: changes.init ?? null },
    training: { max_epochs: epochs },
  } as unknown as Config;
  const best = f1 === null ? null : { epoch: 1, metrics: { f1 } };
  sayIfLittleIsLearned({ ...FRESH_PROGRESS, best }, config, run.console);
  return [...run.printed];
}

test("a short run that learned little says so, and what to run next", () => {
  expect(said(0.034, 3)).toEqual([
    "after 3 epochs the network has learned little (F1 0.034); one that finds tables takes minutes: " +
      "bun run train configs/small.yaml",
  ]);
});

test("the command at the end of a short run trains on the same data", () => {
  const data = { dataset_names: ["mine", "synthetic"], root: resolve("my data") };
  expect(said(0, 1, { data })[0]).toEndWith(
    'bun run train configs/small.yaml --data.dataset_names=mine,synthetic "--data.root=my data"',
  );
});

test("a long run, a good one, one from trained weights and one without validation say nothing", () => {
  expect(said(0.034, 6)).toEqual([]);
  expect(said(0.2, 3)).toEqual([]);
  expect(said(0.034, 3, { init: "pretrained" })).toEqual([]);
  expect(said(null, 3)).toEqual([]);
});
