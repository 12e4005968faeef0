/**
 * Plans small tables: lists of one column, series of names and values, records as columns, lookup tables.
 */

import type { Random } from "../../base/random.ts";
import type { CellValue } from "../../excel/write/workbook-layout.ts";
import { logInteger, rounded, sample } from "../draw.ts";
import type { Domain } from "../vocabulary/domain.ts";
import { phrase, word } from "../vocabulary/phrases.ts";
import { attributeColumn, drawLabels, drawPeriods, measureColumn } from "./plan-values.ts";
import {
  flatHeader,
  type PlannedColumn,
  type PlannedRow,
  type PlannedValue,
  type TablePlan,
} from "./table-plan.ts";

const TEXT: PlannedColumn = { isRowHeader: false, format: null, adds: false };

/** One column: a heading and three or more entries of one kind. */
export function planList(random: Random, domain: Domain, bodyRows: number): TablePlan {
  const count = Math.max(3, bodyRows);
  const data = (values: readonly PlannedValue[]): PlannedRow[] =>
    values.map((value) => ({ kind: "data", values: [value] }));
  if (random.chance(0.5)) {
    const { heading, labels, isDate } = drawLabels(random, domain, count);
    const format = isDate ? "date" : null;
    return { headers: [flatHeader([heading])], columns: [{ ...TEXT, format }], rows: data(labels) };
  }
  if (random.chance(0.5)) {
    const column = measureColumn(random, random.pick(domain.measures));
    const values = Array.from({ length: count }, (_, row) => column.draw(row) ?? 0);
    return { headers: [flatHeader([column.heading])], columns: [column], rows: data(values) };
  }
  const [low, high] = random.pick([
    [1, 1],
    [1, 3],
    [3, 9],
  ] as const);
  const entries = Array.from({ length: count }, () => phrase(random, low, high));
  return { headers: [flatHeader([phrase(random, 1, 3)])], columns: [TEXT], rows: data(entries) };
}

/** Names with values of one kind. One of the two columns has a heading, or both, or neither. */
export function planSeries(random: Random, domain: Domain, bodyRows: number): TablePlan {
  const count = Math.max(3, bodyRows);
  const { heading, labels, isDate } = random.chance(0.4)
    ? { heading: "Month", labels: drawPeriods(random, count) as CellValue[], isDate: false }
    : drawLabels(random, domain, count);
  const column = measureColumn(random, random.pick(domain.measures));
  const rows: PlannedRow[] = labels.map((label, row) => ({
    kind: "data",
    values: [label, column.draw(row) ?? row],
  }));
  const label = { isRowHeader: true, format: isDate ? ("date" as const) : null, adds: false };
  const headings = random.pick<CellValue[] | null>([
    null,
    null,
    [null, column.heading],
    [heading, column.heading],
  ]);
  return { headers: headings ? [flatHeader(headings)] : [], columns: [label, column], rows };
}

/** Records as columns with the names of fields on the left, or a few series by period, one per row. */
export function planAcross(random: Random, domain: Domain, bodyRows: number, width: number): TablePlan {
  const records = Math.max(2, width - 1);
  const label: PlannedColumn = { isRowHeader: true, format: null, adds: false };
  if (random.chance(0.5)) {
    const series = Math.max(records >= 2 ? 1 : 2, Math.min(bodyRows, logInteger(random, 1, 5)));
    const rows: PlannedRow[] = [];
    const columns = sample(random, domain.measures, series).map((measure) => measureColumn(random, measure));
    for (const column of columns) {
      const isFormula = random.chance(0.2);
      rows.push({
        kind: "data",
        values: [
          column.heading,
          ...Array.from({ length: records }, (_, at): PlannedValue => {
            const value = column.draw(at) ?? 0;
            if (!isFormula || at === 0 || typeof value !== "number") return value;
            const row = rows.length;
            return { computed: value, write: (address) => `${address(row, at)}*1.05` };
          }),
        ],
      });
    }
    const corner = random.chance(0.4) ? word(random) : null;
    const headers = [flatHeader([corner, ...drawPeriods(random, records)])];
    return { headers, columns: [label, ...Array.from({ length: records }, () => TEXT)], rows };
  }
  const names = Array.from({ length: records }, (_, at) =>
    random.pick([`Option ${at + 1}`, `Scenario ${at + 1}`, word(random)]),
  );
  const properties = random.shuffled([
    ...domain.attributes.map((attribute) => attributeColumn(random, attribute)),
    ...domain.measures.map((measure) => measureColumn(random, measure)),
  ]);
  const count = Math.min(Math.max(3, bodyRows), properties.length);
  const rows: PlannedRow[] = properties.slice(0, count).map((property) => ({
    kind: "data",
    values: [property.heading, ...names.map((_, at) => property.draw(at))],
  }));
  const headers = [flatHeader([random.chance(0.5) ? phrase(random, 1, 2) : null, ...names])];
  return { headers, columns: [label, ...names.map(() => TEXT)], rows };
}

/** Rates by step, as in price lists, tax tables and lookup tables. */
export function planLookup(random: Random, bodyRows: number): TablePlan {
  const width = random.integer(2, 4);
  const step = random.pick([1, 5, 10, 100, 1000, 10_000]);
  const rows: PlannedRow[] = Array.from({ length: Math.max(2, bodyRows) }, (_, row) => ({
    kind: "data",
    values: Array.from({ length: width }, (_, at) =>
      at === 0 ? row * step : rounded(random.uniform() * (at + row), 3),
    ),
  }));
  const headings = Array.from({ length: width }, (_, at) =>
    at === 0 ? random.pick(["From", "Level", "Code"]) : phrase(random, 1, 3),
  );
  const format = random.pick([null, null, "percent", "decimal"] as const);
  return {
    headers: [flatHeader(headings)],
    columns: Array.from({ length: width }, (_, at) => ({ ...TEXT, format: at === 0 ? null : format })),
    rows,
  };
}
