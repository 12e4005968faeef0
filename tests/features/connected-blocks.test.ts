/** Tests which cells count as one block, and how many real tables blocks alone find. */

import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { formatRange } from "../../core/base/range.ts";
import { loadDatasets } from "../../core/dataset/load-datasets.ts";
import { connectedBlocks } from "../../core/features/connected-blocks.ts";
import { addCounts, countSheet, detectionMetrics, NO_COUNTS } from "../../core/scoring/detection-metrics.ts";
import { trainOnAll } from "../support/dataset-folder.ts";
import { picture } from "../support/picture.ts";
import { skipped } from "../support/skipped.ts";

test("connectedBlocks() joins cells that touch at a corner and parts those that a blank line parts", () => {
  const grid = picture("xx...xx", "xx...xx", "..x....", "..x....", ".......", ".xxxxx.", ".x...x.");
  expect(connectedBlocks(grid).map(formatRange)).toEqual(["A1:C4", "F1:G2", "B6:F7"]);
});

test("connectedBlocks() parts cells at one blank line, on whichever side of a block the other one lies", () => {
  const found = (...rows: string[]) =>
    connectedBlocks(picture(...rows))
      .map(formatRange)
      .sort();
  expect(found("xx.xx", "xx.xx", ".....", "xx.xx", "xx.xx")).toEqual(["A1:B2", "A4:B5", "D1:E2", "D4:E5"]);
  expect(found("x..xx", "x..xx", "x....", "xxx..")).toEqual(["A1:C4", "D1:E2"]);
  expect(found("...xx", "xx.xx", "xx...")).toEqual(["A2:B3", "D1:E2"]);
});

test("connectedBlocks() leaves out single rows and blocks of fewer than four cells", () => {
  expect(connectedBlocks(picture("xxxxxx", "......", "xx....", "x....."))).toEqual([]);
});

const REAL_ROOT = join(PROJECT_ROOT, "..", "shared", "data");
const isRealThere = existsSync(join(REAL_ROOT, "real"));
if (!isRealThere) skipped("test of connected blocks on real sheets", "no ../shared/data/real");

test.skipIf(!isRealThere)(
  "connectedBlocks() find half of what can be found on real sheets (F1 at EoB 2 above 0.5)",
  async () => {
    const { train } = await loadDatasets(
      { ...trainOnAll(REAL_ROOT, "real"), max_rows: 512, max_cols: 128, cache: true },
      { splits: ["train"] },
    );
    const counts = train.map(({ ranges, grid }) => countSheet(ranges, connectedBlocks(grid), 2));
    const { f1 } = detectionMetrics(counts.reduce(addCounts, NO_COUNTS));
    expect(f1).toBeGreaterThan(0.5);
    expect(f1).toBeLessThan(0.6);
  },
);
