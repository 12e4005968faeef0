/** Tests the notes at the beginning of a run. */

import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { reportNotes } from "../../core/training/run-announcements.ts";
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
