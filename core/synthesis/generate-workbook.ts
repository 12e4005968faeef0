import { type Random, randomStream } from "../base/random.ts";
import type { Range } from "../base/range.ts";
import type { WorkbookLayout } from "../excel/write/workbook-layout.ts";
import type { SheetLimits } from "./blocks/sheet-author.ts";
import { weighted } from "./draw.ts";
import { generateSheet } from "./generate-sheet.ts";
import { drawLook } from "./looks/look.ts";
import { DOMAINS } from "./vocabulary/domains.ts";

/** Raised whenever the same seed would give other workbooks. */
export const GENERATOR_VERSION = 3;

/** Longer tables would only take time. */
export const WORKBOOK_LIMITS: SheetLimits = { maxRows: 450, maxColumns: 70 };

export interface GeneratedWorkbook {
  readonly layout: WorkbookLayout;
  /** The tables of each sheet, in the order of the layout's sheets. */
  readonly tables: readonly (readonly Range[])[];
}

/**
 * The workbook number `index` of an endless series: one to three sheets of one field of work, formatted by one author.
 * It depends on the seed and its number alone.
 */
export function generateWorkbook(
  seed: number,
  index: number,
  limits: SheetLimits = WORKBOOK_LIMITS,
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
