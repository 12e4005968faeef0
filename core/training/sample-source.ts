/**
 * The samples of an epoch: sheets of the datasets, changed at random if configured, and fresh synthetic
 * sheets.
 */

import { augmentSheet, limitSheet } from "../augmentation/augment-sheet.ts";
import { DATASET_RATES, FRESH_RATES } from "../augmentation/augmentation-rates.ts";
import type { LabelledGrid } from "../augmentation/labelled-grid.ts";
import { UserError } from "../base/problem.ts";
import { randomStream } from "../base/random.ts";
import { counted } from "../base/text-layout.ts";
import type { Config } from "../config/config.ts";
import type { SheetEntry } from "../dataset/dataset.ts";
import type { EngineSheet } from "../detection/engine/gradient-engine.ts";
import { rangesToBoxes } from "../features/box-range.ts";
import { syntheticSheet } from "../synthesis/synthetic-sheet.ts";
import { sampleLimits } from "./condense-entries.ts";

export interface SampleSource {
  /** Samples per epoch. */
  readonly size: number;
  /**
   * Makes a sample of an epoch (from 1), in about a millisecond. It depends only on the configuration, the
   * epoch and the index (from 0), not on the samples drawn before.
   */
  sample(epoch: number, index: number): EngineSheet;
}

/** How often a small sheet of a dataset gets others beside it, and how many at most. */
const NEIGHBOUR_RATE = 0.25;
const MOST_NEIGHBOURS = 3;

/** How often an epoch visits a sheet. */
function repeatsOf({ dataset }: Pick<SheetEntry, "dataset">, data: Config["data"]): number {
  return data.dataset_repeats[data.dataset_names.indexOf(dataset)] ?? data.repeats;
}

/**
 * Samples per epoch: every sheet `data.repeats` times, or as often as `data.dataset_repeats` says, and
 * `data.synthetic_per_epoch` fresh ones.
 *
 * @param entries The sheets of the training split.
 */
export function samplesPerEpoch(
  { data }: Pick<Config, "data">,
  entries: readonly Pick<SheetEntry, "dataset">[],
): number {
  return entries.reduce((sum, entry) => sum + repeatsOf(entry, data), data.synthetic_per_epoch);
}

/**
 * Refuses a training whose epochs would be empty.
 *
 * @throws {UserError} If no training sheet is visited, and there are no fresh ones.
 */
export function refuseEmptyEpoch(
  { data }: Pick<Config, "data">,
  entries: readonly Pick<SheetEntry, "dataset">[],
): void {
  if (samplesPerEpoch({ data }, entries) > 0) return;
  const counts = data.dataset_names.map((name, index) => {
    const sheets = entries.filter(({ dataset }) => dataset === name).length;
    return `${name}: ${counted(sheets, "sheet")}, visits ${data.dataset_repeats[index] ?? data.repeats}`;
  });
  throw new UserError({
    message: "Cannot train: an epoch would have no sheets",
    expected: "a sheet in the training split of a dataset that is visited, or fresh synthetic ones",
    got: counts.join("\n"),
    fix: "raise data.dataset_repeats or data.synthetic_per_epoch, or choose another data.split_seed",
  });
}

/** The sheets that an epoch visits, with repetitions: all once, then again those that have another visit. */
function visitedEntries(entries: readonly SheetEntry[], data: Config["data"]): SheetEntry[] {
  const most = entries.reduce((sum, entry) => Math.max(sum, repeatsOf(entry, data)), 0);
  return Array.from({ length: most }, (_, round) =>
    entries.filter((entry) => repeatsOf(entry, data) > round),
  ).flat();
}

/** @param entries The sheets of the training split. Their samples come first, then the fresh sheets. */
export function openSampleSource(config: Config, entries: readonly SheetEntry[]): SampleSource {
  const { data, experiment } = config;
  const limits = sampleLimits(data);
  const visited = visitedEntries(entries, data);

  function datasetSample(epoch: number, index: number): EngineSheet {
    const entry = visited[index]!;
    if (!data.augment) return trainingSheet(entry);
    const random = randomStream(experiment.seed, "augmentation", epoch, index);
    const count = random.chance(NEIGHBOUR_RATE) ? random.integer(1, MOST_NEIGHBOURS) : 0;
    const neighbours = Array.from({ length: count }, () => labelledGrid(random.pick(entries)));
    const sheet = augmentSheet(labelledGrid(entry), random, DATASET_RATES, limits, neighbours);
    return engineSheet(sheet, entry.label);
  }

  function freshSample(epoch: number, index: number): EngineSheet {
    const number = (epoch - 1) * data.synthetic_per_epoch + index;
    const label = `fresh synthetic sheet ${number}`;
    const sheet = syntheticSheet(experiment.seed, number);
    if (!data.augment) return engineSheet(limitSheet(sheet, limits), label);
    const random = randomStream(experiment.seed, "fresh augmentation", number);
    return engineSheet(augmentSheet(sheet, random, FRESH_RATES, limits), label);
  }

  return {
    size: visited.length + data.synthetic_per_epoch,
    sample: (epoch, index) =>
      index < visited.length ? datasetSample(epoch, index) : freshSample(epoch, index - visited.length),
  };
}

/** A sheet of a split as the engine takes it. Its grid is read once, if it lies on disk. */
export function trainingSheet({ grid, boxes, label }: SheetEntry): EngineSheet {
  return { grid, boxes, label };
}

/** The same as `trainingSheet`, for augmentation. */
function labelledGrid({ grid, ranges }: SheetEntry): LabelledGrid {
  return { grid, ranges };
}

function engineSheet({ grid, ranges }: LabelledGrid, label: string): EngineSheet {
  return { grid, boxes: rangesToBoxes(ranges, grid.height, grid.width), label };
}
