/** Draws the headings and values of planned columns. */

import type { Random } from "../../base/random.ts";
import type { CellValue } from "../../excel/write/workbook-layout.ts";
import { rounded, sampleInOrder, weighted } from "../draw.ts";
import { MONTHS, PLACES, REMARKS } from "../vocabulary/common.ts";
import type { Attribute, Dimension, Domain, Measure } from "../vocabulary/domain.ts";
import { drawPerson } from "../vocabulary/phrases.ts";
import type { PlannedColumn } from "./table-plan.ts";

const MS_PER_DAY = 86_400_000;
/** How a column shows missing values: most leave the cell empty. */
const MISSING: readonly CellValue[] = [null, null, null, "-", "n/a", { error: "#N/A" }];

/** The farthest that values lie from the middle of their column, as a natural logarithm: a factor of 4.5. */
const SPREAD = 1.5;

/** A column of a table that is being planned. `draw` draws the value of a body row, counted from 0. */
export interface ColumnSource extends PlannedColumn {
  readonly heading: CellValue;
  readonly unit: string | null;
  draw(row: number): CellValue;
}

/** A column of numbers with a scale of its own, so that columns differ more than rows do. */
export function measureColumn(
  random: Random,
  measure: Measure,
  heading: ColumnSource["heading"] = measure.heading,
): ColumnSource {
  const { low, high, decimals, unit = null, adds } = measure;
  const reach = Math.exp(SPREAD);
  const isWide = low > 0 && high / low > reach * reach;
  const middle = isWide ? low * reach * (high / low / reach / reach) ** random.uniform() : 0;
  const missing = weighted(random, [
    [0, 14],
    [0.1, 2],
    [0.35, 1.5],
    [0.7, 0.5],
  ]);
  const notation = random.pick(MISSING);
  // Some measured and computed values keep all their digits.
  const isLong = decimals > 0 && random.chance(0.15);
  const draw = () => {
    if (random.chance(missing)) return notation;
    const bell = (2 * (random.uniform() + random.uniform() + random.uniform())) / 3 - 1; // -1 ... 1
    const value = isWide ? middle * Math.exp(SPREAD * bell) : low + random.uniform() * (high - low);
    return isLong ? value : rounded(value, decimals);
  };
  return { heading, unit, isRowHeader: false, format: formatOf(measure), adds, draw };
}

/** A column of values that are not quantities. */
export function attributeColumn(random: Random, attribute: Attribute): ColumnSource {
  const { heading } = attribute;
  const plain = { heading, unit: null, isRowHeader: false, format: null, adds: false };
  switch (attribute.kind) {
    case "code": {
      const start = random.integer(1, 9000);
      const step = random.integer(1, 7);
      return {
        ...plain,
        draw: (row) => `${attribute.prefix}${String(start + row * step).padStart(5, "0")}`,
      };
    }
    case "date":
      return { ...plain, ...dateColumn(random) };
    case "person":
      return { ...plain, draw: () => drawPerson(random) };
    case "place":
      return { ...plain, draw: () => random.pick(PLACES) };
    case "flag": {
      const words = random.pick<readonly CellValue[]>([
        ["yes", "no"],
        ["x", null],
        [true, false],
        ["Y", "N"],
      ]);
      return { ...plain, draw: () => random.pick(words) };
    }
    case "remark":
      return { ...plain, draw: () => (random.chance(0.6) ? null : random.pick(REMARKS)) };
    case "choice":
      return { ...plain, draw: () => random.pick(attribute.values) };
  }
}

/** Consecutive days, weeks, or dates in no order. */
function dateColumn(random: Random): Pick<ColumnSource, "format" | "draw"> {
  const start = Date.UTC(random.integer(2012, 2025), random.integer(0, 11), random.integer(1, 28));
  const step = random.pick([1, 1, 7, 0]);
  const day = (row: number) => (step > 0 ? row * step : random.integer(0, 360));
  return { format: "date", draw: (row) => new Date(start + day(row) * MS_PER_DAY) };
}

function formatOf({ kind, decimals }: Measure): PlannedColumn["format"] {
  if (kind === "percent") return kind;
  if (kind === "currency") return decimals === 0 ? "currency" : "cents";
  return decimals === 0 ? "integer" : decimals <= 2 ? "decimal" : "fine";
}

/** Labels for `count` rows: the values of a dimension, or persons, dates, numbers or periods. */
export function drawLabels(
  random: Random,
  domain: Domain,
  count: number,
): { heading: string; labels: CellValue[]; isDate: boolean } {
  const fitting = domain.dimensions.filter(({ values }) => values.length >= count);
  if (fitting.length > 0 && random.chance(0.75)) {
    const { heading, values } = random.pick(fitting);
    return { heading, labels: sampleInOrder(random, values, count), isDate: false };
  }
  const kind = weighted(random, [
    ["person", 3],
    ["date", 3],
    ["code", 2],
    ["number", 1],
    ["period", count <= 24 ? 3 : 0],
  ]);
  const rows = Array.from({ length: count }, (_, row) => row);
  switch (kind) {
    case "person":
      return { heading: "Name", labels: rows.map(() => drawPerson(random)), isDate: false };
    case "date": {
      const dates = dateColumn(random);
      return {
        heading: random.pick(["Date", "Day"]),
        labels: rows.map((row) => dates.draw(row)),
        isDate: true,
      };
    }
    case "code": {
      const { heading } = random.pick<Dimension>(domain.dimensions);
      return { heading, labels: rows.map((row) => `${heading} ${row + 1}`), isDate: false };
    }
    case "number":
      return { heading: "No.", labels: rows.map((row) => row + 1), isDate: false };
    default:
      return { heading: "Period", labels: drawPeriods(random, count), isDate: false };
  }
}

/** The labels as the column of row headers, one label per row. */
export function labelColumn({ heading, labels, isDate }: ReturnType<typeof drawLabels>): ColumnSource {
  return {
    heading,
    unit: null,
    isRowHeader: true,
    format: isDate ? "date" : null,
    adds: false,
    draw: (row) => labels[row]!,
  };
}

/** `count` consecutive periods: years, quarters, months or weeks. */
export function drawPeriods(random: Random, count: number): (string | number)[] {
  const year = random.integer(2005, 2024);
  const kind = weighted(random, [
    ["year", count <= 20 ? 4 : 1],
    ["quarter", count <= 16 ? 3 : 0],
    ["month", count <= 12 ? 4 : 1],
    ["week", 1],
  ]);
  const numbers = Array.from({ length: count }, (_, index) => index);
  const isText = random.chance(0.3);
  const isShort = random.chance(0.6);
  switch (kind) {
    case "year":
      return numbers.map((index) => (isText ? `FY ${year - count + index + 1}` : year - count + index + 1));
    case "quarter":
      return numbers.map((index) => {
        const quarter = `Q${(index % 4) + 1}`;
        return count > 4 ? `${quarter} ${year + Math.floor(index / 4)}` : quarter;
      });
    case "month":
      return numbers.map((index) => {
        const month = MONTHS[index % 12]!;
        const name = isShort ? month.slice(0, 3) : month;
        return count > 12 || isText ? `${name} ${year + Math.floor(index / 12)}` : name;
      });
    default:
      return numbers.map((index) => `Week ${index + 1}`);
  }
}
