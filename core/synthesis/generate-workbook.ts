/** Generates workbooks with their labels, from which files can be written. */

import { type Random, randomStream } from "../base/random.ts";
import type { Range } from "../base/range.ts";
import type { WorkbookLayout } from "../excel/write/workbook-layout.ts";
import { weighted } from "./draw.ts";
import { generateSheet } from "./generate-sheet.ts";
import { drawLook } from "./looks/look.ts";
import { DEFAULT_SHEET_LIMITS, type SheetLimits } from "./sheet/sheet-limits.ts";
import { DOMAINS } from "./vocabulary/domains.ts";

/** The version of the generator. Raise it whenever a seed gives other workbooks than before. */
export const GENERATOR_VERSION = 3;

/** A workbook and its labels. */
export interface GeneratedWorkbook {
  readonly layout: WorkbookLayout;
  /** The tables of each sheet, in the order of the layout's sheets. */
  readonly tables: readonly (readonly Range[])[];
}

/**
 * Workbook number `index` (from 0) of the endless series of a seed: one to three sheets of one field of
 * work, mostly formatted by one author. The workbook depends on the arguments alone.
 */
export function generateWorkbook(
  seed: number,
  index: number,
  limits: SheetLimits = DEFAULT_SHEET_LIMITS,
): GeneratedWorkbook {
  const random = randomStream(seed, "synthetic workbook", index);
  const domain = random.pick(DOMAINS);
  const count = weighted(random, [
    [1, 3],
    [2, 4],
    [3, 3],
  ]);
  const look = drawLook(random);
  const names = drawNames(random, domain.tabs, count);
  const sheets = names.map((name, at) => {
    // Most authors keep to their style; some sheets come from somebody else.
    const sheetLook = at > 0 && random.chance(0.3) ? drawLook(random) : look;
    const { canvas, tables } = generateSheet(random, domain, sheetLook, `Table${at + 1}_`, limits);
    return { layout: canvas.toLayout(name), tables };
  });
  return {
    layout: { sheets: sheets.map(({ layout }) => layout) },
    tables: sheets.map(({ tables }) => tables),
  };
}

function drawNames(random: Random, tabs: readonly string[], count: number): string[] {
  const isDefault = random.chance(0.3);
  return random
    .shuffled(tabs)
    .slice(0, count)
    .map((tab, at) => (isDefault ? `Sheet${at + 1}` : tab));
}
