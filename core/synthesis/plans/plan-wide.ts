/** Plans wide tables with several header rows. */

import type { Random } from "../../base/random.ts";
import type { CellValue } from "../../excel/write/workbook-layout.ts";
import type { Domain } from "../vocabulary/domain.ts";
import { phrase } from "../vocabulary/phrases.ts";
import { attributeColumn, type ColumnSource, drawLabels, labelColumn, measureColumn } from "./plan-values.ts";
import type { HeaderCell, PlannedRow, TablePlan } from "./table-plan.ts";

/**
 * Many columns of all kinds under two or three header rows, in which groups of columns have headings of
 * their own.
 */
export function planWide(random: Random, domain: Domain, bodyRows: number, width: number): TablePlan {
  const label = labelColumn(drawLabels(random, domain, bodyRows));
  const columns: ColumnSource[] = [label];
  for (let at = 1; at < width; at++) {
    const isText = random.chance(0.3) && domain.attributes.length > 0;
    const column = isText
      ? attributeColumn(random, random.pick(domain.attributes))
      : measureColumn(random, random.pick(domain.measures));
    columns.push(random.chance(0.3) ? { ...column, heading: phrase(random, 1, 6) } : column);
  }
  const levels = width >= 8 && random.chance(0.3) ? 3 : 2;
  const headers: HeaderCell[][] = [];
  let groups: { from: number; columns: number }[] = [{ from: 0, columns: width }];
  for (let level = 1; level < levels; level++) {
    const most = level === 1 && levels === 3 ? 16 : 6;
    groups = groups.flatMap(({ from, columns: across }) => split(random, from, across, most));
    headers.push(groups.map(({ from, columns: across }) => group(random, from, across)));
  }
  const texts: CellValue[] = columns.map((column) => column.heading);
  headers.push(texts.map((text, column) => ({ text, column, columns: 1, rows: 1 })));
  const rows: PlannedRow[] = Array.from({ length: bodyRows }, (_, row) => ({
    kind: "data",
    values: columns.map((column) => column.draw(row)),
  }));
  return { headers, columns, rows };
}

function split(
  random: Random,
  from: number,
  across: number,
  most: number,
): { from: number; columns: number }[] {
  const parts: { from: number; columns: number }[] = [];
  for (let at = from, end = from + across; at < end; ) {
    const columns = Math.min(end - at, random.integer(1, most));
    parts.push({ from: at, columns });
    at += columns;
  }
  return parts;
}

/**
 * The heading of a group, often missing over a single column. The first group has one: it is a corner of
 * the label.
 */
function group(random: Random, from: number, columns: number): HeaderCell {
  const isMissing = columns === 1 && from > 0 && random.chance(0.4);
  return { text: isMissing ? null : phrase(random, 1, 4), column: from, columns, rows: 1 };
}
