/** Alters plans as use alters tables: gaps, further header rows, missing values and headings. */

import type { Random } from "../../base/random.ts";
import { phrase } from "../vocabulary/phrases.ts";
import { insertBlankRows, insertColumn } from "./insert-lines.ts";
import {
  flatHeader,
  type HeaderCell,
  type PlannedRow,
  type PlannedValue,
  type TablePlan,
} from "./table-plan.ts";
import { tight } from "./tight-plan.ts";

/** The plan with some of the alterations, or with none. Its outer rows and columns always have a value. */
export function alterPlan(random: Random, plan: TablePlan): TablePlan {
  let altered = plan;
  if (random.chance(0.16)) altered = computed(random, altered);
  if (random.chance(0.15)) altered = thin(random, altered);
  if (random.chance(0.05)) altered = withTags(random, altered);
  else if (random.chance(0.03))
    altered = withHeader(altered, flatHeader(altered.columns.map((_, at) => at + 1)));
  else if (random.chance(0.04)) altered = withHeader(altered, []);
  if (random.chance(0.05)) altered = withoutHeading(random, altered);
  if (random.chance(0.17)) altered = withGroups(random, altered);
  if (random.chance(0.04)) altered = withIndex(altered);
  if (random.chance(0.08)) altered = withBlankColumns(random, altered);
  if (random.chance(0.08)) altered = withBlankRows(random, altered);
  return tight(altered === plan ? plan : { ...altered, pivot: undefined });
}

function withHeader(plan: TablePlan, cells: readonly HeaderCell[]): TablePlan {
  return { ...plan, headers: [...plan.headers, cells] };
}

/** Numbers become formulas, in one column or in all. */
function computed(random: Random, plan: TablePlan): TablePlan {
  const width = plan.columns.length;
  const all = random.chance(0.5);
  const chosen = random.integer(0, width - 1);
  const factor = random.integer(2, 12);
  const rows = plan.rows.map((row, at): PlannedRow => {
    if (row.kind !== "data") return row;
    const values = row.values.map((value, column): PlannedValue => {
      if (typeof value !== "number" || column === 0 || (!all && column !== chosen)) return value;
      return { computed: value, write: (address) => `${address(at, column - 1)}*${factor}` };
    });
    return { ...row, values };
  });
  return { ...plan, rows };
}

/** A row of group headings over the headings. The first column has none, or its own heading moves up. */
function withGroups(random: Random, plan: TablePlan): TablePlan {
  const width = plan.columns.length;
  if (plan.headers.length !== 1 || width < 4) return plan;
  const upper: HeaderCell[] = [];
  const lower = [...plan.headers[0]!];
  const isRaised = random.chance(0.4) && lower[0]?.column === 0 && lower[0].text !== null;
  if (isRaised) upper.push({ ...lower.shift()!, rows: 2 });
  const isSparse = random.chance(0.3);
  for (let at = random.integer(1, 2); at < width; ) {
    const columns = Math.min(width - at, random.integer(isSparse ? 2 : 1, 6));
    if (!isSparse || random.chance(0.6) || upper.length === (isRaised ? 1 : 0)) {
      upper.push({ text: phrase(random, 1, 4), column: at, columns, rows: 1 });
    }
    at += columns;
  }
  return { ...plan, headers: [upper, lower] };
}

/** Empty columns between others, left as wide gaps. */
function withBlankColumns(random: Random, plan: TablePlan): TablePlan {
  let spaced = plan;
  for (let column = 0, count = random.pick([1, 1, 2]); column < count; column++) {
    if (spaced.columns.length >= 3)
      spaced = insertColumn(spaced, random.integer(1, spaced.columns.length - 1));
  }
  return spaced;
}

/** Empty rows: below the first row, every few rows, or anywhere. */
function withBlankRows(random: Random, plan: TablePlan): TablePlan {
  const count = plan.rows.length;
  if (count < 4 || plan.mergedLabels?.length) return plan;
  const kind = random.integer(0, 2);
  if (kind === 0) return insertBlankRows(plan, [1]);
  const every = random.integer(2, Math.max(2, Math.min(8, count - 2)));
  const rows: number[] = [];
  if (kind === 1) for (let row = every; row < count; row += every) rows.push(row);
  else for (let row = random.integer(1, 2); row > 0; row--) rows.push(random.integer(1, count - 1));
  return insertBlankRows(plan, [...new Set(rows)]);
}

/** Values go missing: at random, mostly on the right, mostly at the bottom, or mostly in some columns. */
function thin(random: Random, plan: TablePlan): TablePlan {
  const share = random.pick([0.2, 0.4, 0.6, 0.8]);
  const pattern = random.pick(["random", "random", "right", "below", "columns"]);
  const count = plan.rows.length;
  const width = plan.columns.length;
  const kept = plan.columns.map(() => random.uniform());
  const rows = plan.rows.map((row, at): PlannedRow => {
    if (row.kind !== "data") return row;
    const values = row.values.map((value, column): PlannedValue => {
      if (column === 0 || plan.columns[column]!.isRowHeader) return value;
      let chance = share;
      if (pattern === "right") chance *= (1.5 * column) / width;
      else if (pattern === "below") chance *= (1.5 * at) / count;
      else if (pattern === "columns") chance *= 1.6 * kept[column]!;
      return random.chance(chance) ? null : value;
    });
    return { ...row, values };
  });
  return { ...plan, rows };
}

/** A further header row for programs: `#adm1+name`, `#date`. */
function withTags(random: Random, plan: TablePlan): TablePlan {
  const tags = plan.columns.map(() =>
    random.chance(0.85) ? `#${phrase(random, 1, 2).toLowerCase().replace(" ", "+")}` : null,
  );
  return withHeader(plan, flatHeader(tags));
}

/** A column with values loses its heading. */
function withoutHeading(random: Random, plan: TablePlan): TablePlan {
  if (plan.headers.length !== 1 || plan.columns.length < 3) return plan;
  const column = random.chance(0.4) ? 0 : random.integer(1, plan.columns.length - 1);
  const filled = plan.rows.filter(({ values }) => (values[column] ?? null) !== null).length;
  if (filled * 2 < plan.rows.length) return plan;
  return {
    ...plan,
    headers: [plan.headers[0]!.map((cell) => (cell.column === column ? { ...cell, text: null } : cell))],
  };
}

/** An index column without a heading before the first column, as data frames are written. */
function withIndex(plan: TablePlan): TablePlan {
  const index = { isRowHeader: true, format: null, adds: false };
  return { ...insertColumn(plan, 0, index, null, (row) => row), isRaw: true };
}
