/** A sample of the comparison with openpyxl; all files: `bun tests/excel/openpyxl-compare.ts FILES…`. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { compareGrids } from "../features/openpyxl-features.ts";
import { skipped } from "../support/skipped.ts";
import { compareWithOpenpyxl, hasOpenpyxl } from "./openpyxl-compare.ts";

const REAL = join(import.meta.dir, "../../../shared/data/real/files");
const isPossible = existsSync(REAL) && hasOpenpyxl();
if (!isPossible)
  skipped("comparison with openpyxl", "no openpyxl for /usr/bin/python3, or no ../shared/data/real");

/** Every tenth of the small workbooks: a few seconds for openpyxl. */
function sample(): string[] {
  return readdirSync(REAL)
    .filter((name) => /\.xls[xm]$/.test(name))
    .map((name) => join(REAL, name))
    .filter((path) => statSync(path).size < 20_000)
    .filter((_, index) => index % 10 === 0);
}

test.skipIf(!isPossible)(
  "every cell, style, merge, table and comment is as openpyxl reads it, or explained",
  async () => {
    const result = await compareWithOpenpyxl(sample());
    expect(result.unexplained).toEqual([]);
    expect(result.files).toBeGreaterThan(10);
    expect(result.cells).toBeGreaterThan(1000);
  },
  120_000,
);

test.skipIf(!isPossible)(
  "all 43 channels are as featurised in Python over openpyxl's objects",
  async () => {
    const result = await compareGrids(sample());
    expect(result.differences).toEqual([]);
    expect(result.files).toBeGreaterThan(10);
    expect(result.cells).toBeGreaterThan(1000);
  },
  120_000,
);
