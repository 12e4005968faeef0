/** Plans outlines, and tables that are to be filled in. */

import type { Random } from "../../base/random.ts";
import type { CellValue } from "../../excel/write/workbook-layout.ts";
import type { Domain } from "../vocabulary/domain.ts";
import { phrase } from "../vocabulary/phrases.ts";
import { attributeColumn, type ColumnSource, measureColumn } from "./plan-values.ts";
import {
  flatHeader,
  type PlannedColumn,
  type PlannedRow,
  type PlannedValue,
  type TablePlan,
} from "./table-plan.ts";

/**
 * An outline. The label of a row stands in the column of its level; values stand to the right of all
 * levels. Upper levels often have no values, so that much of the rectangle is empty.
 */
export function planOutline(random: Random, domain: Domain, bodyRows: number, width: number): TablePlan {
  const levels = random.integer(2, Math.max(2, Math.min(4, width - 1)));
  const columns: ColumnSource[] = [];
  for (let at = levels; at < Math.max(width, levels + 1); at++) {
    columns.push(
      random.chance(0.65)
        ? measureColumn(random, random.pick(domain.measures))
        : attributeColumn(random, random.pick(domain.attributes)),
    );
  }
  const upperHaveValues = random.chance(0.3);
  const isNumbered = random.chance(0.3);
  const separates = random.chance(0.2);
  const counters = new Array<number>(levels).fill(0);
  const rows: PlannedRow[] = [];
  for (let row = 0, level = 0; row < bodyRows; row++) {
    counters[level]!++;
    counters.fill(0, level + 1);
    const isLeaf = level === levels - 1;
    if (separates && level === 0 && row > 0) rows.push({ kind: "blank", values: [] });
    const label: CellValue = isNumbered
      ? `${counters.slice(0, level + 1).join(".")} ${phrase(random, 1, 4)}`
      : phrase(random, 1, isLeaf ? 6 : 3);
    const labels = Array.from({ length: levels }, (_, at) => (at === level ? label : null));
    const values = columns.map(
      (column): PlannedValue => (isLeaf || upperHaveValues ? column.draw(row) : null),
    );
    rows.push({ kind: isLeaf || upperHaveValues ? "data" : "section", values: [...labels, ...values] });
    level = isLeaf ? (random.chance(0.7) ? level : random.integer(0, level)) : level + 1;
  }
  const headings = drawLevelHeadings(random, levels);
  const label: PlannedColumn = { isRowHeader: true, format: null, adds: false };
  return {
    headers: [flatHeader([...headings, ...columns.map(({ heading }) => heading)])],
    columns: [...Array.from({ length: levels }, () => label), ...columns],
    rows,
  };
}

/** A heading over each level, over the first one only, or over none. */
function drawLevelHeadings(random: Random, levels: number): CellValue[] {
  const kind = random.integer(0, 2);
  return Array.from({ length: levels }, (_, at) =>
    kind === 0 || (kind === 1 && at === 0) ? random.pick([`Level ${at + 1}`, phrase(random, 1, 2)]) : null,
  );
}

/**
 * A header over framed rows that are to be filled in. Some are filled already, and some tables number their
 * rows.
 */
export function planPrepared(random: Random, bodyRows: number, width: number): TablePlan {
  const isNumbered = random.chance(0.4);
  const headings = Array.from({ length: width }, (_, at) =>
    at === 0 && isNumbered ? "No." : phrase(random, 1, 3),
  );
  const filled = random.chance(0.5) ? random.integer(0, Math.floor(bodyRows / 2)) : 0;
  return {
    headers: [flatHeader(headings)],
    columns: headings.map(() => ({ isRowHeader: false, format: null, adds: false })),
    rows: Array.from({ length: bodyRows }, (_, row): PlannedRow => {
      const values = headings.map((_, at): PlannedValue => {
        if (at === 0 && isNumbered) return row + 1;
        return row < filled ? phrase(random, 1, 2) : null;
      });
      return { kind: "data", values };
    }),
    isPrepared: true,
  };
}
