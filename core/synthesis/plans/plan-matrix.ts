/** Plans matrices: cells of one kind between row and column headings. */

import type { Random } from "../../base/random.ts";
import type { CellValue } from "../../excel/write/workbook-layout.ts";
import { rounded, weighted } from "../draw.ts";
import { MONTHS, WEEKDAYS } from "../vocabulary/common.ts";
import type { Domain } from "../vocabulary/domain.ts";
import { drawPerson, phrase, word } from "../vocabulary/phrases.ts";
import { drawLabels } from "./plan-values.ts";
import { flatHeader, type PlannedColumn, type PlannedRow, type TablePlan } from "./table-plan.ts";

/** Cells of one kind, with column headings and row headings. */
interface Matrix {
  readonly corner: CellValue;
  readonly headings: readonly CellValue[];
  readonly labels: readonly CellValue[];
  cell(row: number, column: number): CellValue;
  readonly format?: PlannedColumn["format"];
  readonly labelsAreDates?: boolean;
}

/**
 * A matrix, sparse or full: marks, laboratory plates, correlations, attendance, timetables, plans by week,
 * distances.
 */
export function planMatrix(random: Random, domain: Domain, bodyRows: number, width: number): TablePlan {
  const values = Math.max(2, width - 1);
  const kind = weighted(random, [
    ["marks", 3],
    ["plate", 1],
    ["correlation", 1],
    ["attendance", 1.5],
    ["timetable", 1],
    ["weeks", 1],
    ["distances", 0.7],
  ]);
  const matrix = draw(random, domain, kind, Math.max(2, bodyRows), values);
  const rows: PlannedRow[] = matrix.labels.map((label, row) => ({
    kind: "data",
    values: [label, ...matrix.headings.map((_, column) => matrix.cell(row, column))],
  }));
  const columns: PlannedColumn[] = [
    { isRowHeader: true, format: matrix.labelsAreDates ? "date" : null, adds: false },
    ...matrix.headings.map(() => ({ isRowHeader: false, format: matrix.format ?? null, adds: false })),
  ];
  return { headers: [flatHeader([matrix.corner, ...matrix.headings])], columns, rows };
}

function draw(random: Random, domain: Domain, kind: string, count: number, width: number): Matrix {
  const { heading, labels, isDate } = drawLabels(random, domain, count);
  const corner = random.chance(0.5) ? heading : null;
  const filled = random.pick([0.15, 0.3, 0.5, 0.8]);
  switch (kind) {
    case "plate": {
      const isBlank = random.chance(0.3);
      return {
        corner: random.chance(0.7) ? null : "<>",
        headings: Array.from({ length: Math.min(width, 24) }, (_, at) => at + 1),
        labels: Array.from({ length: Math.min(count, 16) }, (_, at) => String.fromCharCode(65 + at)),
        cell: () => (isBlank && random.chance(0.4) ? null : rounded(random.uniform() * 3, 3)),
        format: random.chance(0.3) ? "fine" : null,
      };
    }
    case "correlation": {
      const names = Array.from({ length: Math.min(width, 16) }, () => word(random));
      const isHalf = random.chance(0.6);
      return {
        corner: null,
        headings: names,
        labels: names,
        cell: (row, column) => {
          if (row === column) return 1;
          return isHalf && column > row ? null : rounded(random.uniform() * 2 - 1, 2);
        },
        format: random.chance(0.4) ? "decimal" : null,
      };
    }
    case "distances": {
      const names = Array.from({ length: Math.min(width, 16) }, () => phrase(random, 1, 2));
      return {
        corner: null,
        headings: names,
        labels: names,
        cell: (row, column) => (row === column ? null : random.integer(5, 900)),
      };
    }
    case "attendance": {
      const people = Array.from({ length: width }, () => drawPerson(random));
      const marks = random.pick<readonly CellValue[]>([
        [true, false],
        ["P", "A"],
        ["x", null],
        [1, 0, null],
        ["✓", null],
      ]);
      const start = Date.UTC(random.integer(2015, 2025), random.integer(0, 11), 1);
      return {
        corner: random.chance(0.6) ? "Date" : null,
        headings: people,
        labels: Array.from({ length: count }, (_, day) => new Date(start + day * 86_400_000)),
        cell: () => random.pick(marks),
        labelsAreDates: true,
      };
    }
    case "timetable": {
      const isWeek = width <= 7;
      return {
        corner: random.chance(0.6) ? "Time" : null,
        headings: Array.from({ length: width }, (_, at) => (isWeek ? WEEKDAYS[at]! : at + 1)),
        labels: Array.from(
          { length: Math.min(count, 24) },
          (_, at) => `${String((7 + at) % 24).padStart(2, "0")}:00`,
        ),
        cell: () => (random.chance(filled) ? word(random) : null),
      };
    }
    case "weeks": {
      const prefix = random.pick(["W", "KW ", "Week ", ""]);
      const byMonth = width <= 12 && random.chance(0.5);
      return {
        corner: random.pick(["Task", "Activity", null]),
        headings: Array.from({ length: width }, (_, at) =>
          byMonth ? MONTHS[at]!.slice(0, 3) : `${prefix}${at + 1}`,
        ),
        labels: Array.from({ length: count }, () => phrase(random, 1, 5)),
        cell: (row, column) => {
          const from = (row * width) / count - 1;
          return column >= from && column <= from + 2 + width / 8 && random.chance(0.9) ? "x" : null;
        },
      };
    }
    default: {
      const mark = random.pick<CellValue>(["x", "X", "✓", "●", "yes", 1]);
      return {
        corner,
        headings: Array.from({ length: width }, () => phrase(random, 1, 2)),
        labels,
        cell: () => (random.chance(filled) ? mark : null),
        labelsAreDates: isDate,
      };
    }
  }
}
