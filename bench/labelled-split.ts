/** The labelled sheets on which `bench accuracy` and `bench peers` measure. */

import { evaluationSettings } from "../core/evaluation/evaluation-settings.ts";
import { type LoadedSplit, loadSplit } from "../core/evaluation/load-split.ts";

/** The splits that a dataset publishes: lines with `training_set` and with `testing_set`. */
export const SPLITS = ["train", "test"] as const;
export type PublishedSplit = (typeof SPLITS)[number];

/** Reads a published split as `bun run evaluate` does, the whole of it. */
export function publishedSplit(root: string, dataset: string, split: PublishedSplit): Promise<LoadedSplit> {
  const ratios = ["--data.train_ratio=1", "--data.val_ratio=0", "--data.test_ratio=0"];
  const overrides = [`--data.root=${root}`, `--data.dataset_names=${dataset}`, ...ratios];
  return loadSplit(evaluationSettings(null, overrides), split);
}

/** What stands before figures of test sheets that weights or rules of this project are measured on. */
export const TEST_REMINDER =
  "note: a testing_set may be evaluated at most three times in all: what is measured more often becomes data\n" +
  "that is chosen on. Write down this evaluation in docs/accuracy-log.md, with its date and its figures.";
