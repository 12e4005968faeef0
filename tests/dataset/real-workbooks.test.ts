/** Tests that the real workbooks load without a problem. */

import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadDatasets } from "../../core/dataset/load-datasets.ts";
import { trainOnAll } from "../support/dataset-folder.ts";
import { skipped } from "../support/skipped.ts";

const root = join(import.meta.dir, "../../../shared/data");
const isThere = existsSync(join(root, "real"));
if (!isThere) skipped("test that loads the real workbooks", "no ../shared/data/real");

test.skipIf(!isThere)(
  "loadDatasets() reads every real workbook of the published test split, none left out",
  async () => {
    const data = { ...trainOnAll(root, "real"), max_rows: 512, max_cols: 128, on_bad_file: "fail" } as const;
    const { test: entries, train, annotated, skipped } = await loadDatasets(data, { splits: ["test"] });
    expect([entries.length, train.length, skipped.length]).toEqual([93, 0, 0]);
    expect(annotated).toEqual({ train: 444, validation: 0, test: 93 });
    expect(entries.reduce((sum, { ranges }) => sum + ranges.length, 0)).toBeGreaterThan(110);
  },
  20_000,
);
