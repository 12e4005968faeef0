/** Plans statements with sections and totals. */

import type { Random } from "../../base/random.ts";
import { sample, sampleInOrder } from "../draw.ts";
import type { Domain } from "../vocabulary/domain.ts";
import { sumRow } from "./plan-totals.ts";
import { type ColumnSource, drawPeriods, measureColumn } from "./plan-values.ts";
import { flatHeader, type PlannedRow, type TablePlan } from "./table-plan.ts";

/**
 * An income statement or an estimate: sections of lines with subtotals and a grand total, one column per
 * period.
 */
export function planStatement(random: Random, domain: Domain, width: number): TablePlan {
  const measure = random.pick(domain.measures.filter(({ adds }) => adds));
  const heading = random.chance(0.5)
    ? random.pick(["Item", "Position", "Description", domain.dimensions[0]!.heading])
    : null;
  const label: ColumnSource = {
    heading,
    unit: null,
    isRowHeader: true,
    format: null,
    adds: false,
    draw: () => null,
  };
  const shared = measureColumn(random, measure);
  const columns = [
    label,
    ...drawPeriods(random, Math.max(1, width - 1)).map((period) => ({ ...shared, heading: period })),
  ];

  const separates = random.chance(0.5);
  const hasSubtotals = random.chance(0.75);
  const indent = random.chance(0.4) ? 1 : 0;
  const rows: PlannedRow[] = [];
  const subtotals: number[] = [];
  const lines: number[] = [];
  const sections = sample(random, domain.sections, random.integer(2, 4));
  for (const [index, section] of sections.entries()) {
    if (index > 0 && separates) rows.push({ kind: "blank", values: [] });
    rows.push({ kind: "section", values: columns.map((_, at) => (at === 0 ? section.heading : null)) });
    const first = rows.length;
    const items = sampleInOrder(random, section.items, random.integer(2, section.items.length));
    for (const item of items) {
      lines.push(rows.length);
      const values = columns.map((column, at) => (at === 0 ? item : column.draw(rows.length)));
      rows.push({ kind: "data", values, indent });
    }
    if (!hasSubtotals) continue;
    const sources = items.map((_, at) => first + at);
    subtotals.push(rows.length);
    rows.push(sumRow(rows, columns, sources, section.total, "subtotal"));
  }
  if (random.chance(0.6)) {
    if (separates && random.chance(0.5)) rows.push({ kind: "blank", values: [] });
    rows.push(
      sumRow(
        rows,
        columns,
        hasSubtotals ? subtotals : lines,
        random.pick(["Total", "Grand total", "Balance"]),
        "total",
      ),
    );
  }
  return { headers: [flatHeader(columns.map((column) => column.heading))], columns, rows };
}
