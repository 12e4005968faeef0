/** Sheets to augment: made-up ones that mark what belongs to which table, synthetic and real ones. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LabelledGrid } from "../../core/augmentation/labelled-grid.ts";
import { forEachCell, markMerges } from "../../core/augmentation/merged-cells.ts";
import { type Random, randomStream } from "../../core/base/random.ts";
import { overlaps, type Range } from "../../core/base/range.ts";
import { loadDatasets } from "../../core/dataset/load-datasets.ts";
import { ColorBucket } from "../../core/features/color-bucket.ts";
import { packCells, VectorIndex } from "../../core/features/packed-grid.ts";
import {
  FONT_COLOR,
  FONT_SIZE_M,
  HAS_DATA,
  IS_VISIBLY_EMPTY,
  LENGTH_S,
  WHITE_FILL_BIT,
} from "../../core/features/vector-bits.ts";
import { syntheticSheet } from "../../core/synthesis/synthetic-sheet.ts";
import { trainOnAll } from "../support/dataset-folder.ts";
import { skipped } from "../support/skipped.ts";

const LOW = FONT_COLOR[ColorBucket.Black]! | WHITE_FILL_BIT;
const HIGH = LENGTH_S | FONT_SIZE_M;

/**
 * A sheet whose cells hold, as the bits of their digit proportion, 1 + the index of the table they belong to,
 * or 0 outside of all; cells outside of tables are filled here and there.
 */
export function markedSheet(
  height: number,
  width: number,
  ranges: readonly Range[],
  random: Random,
  merges: readonly Range[] = [],
): LabelledGrid {
  const low = new Uint32Array(height * width).fill(LOW | IS_VISIBLY_EMPTY);
  const digits = new Uint32Array(height * width);
  for (let at = 0; at < low.length; at++) if (random.chance(0.05)) low[at] = LOW | HAS_DATA;
  for (const [index, range] of ranges.entries()) {
    forEachCell(range, width, (at) => {
      low[at] = LOW | HAS_DATA;
      digits[at] = index + 1;
    });
  }
  for (const merge of merges) {
    forEachCell(merge, width, (at, row, column) => {
      const isAnchor = row === merge.top && column === merge.left;
      low[at] = LOW | HAS_DATA | (isAnchor ? 0 : IS_VISIBLY_EMPTY);
      if (!isAnchor) digits[at] = 0;
    });
  }
  markMerges(low, width, merges);
  const vectors = new VectorIndex();
  const cells = Uint32Array.from(low, (word, at) => vectors.add(word, HIGH, digits[at]!, 0));
  return { grid: packCells(height, width, cells, vectors.vectors()), ranges };
}

/**
 * One to four tables that do not overlap, on a sheet of any size up to 260 x 90, with merged ranges inside of
 * them.
 */
export function randomMarkedSheet(seed: number): LabelledGrid {
  const random = randomStream(seed, "marked sheet");
  const height = random.integer(6, random.pick([20, 60, 260]));
  const width = random.integer(4, random.pick([12, 30, 90]));
  const ranges: Range[] = [];
  const merges: Range[] = [];
  for (let count = random.integer(1, 4); count > 0; count--) {
    const [top, left] = [random.integer(1, height - 1), random.integer(1, width - 1)];
    const range = { top, left, bottom: random.integer(top + 1, height), right: random.integer(left, width) };
    if (ranges.some((other) => overlaps(other, range))) continue;
    ranges.push(range);
    if (range.right > range.left) merges.push({ ...range, bottom: top, right: left + 1 });
    if (range.bottom > top + 4) merges.push({ ...range, top: top + 2, bottom: top + 4, right: left });
  }
  return markedSheet(height, width, ranges, random, merges);
}

export function syntheticSheets(count: number): LabelledGrid[] {
  return Array.from({ length: count }, (_, index) => syntheticSheet(5, index));
}

const ROOT = join(import.meta.dir, "../../../shared/data");
export const isRealThere = existsSync(join(ROOT, "real"));
if (!isRealThere) skipped("tests of the augmentation of real sheets", "no ../shared/data/real");

/** The real sheets to train on, none of the published test split. */
export async function realSheets(): Promise<LabelledGrid[]> {
  const data = { ...trainOnAll(ROOT, "real"), max_rows: 512, max_cols: 128 };
  return (await loadDatasets(data, { splits: ["train"] })).train;
}
