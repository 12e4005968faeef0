/** Plans the parts of a budget as tables of their own. */

import type { Random } from "../../base/random.ts";
import { logInteger, sample, sampleInOrder } from "../draw.ts";
import type { Domain, Section } from "../vocabulary/domain.ts";
import { phrase } from "../vocabulary/phrases.ts";
import { sumRow } from "./plan-totals.ts";
import { type ColumnSource, drawPeriods, measureColumn } from "./plan-values.ts";
import { flatHeader, type PlannedRow, type TablePlan } from "./table-plan.ts";

/**
 * The parts of a budget, a forecast or a plan, each as a table of its own. They have the same columns and
 * different lines; most headers begin with the name of the part, and most parts end with a total.
 *
 * @param width The number of columns with that of the labels; at least 2.
 */
export function planSections(random: Random, domain: Domain, count: number, width: number): TablePlan[] {
  const measure = random.pick(domain.measures.filter(({ adds }) => adds));
  const shared = measureColumn(random, measure);
  const headings = drawHeadings(random, width - 1);
  const hasTotals = random.chance(0.65);
  const isNamed = random.chance(0.75);
  const usual = random.pick(["Item", "Description", "Position", null]);
  const filled = random.chance(0.2) ? 0.5 : 1;
  return drawSections(random, domain, count).map(({ heading, items, total }) => {
    const columns: ColumnSource[] = [
      { heading: usual, unit: null, isRowHeader: true, format: null, adds: false, draw: () => null },
      ...headings.map((each) => ({ ...shared, heading: each })),
    ];
    const rows: PlannedRow[] = items.map((item, row) => ({
      kind: "data",
      values: columns.map((column, at) => {
        if (at === 0) return item;
        return random.chance(filled) || at === 1 ? column.draw(row) : null;
      }),
    }));
    if (hasTotals)
      rows.push(
        sumRow(
          rows,
          columns,
          items.map((_, row) => row),
          total,
          "total",
        ),
      );
    const texts = columns.map((column, at) => (at === 0 && isNamed ? heading : column.heading));
    return { headers: [flatHeader(texts)], columns, rows };
  });
}

/** The headings of the value columns: periods, or those of a comparison. */
function drawHeadings(random: Random, count: number): ColumnSource["heading"][] {
  const comparison = ["Plan", "Actual", "Difference", "% of total", "Last year", "Estimate", "Forecast"];
  if (count <= comparison.length && random.chance(0.4)) return sample(random, comparison, count);
  return drawPeriods(random, count);
}

/** The sections of the domain first, then some with random names. */
function drawSections(random: Random, domain: Domain, count: number): Section[] {
  const own = sample(random, domain.sections, Math.min(count, domain.sections.length)).map((section) => ({
    ...section,
    items: sampleInOrder(random, section.items, random.integer(2, section.items.length)),
  }));
  while (own.length < count) {
    const heading = phrase(random, 1, 3);
    const items = Array.from({ length: logInteger(random, 2, 14) }, () => phrase(random, 1, 4));
    own.push({ heading, items, total: `Total ${heading}` });
  }
  return own;
}
