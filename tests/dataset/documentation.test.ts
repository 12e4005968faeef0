/** Tests that the page on datasets agrees with the code. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAnnotations } from "../../core/dataset/annotations.ts";
import { SYNTHETIC_WORKBOOKS } from "../../core/dataset/synthetic-dataset.ts";
import { DOMAINS } from "../../core/synthesis/vocabulary/domains.ts";

const page = readFileSync(join(import.meta.dir, "../../docs/datasets.md"), "utf8");

test("the annotations shown in docs/datasets.md are read as they stand", () => {
  const [, example] = /```jsonl\n(.*?)```/s.exec(page)!;
  const regions = parseAnnotations(example!, "docs/datasets.md").map(({ fileName, regions }) => [
    fileName,
    regions.length,
  ]);
  expect(regions).toEqual([
    ["2024/january.xlsx", 2],
    ["summary.xlsx", 0],
  ]);
});

test("docs/datasets.md says how large the synthetic dataset is", () => {
  expect(page).toContain(`writes ${SYNTHETIC_WORKBOOKS} workbooks`);
  expect(DOMAINS).toHaveLength(10);
  expect(page).toContain("of ten fields of work");
});
