/** Says which layout cases a detector finds right. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatRange } from "../core/base/range.ts";
import { type Detect, predictWorkbook } from "../core/prediction/predict-workbook.ts";
import type { LayoutCase } from "../tests/support/layout-cases.ts";
import { temporaryFolder } from "../tests/support/temporary-folder.ts";

export interface Verdict {
  readonly name: string;
  readonly right: LayoutCase["right"];
  /** From top to bottom, then from left to right. */
  readonly found: readonly string[];
  /** True if these are exactly the ranges of one of the right answers. */
  readonly isRight: boolean;
}

/** Finds the tables of each case with the network alone. */
export async function judgeCases(cases: readonly LayoutCase[], detect: Detect): Promise<Verdict[]> {
  using folder = temporaryFolder("cases");
  const verdicts: Verdict[] = [];
  for (const [index, { name, ending, bytes, right }] of cases.entries()) {
    const path = join(folder.path, `${index}${ending}`);
    writeFileSync(path, bytes);
    const { sheets } = await predictWorkbook(path, { mode: "model", detect });
    const found = sheets
      .flatMap(({ tables }) => tables.map(({ range }) => range))
      .sort((a, b) => a.top - b.top || a.left - b.left)
      .map(formatRange);
    const isRight = right.some((answer) => answer.join(" ") === found.join(" "));
    verdicts.push({ name, right, found, isRight });
  }
  return verdicts;
}
