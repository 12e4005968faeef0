/** Tests the short form of long training sheets. */

import { afterAll, expect, test } from "bun:test";
import type { Range } from "../../core/base/range.ts";
import type { SheetEntry } from "../../core/dataset/dataset.ts";
import { rangesToBoxes } from "../../core/features/box-range.ts";
import { layoutGrid } from "../../core/features/layout-grid.ts";
import { loadConfig } from "../../core/hooks/load-config.ts";
import { condenseEntry, sampleLimits } from "../../core/training/condense-entries.ts";
import { testProject } from "../support/project.ts";

const project = testProject({ workbooks: 0 });
afterAll(() => project.remove());

function entry(label: string, ranges: readonly Range[]): SheetEntry {
  const cells = ranges.flatMap(({ top, left, bottom, right }) =>
    Array.from({ length: (bottom - top + 1) * (right - left + 1) }, (_, i) => {
      const [row, column] = [Math.floor(i / (right - left + 1)), i % (right - left + 1)];
      return { row: top + row, column: left + column, value: row === 0 ? "Heading" : 1000 + i };
    }),
  );
  const grid = layoutGrid({ name: "S", cells })!;
  const { height, width } = grid;
  const boxes = rangesToBoxes(ranges, height, width);
  return { dataset: "d", fileName: "f", sheetName: "s", label, height, width, grid, ranges, boxes };
}

const small = entry("small", [{ top: 1, left: 1, bottom: 30, right: 4 }]);
const long = entry("long", [
  { top: 2, left: 1, bottom: 900, right: 4 },
  { top: 903, left: 2, bottom: 920, right: 5 },
]);
test("condenseEntry() shortens long sheets with their tables, and leaves the others alone", async () => {
  const { config } = await loadConfig(
    project.config,
    ["--data.condense=true", "--data.max_rows=4096"],
    {},
    {
      cwd: project.folder,
    },
  );
  expect(condenseEntry(small, config.data)).toBe(small);
  const short = condenseEntry(long, config.data);
  const [first, second] = short.ranges;
  expect(short.grid.height).toBeLessThan(160);
  expect([short.height, short.width]).toEqual([short.grid.height, short.grid.width]);
  expect(first).toMatchObject({ top: 2, left: 1, right: 4 });
  expect(second!.top - first!.bottom).toBe(3);
  expect(second!.bottom - second!.top).toBe(17);
  expect(short.boxes).toEqual(rangesToBoxes(short.ranges, short.grid.height, short.grid.width));
  expect(long.grid.height).toBe(920);
  expect(sampleLimits(config.data)).toEqual({ maxRows: 512, maxCols: 128 });
});

test("condenseEntry() gives the same sheet where data.condense is off", async () => {
  const { config } = await loadConfig(project.config, [], {}, { cwd: project.folder });
  expect(condenseEntry(long, config.data)).toBe(long);
});
