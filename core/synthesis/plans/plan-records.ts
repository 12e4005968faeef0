/** Plans lists of records. */

import type { Random } from "../../base/random.ts";
import { sample, weighted } from "../draw.ts";
import type { Domain } from "../vocabulary/domain.ts";
import { sumRow } from "./plan-totals.ts";
import { attributeColumn, type ColumnSource, drawLabels, labelColumn, measureColumn } from "./plan-values.ts";
import { flatHeader, type HeaderCell, type PlannedRow, type TablePlan } from "./table-plan.ts";

/**
 * Records, one per row, with columns of different kinds under one header row and sometimes a row of units.
 */
export function planRecords(random: Random, domain: Domain, bodyRows: number, width: number): TablePlan {
  const columns = drawColumns(random, domain, bodyRows, width);
  const rows: PlannedRow[] = Array.from({ length: bodyRows }, (_, row) => ({
    kind: "data",
    values: columns.map((column) => column.draw(row)),
  }));
  if (columns.some((column) => column.adds) && random.chance(0.3)) {
    if (random.chance(0.12)) rows.push({ kind: "blank", values: [] });
    const sources = Array.from({ length: bodyRows }, (_, row) => row);
    rows.push(sumRow(rows, columns, sources, random.pick(["Total", "Sum", "TOTAL", "Total sum"]), "total"));
  }
  return { headers: drawHeaders(random, columns), columns, rows };
}

function drawColumns(random: Random, domain: Domain, bodyRows: number, width: number): ColumnSource[] {
  const label = labelColumn(drawLabels(random, domain, bodyRows));
  const { heading } = label;
  const first: ColumnSource[] = [label];
  if (heading !== "No." && width > 3 && random.chance(0.2)) {
    first.unshift({
      ...label,
      heading: random.pick(["No.", "#", "ID"]),
      format: null,
      draw: (row) => row + 1,
    });
  }
  const rest = width - first.length;
  const attributes = domain.attributes.filter((attribute) => attribute.heading !== heading);
  const textCount = Math.min(
    attributes.length,
    Math.max(0, rest - 1),
    random.integer(0, Math.ceil(rest / 2)),
  );
  const numbers = sample(random, domain.measures, rest - textCount).map((measure) =>
    measureColumn(random, measure),
  );
  const texts = sample(random, attributes, rest - numbers.length).map((attribute) =>
    attributeColumn(random, attribute),
  );
  const columns = [
    ...first,
    ...(random.chance(0.6) ? [...texts, ...numbers] : random.shuffled([...texts, ...numbers])),
  ];
  // Some authors leave a column without a heading. At the edge of the table its label would be a matter of
  // taste.
  if (columns.length > 4 && random.chance(0.05)) {
    const at = random.integer(first.length, columns.length - 2);
    columns[at] = { ...columns[at]!, heading: null, unit: null };
  }
  return columns;
}

/** The header. Units stand in the headings, in a row of their own, or nowhere. */
function drawHeaders(random: Random, columns: readonly ColumnSource[]): HeaderCell[][] {
  const hasUnits = columns.some((column) => column.unit !== null);
  const place = weighted(random, [
    ["nowhere", 5],
    ["inline", hasUnits ? 3 : 0],
    ["row", hasUnits ? 2 : 0],
  ]);
  const headings = columns.map(({ heading, unit }) =>
    place === "inline" && unit !== null ? `${heading} (${unit})` : heading,
  );
  if (place !== "row") return [flatHeader(headings)];
  return [flatHeader(headings), flatHeader(columns.map(({ unit }) => (unit === null ? null : `[${unit}]`)))];
}
