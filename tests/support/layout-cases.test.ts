/** Compares the layout cases with the field cases of the folder `shared`, where it is there. */

import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { cellContent } from "../../core/features/cell-content.ts";
import { loadGrids } from "../../core/features/load-grids.ts";
import { layoutCases } from "./layout-cases.ts";
import { skipped } from "./skipped.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const FIELD = join(PROJECT_ROOT, "..", "shared", "cases", "excel");
/** The field case of each layout case, in their order. */
const TWINS = [
  "ragged-rows-100",
  "ragged-rows-500",
  "csv-sparse-code-list",
  "layout-bulletin-four-header-rows",
  "layout-spacer-column",
  "layout-labels-far-from-values",
  "layout-criteria",
];
const CASES = layoutCases();
if (!existsSync(FIELD)) skipped("layout cases beside those of the field", "no folder shared");

/** One character per cell of the sheet: `x` for a value. */
async function filled(path: string): Promise<string> {
  const { sheets } = await loadGrids(path, { cacheFolder: null, maxRows: 3000, maxCols: 100 });
  const grid = sheets[0]!.grid!;
  const marks = [...cellContent(grid)].map((bits) => ((bits & 1) === 1 ? "x" : "."));
  return Array.from({ length: grid.height }, (_, row) => {
    return marks.slice(row * grid.width, (row + 1) * grid.width).join("");
  }).join("\n");
}

test("there are seven cases, and each has a right answer", () => {
  expect(CASES.map(({ right }) => right.length > 0)).toEqual(TWINS.map(() => true));
});

test("a case is made of the same bytes each time", () => {
  expect(layoutCases().map(({ bytes }) => Bun.hash(bytes))).toEqual(
    CASES.map(({ bytes }) => Bun.hash(bytes)),
  );
});

for (const [at, { name, ending, bytes, right }] of CASES.entries()) {
  test.skipIf(!existsSync(FIELD))(`"${name}" has the layout and the answer of the field`, async () => {
    using folder = temporaryFolder("case");
    const path = folder.join(`case${ending}`);
    writeFileSync(path, bytes);
    const twin = join(FIELD, TWINS[at]!);
    const [own, field] = [await filled(path), await filled(join(twin, `in${ending}`))];
    if (ending === ".xlsx") expect(own).toBe(field);
    else expect(own.split("\n").length).toBe(field.split("\n").length); // the gaps of the list are random
    const answers = right.map((answer) => answer.join(" ") || "none").join(" or ");
    expect(readFileSync(join(twin, "expected.txt"), "utf8").trim()).toEndWith(`: ${answers}`);
  });
}
