/** Tests which sheets of which split are evaluated. */

import { expect, test } from "bun:test";
import { UserError } from "../../core/base/problem.ts";
import { formatRange } from "../../core/base/range.ts";
import { evaluationSettings } from "../../core/evaluation/evaluation-settings.ts";
import { loadSplit } from "../../core/evaluation/load-split.ts";
import { LEAST_COLUMNS, LEAST_ROWS } from "../../core/features/grid-limits.ts";
import { loadConfig } from "../../core/hooks/load-config.ts";
import { filledSheet, label, trainOnAll, writeDataset } from "../support/dataset-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("loadSplit() gives the sheets in the order of the annotations, with what their labels say", async () => {
  using root = temporaryFolder("datasets");
  const books = Object.fromEntries(
    Array.from({ length: 6 }, (_, index) => [`${index}.xlsx`, [filledSheet("S", 4 + index, 3)]]),
  );
  writeDataset(
    root.path,
    "many",
    books,
    [5, 0, 3, 1, 4, 2].map((index) => ({
      ...label(`${index}.xlsx`, "S", ["A1:C4"]),
      label_origin: "manual",
      confidence: "high",
    })),
  );
  const { sheets, workbooks, skipped } = await loadSplit(trainOnAll(root.path, "many"), "train", {
    threads: 3,
  });
  expect(sheets.map(({ fileName, grid }) => [fileName, grid.height])).toEqual(
    [5, 0, 3, 1, 4, 2].map((index) => [`${index}.xlsx`, 4 + index]),
  );
  expect([workbooks, skipped]).toEqual([6, []]);
  expect(sheets[0]).toMatchObject({ origin: "manual", confidence: "high", tables: [], pivots: [] });
});

test("loadSplit() clips labels to the sheet with a note, and leaves out sheets that contradict their label", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "odd", { "a.xlsx": [filledSheet("S", 4, 3), filledSheet("T", 2, 2)] }, [
    label("a.xlsx", "S", ["A1:C9"]),
    label("a.xlsx", "T", ["F1:G2"]),
    label("a.xlsx", "gone", []),
  ]);
  const { sheets, skipped, notes } = await loadSplit(trainOnAll(root.path, "odd"), "train");
  expect(sheets.map(({ ranges }) => ranges.map(formatRange))).toEqual([["A1:C4"]]);
  expect(skipped.map(({ sheet }) => sheet)).toEqual(["T", "gone"]);
  expect(notes.join()).toContain("clipped to A1:C4");
});

test("loadSplit() without any usable sheet is an error of the data (1), without any labelled one of usage (2)", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "broken", { "a.xlsx": Buffer.from("broken") }, [label("a.xlsx", "S", [])]);
  const codeOf = (split: "train" | "test") =>
    loadSplit(trainOnAll(root.path, "broken"), split).catch((error: UserError) => [
      error instanceof UserError,
      error.exitCode,
    ]);
  expect(await codeOf("train")).toEqual([true, 1]);
  expect(await codeOf("test")).toEqual([true, 2]);
});

test("loadSplit() says that a split is empty because proposals are left out, and what to do", async () => {
  using root = temporaryFolder("datasets");
  const books = { "a.xlsx": [filledSheet("S", 3, 3)], "b.xlsx": [filledSheet("S", 3, 3)] };
  const proposal = (file: string) => ({ ...label(file, "S", []), label_origin: "proposed by a model" });
  writeDataset(root.path, "one", books, [proposal("a.xlsx"), proposal("b.xlsx")]);
  const data = { ...trainOnAll(root.path, "one"), on_proposed_label: "skip" } as const;
  const fixOf = async (split: "train" | "test") => {
    const error: UserError = await loadSplit(data, split).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    return error.problems[0]!.fix;
  };
  expect(await fixOf("train")).toStartWith(
    "2 sheets are proposals that nobody has looked at; accept them, or use them with " +
      "--data.on_proposed_label=use, or ",
  );
  // Proposals of another split are not the reason.
  expect(await fixOf("test")).toStartWith("--data.dataset_names=");
});

test("evaluationSettings() keeps the trained datasets and splits, but not the limits that sheets are cut to in training", async () => {
  const { config } = await loadConfig("configs/minimal.yaml", [
    "--data.max_rows=64",
    "--data.max_cols=2000",
    "--data.on_large_sheet=skip",
    "--data.split_seed=7",
  ]);
  const settings = evaluationSettings(config.data, []);
  expect(settings).toMatchObject({ split_seed: 7, on_large_sheet: "crop", root: config.data.root });
  expect([settings.max_rows, settings.max_cols]).toEqual([LEAST_ROWS, 2000]);
  const overridden = evaluationSettings(config.data, ["--data.max_rows=100", "--data.dataset_names=[a,b]"]);
  expect(overridden).toMatchObject({ max_rows: 100, dataset_names: ["a", "b"] });
  expect(evaluationSettings(null, []).max_cols).toBe(LEAST_COLUMNS);
  // A key of another version of this project is passed over.
  expect(() => evaluationSettings({ ...config.data, gone: 1 } as typeof config.data, [])).not.toThrow();
});
