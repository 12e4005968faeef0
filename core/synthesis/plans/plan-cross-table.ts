/** Plans cross tables: quantities by row labels and column headings. */

import type { Random } from "../../base/random.ts";
import type { CellValue } from "../../excel/write/workbook-layout.ts";
import { sample, weighted } from "../draw.ts";
import type { Domain, Measure } from "../vocabulary/domain.ts";
import { sumAcross, sumRow } from "./plan-totals.ts";
import { type ColumnSource, drawLabels, drawPeriods, measureColumn } from "./plan-values.ts";
import {
  flatHeader,
  type HeaderCell,
  type PlannedRow,
  type PlannedValue,
  type TablePlan,
} from "./table-plan.ts";

/** The columns under one heading of the upper level. */
interface Group {
  readonly heading: CellValue;
  readonly columns: readonly ColumnSource[];
}

/**
 * Quantities by row label and period, or by several measures per period under merged headings, with totals.
 */
export function planCrossTable(random: Random, domain: Domain, bodyRows: number, width: number): TablePlan {
  const labels = drawLabelColumns(random, domain, bodyRows);
  const labelCount = labels.columns.length;
  const valueWidth = Math.max(2, width - labelCount);
  const isGrouped = valueWidth >= 4 && random.chance(0.5);
  const groups = isGrouped
    ? drawGroups(random, domain, valueWidth)
    : [drawFlatGroup(random, domain, valueWidth, labels.columns)];

  // Some authors leave a column empty between groups. It lies inside the header.
  const hasGaps = isGrouped && random.chance(0.12);
  const columns: ColumnSource[] = [...labels.columns];
  const starts: number[] = [];
  for (const [index, group] of groups.entries()) {
    if (hasGaps && index > 0) columns.push(EMPTY_COLUMN);
    starts.push(columns.length);
    columns.push(...group.columns);
  }
  const adding = columns.flatMap((column, at) => (column.adds ? [at] : []));
  const hasTotalColumn = !isGrouped && adding.length === groups[0]!.columns.length && random.chance(0.35);
  if (hasTotalColumn)
    columns.push({ ...groups[0]!.columns[0]!, heading: random.pick(["Total", "Sum", "All"]) });

  const rows: PlannedRow[] = [];
  const separatorEvery = bodyRows >= 8 && random.chance(0.12) ? random.integer(3, 6) : 0;
  const sources: number[] = [];
  for (let row = 0; row < bodyRows; row++) {
    if (separatorEvery > 0 && row > 0 && row % separatorEvery === 0) rows.push({ kind: "blank", values: [] });
    const values: PlannedValue[] = columns.map((column) => column.draw(row));
    if (hasTotalColumn) values[columns.length - 1] = sumAcross(values, rows.length, adding);
    sources.push(rows.length);
    rows.push({ kind: "data", values });
  }
  if (adding.length > 0 && random.chance(0.45)) {
    if (separatorEvery === 0 && random.chance(0.12)) rows.push({ kind: "blank", values: [] });
    rows.push(sumRow(rows, columns, sources, random.pick(["Total", "All", "Sum", "Grand total"]), "total"));
  }

  const mergedLabels = separatorEvery === 0 ? labels.merged : [];
  const corner = labels.columns.map(({ heading }) =>
    random.chance(labelCount > 1 ? 0.8 : 0.45) ? heading : null,
  );
  if (!isGrouped) {
    const headings = columns.map(({ heading }, at) => (at < labelCount ? corner[at]! : heading));
    return { headers: [flatHeader(headings)], columns, rows, mergedLabels };
  }
  return { headers: groupedHeaders(random, groups, starts, corner), columns, rows, mergedLabels };
}

const EMPTY_COLUMN: ColumnSource = {
  heading: null,
  unit: null,
  isRowHeader: false,
  format: null,
  adds: false,
  draw: () => null,
};

/** One column of labels, or two: groups (written once, merged or repeated) and their members. */
function drawLabelColumns(
  random: Random,
  domain: Domain,
  count: number,
): { columns: ColumnSource[]; merged: NonNullable<TablePlan["mergedLabels"]> } {
  const column = (heading: string, labels: readonly CellValue[], isDate = false): ColumnSource => ({
    heading,
    unit: null,
    isRowHeader: true,
    format: isDate ? "date" : null,
    adds: false,
    draw: (row) => labels[row] ?? null,
  });
  const inner = domain.dimensions.filter(({ values }) => values.length <= 6 && values.length * 2 <= count);
  const outer = domain.dimensions.filter(({ values }) => values.length >= 2);
  if (inner.length > 0 && random.chance(0.35)) {
    const low = random.pick(inner);
    const candidates = outer.filter(
      ({ heading, values }) =>
        heading !== low.heading && values.length >= Math.ceil(count / low.values.length),
    );
    if (candidates.length > 0) {
      const high = random.pick(candidates);
      const size = low.values.length;
      const highLabels = sample(random, high.values, Math.ceil(count / size));
      const writing = random.pick(["once", "merged", "repeated"]);
      const merged: { column: number; from: number; to: number }[] = [];
      const first: CellValue[] = [];
      const second: CellValue[] = [];
      for (let row = 0; row < count; row++) {
        const isStart = row % size === 0;
        first.push(isStart || writing === "repeated" ? highLabels[Math.floor(row / size)]! : null);
        second.push(low.values[row % size]!);
        if (isStart && writing === "merged" && row + 1 < count) {
          merged.push({ column: 0, from: row, to: Math.min(row + size, count) - 1 });
        }
      }
      return { columns: [column(high.heading, first), column(low.heading, second)], merged };
    }
  }
  const { heading, labels, isDate } = drawLabels(random, domain, count);
  return { columns: [column(heading, labels, isDate)], merged: [] };
}

/** One measure by periods or by the values of a dimension that the rows are not about. */
function drawFlatGroup(
  random: Random,
  domain: Domain,
  width: number,
  labels: readonly ColumnSource[],
): Group {
  const measure = drawAddingMeasure(random, domain);
  const spread = domain.dimensions.filter(
    (dimension) =>
      dimension.values.length >= width && labels.every(({ heading }) => heading !== dimension.heading),
  );
  const headings =
    spread.length > 0 && random.chance(0.3)
      ? sample(random, random.pick(spread).values, width)
      : drawPeriods(random, width);
  // All columns report the same measure, so they share a scale.
  const shared = measureColumn(random, measure);
  return { heading: measure.heading, columns: headings.map((heading) => ({ ...shared, heading })) };
}

/** Periods over measures, or measures over periods. */
function drawGroups(random: Random, domain: Domain, width: number): Group[] {
  const size = weighted(random, [
    [2, 4],
    [3, width >= 6 ? 3 : 0],
    [4, width >= 8 ? 2 : 0],
  ]);
  const count = Math.max(2, Math.floor(width / size));
  if (random.chance(0.6)) {
    const measures = sample(random, domain.measures, size);
    return drawPeriods(random, count).map((period) => ({
      heading: period,
      columns: measures.map((measure) => measureColumn(random, measure)),
    }));
  }
  const periods = drawPeriods(random, size);
  return sample(random, domain.measures, count).map((measure) => {
    const shared = measureColumn(random, measure);
    return { heading: measure.heading, columns: periods.map((heading) => ({ ...shared, heading })) };
  });
}

function drawAddingMeasure(random: Random, domain: Domain): Measure {
  return random.pick(domain.measures.filter(({ adds }) => adds));
}

/** Two rows: group headings over column headings. The headings of labels take both rows or one of them. */
function groupedHeaders(
  random: Random,
  groups: readonly Group[],
  starts: readonly number[],
  corner: readonly ColumnSource["heading"][],
): HeaderCell[][] {
  const place = random.pick(["both", "upper", "lower"]);
  const upper: HeaderCell[] = [];
  const lower: HeaderCell[] = [];
  for (const [column, text] of corner.entries()) {
    if (text === null) continue;
    if (place === "lower") lower.push({ text, column, columns: 1, rows: 1 });
    else upper.push({ text, column, columns: 1, rows: place === "both" ? 2 : 1 });
  }
  for (const [index, { heading, columns }] of groups.entries()) {
    const start = starts[index]!;
    upper.push({ text: heading, column: start, columns: columns.length, rows: 1 });
    for (const [at, { heading: text }] of columns.entries())
      lower.push({ text, column: start + at, columns: 1, rows: 1 });
  }
  return [upper, lower];
}
