import type { Random } from "../../base/random.ts";
import type { CellValue } from "../../excel/write/workbook-layout.ts";
import { rounded, weighted } from "../draw.ts";
import { phrase } from "../vocabulary/phrases.ts";
import { drawPeriods } from "./plan-values.ts";
import type { HeaderCell, PlannedColumn, PlannedRow, PlannedValue, TablePlan } from "./table-plan.ts";

/**
 * A table as offices print it: headings spread over several rows, sections with their lines, empty rows and columns as
 * space, totals in front of what they add up, notes in a column of their own.
 */
export function planBulletin(random: Random, bodyRows: number, width: number): TablePlan {
  const labelColumns = weighted(random, [
    [1, 7],
    [2, width >= 5 ? 2 : 0],
    [3, width >= 6 ? 1 : 0],
  ]);
  const values = Math.max(2, width - labelColumns);
  // Empty columns that separate: behind the labels, or before the last columns.
  const spacers = new Set<number>();
  if (random.chance(0.15)) spacers.add(0);
  if (spacers.has(0) && values >= 5 && random.chance(0.5)) spacers.add(1);
  const every = random.integer(2, 4);
  if (values >= 6 && random.chance(0.2))
    for (let at = every; at < values - 1; at += every + 1) spacers.add(at);
  if (values >= 4 && random.chance(0.25)) spacers.add(values - random.integer(2, 3));
  const hasNotes = random.chance(0.2);
  const isSpacer = (at: number) => spacers.has(at);
  const rows = drawRows(random, bodyRows, labelColumns, values, isSpacer, hasNotes);
  const column = (at: number): PlannedColumn => ({
    isRowHeader: at < labelColumns,
    format: at < labelColumns ? null : "decimal",
    adds: false,
  });
  return {
    headers: drawHeaders(random, labelColumns, values, isSpacer),
    columns: Array.from({ length: labelColumns + values }, (_, at) => column(at)),
    rows,
  };
}

function drawRows(
  random: Random,
  count: number,
  labelColumns: number,
  values: number,
  isSpacer: (at: number) => boolean,
  hasNotes: boolean,
): PlannedRow[] {
  const middle = 10 ** random.integer(0, 5);
  const decimals = random.pick([0, 1, 1, 2, 10]);
  const symbol = random.pick<CellValue>([null, null, "-", "..", "N/A", ":", "[x]"]);
  const missing = random.pick([0, 0.05, 0.2]);
  const value = (at: number): PlannedValue => {
    if (isSpacer(at)) return null;
    if (hasNotes && at === values - 1)
      return random.chance(0.5) ? random.pick(["A", "B", "1,2", "r", "p"]) : null;
    return random.chance(missing) ? symbol : rounded(middle * (0.1 + random.uniform()), decimals);
  };
  const line = (level: number, label: CellValue, isFilled: boolean): PlannedValue[] => [
    ...Array.from({ length: labelColumns }, (_, at) => (at === level ? label : null)),
    ...Array.from({ length: values }, (_, at) => (isFilled ? value(at) : null)),
  ];
  const everyRowApart = random.chance(0.07);
  const separates = random.chance(0.6);
  const headingsHaveValues = random.chance(0.35);
  const wraps = random.chance(0.12);
  const totalsFirst = random.chance(0.3);
  const rows: PlannedRow[] = [];
  if (totalsFirst)
    rows.push({ kind: "total", values: line(0, random.pick(["Total", "All", "All households"]), true) });
  const section = random.integer(2, 9);
  const isRuled = random.chance(0.35);
  const blank: PlannedRow = { kind: "blank", values: [] };
  while (rows.length < count) {
    if (separates && rows.length > 0) rows.push(blank);
    // A heading over the values of what follows, between lines.
    if (isRuled && random.chance(0.25)) {
      if (rows.length > 0) rows.push({ ...rows.pop()!, isRuled });
      const first = Array.from({ length: values }, (_, at) => at).find((at) => !isSpacer(at))!;
      const heading = [...line(0, phrase(random, 1, 5), false)];
      heading[labelColumns + first] = phrase(random, 2, 7);
      rows.push({ kind: "section", values: heading }, { ...blank, isRuled }, blank);
    }
    if (random.chance(0.85))
      rows.push({ kind: "section", values: line(0, phrase(random, 1, 6), headingsHaveValues) });
    for (let item = random.integer(1, section); item > 0; item--) {
      const level = labelColumns > 1 && random.chance(0.75) ? random.integer(1, labelColumns - 1) : 0;
      if (wraps && random.chance(0.3))
        rows.push({ kind: "data", values: line(level, phrase(random, 4, 8), false) });
      rows.push({
        kind: "data",
        values: line(level, phrase(random, 1, 7), true),
        indent: level === 0 ? random.integer(0, 1) : 0,
      });
      if (everyRowApart && item > 1) rows.push(blank);
    }
    if (random.chance(0.3))
      rows.push({ kind: "subtotal", values: line(0, `Total ${phrase(random, 1, 2)}`, true) });
  }
  if (random.chance(0.4)) {
    if (random.chance(0.5)) rows.push({ ...blank, isRuled });
    rows.push({
      kind: "total",
      values: line(0, random.pick(["Total", "All groups", "United Kingdom", "Weighted base"]), true),
    });
  }
  return rows;
}

/** One to four rows; a heading's words stand below one another, from the first row down or down to the last. */
function drawHeaders(
  random: Random,
  labelColumns: number,
  values: number,
  isSpacer: (at: number) => boolean,
): HeaderCell[][] {
  const depth = random.integer(1, 4);
  const levels: HeaderCell[][] = Array.from({ length: depth }, () => []);
  const fromTop = random.chance(0.4);
  const hasCorner = random.chance(0.35);
  const periods = random.chance(0.35) ? drawPeriods(random, values) : null;
  const put = (column: number, texts: readonly CellValue[]) => {
    const shown = texts.slice(0, depth);
    const first = fromTop ? 0 : depth - shown.length;
    for (const [at, text] of shown.entries()) levels[first + at]!.push({ text, column, columns: 1, rows: 1 });
  };
  if (hasCorner) put(0, [phrase(random, 1, 3)]);
  for (let at = 0; at < values; at++) {
    if (isSpacer(at)) continue;
    const texts = periods
      ? [periods[at]!]
      : Array.from({ length: random.integer(1, depth) }, () => phrase(random, 1, 2));
    put(labelColumns + at, texts);
  }
  // Rows that no heading needs are none of the header: its first row is the table's edge.
  const used = levels.filter((cells) => cells.length > 0);
  if (random.chance(0.2)) {
    const across = random.chance(0.5) ? values : Math.max(2, Math.floor(values / 2));
    used.unshift([{ text: phrase(random, 1, 5), column: labelColumns, columns: across, rows: 1 }]);
  }
  if (random.chance(0.2)) used.push([]);
  return used;
}
