/** Plans tables as offices print them. */

import type { Random } from "../../base/random.ts";
import type { CellValue } from "../../excel/write/workbook-layout.ts";
import { rounded, weighted } from "../draw.ts";
import { phrase } from "../vocabulary/phrases.ts";
import { drawPeriods } from "./plan-values.ts";
import type { HeaderCell, PlannedRow, PlannedValue, TablePlan } from "./table-plan.ts";

/** The columns of a bulletin. */
interface BulletinColumns {
  /** The number of columns of labels, before those of values. */
  readonly labels: number;
  /** The number of columns of values, with the empty ones. */
  readonly values: number;
  /** Whether a column of values, counted from 0, is left empty as space. */
  isSpacer(at: number): boolean;
}

/** How the body of a bulletin is written. */
interface Body {
  readonly random: Random;
  readonly columns: BulletinColumns;
  /** The rows so far. */
  readonly rows: PlannedRow[];
  /** The values of a row: a label in the column of its level, then numbers or nothing. */
  line(level: number, label: CellValue, isFilled: boolean): PlannedValue[];
}

/** What the sections of a bulletin have in common. */
interface SectionHabits {
  readonly everyRowApart: boolean;
  readonly separates: boolean;
  readonly headingsHaveValues: boolean;
  readonly wraps: boolean;
  /** The most lines of a section. */
  readonly longest: number;
  readonly isRuled: boolean;
}

const BLANK: PlannedRow = { kind: "blank", values: [] };

/**
 * A table as offices print it: headings spread over several rows, sections with their lines, empty rows and
 * columns as space, totals above what they add up, notes in a column of their own.
 */
export function planBulletin(random: Random, bodyRows: number, width: number): TablePlan {
  const labels = weighted(random, [
    [1, 7],
    [2, width >= 5 ? 2 : 0],
    [3, width >= 6 ? 1 : 0],
  ]);
  const values = Math.max(2, width - labels);
  const spacers = drawSpacers(random, values);
  const columns: BulletinColumns = { labels, values, isSpacer: (at) => spacers.has(at) };
  const hasNotes = random.chance(0.2);
  const rows = drawRows(random, bodyRows, columns, hasNotes);
  return {
    headers: drawHeaders(random, columns),
    columns: Array.from({ length: labels + values }, (_, at) => ({
      isRowHeader: at < labels,
      format: at < labels ? null : "decimal",
      adds: false,
    })),
    rows,
  };
}

/** The columns of values that stay empty: behind the labels, every few columns, or before the last ones. */
function drawSpacers(random: Random, values: number): Set<number> {
  const spacers = new Set<number>();
  if (random.chance(0.15)) spacers.add(0);
  if (spacers.has(0) && values >= 5 && random.chance(0.5)) spacers.add(1);
  const every = random.integer(2, 4);
  if (values >= 6 && random.chance(0.2))
    for (let at = every; at < values - 1; at += every + 1) spacers.add(at);
  if (values >= 4 && random.chance(0.25)) spacers.add(values - random.integer(2, 3));
  return spacers;
}

function drawRows(
  random: Random,
  count: number,
  columns: BulletinColumns,
  hasNotes: boolean,
): readonly PlannedRow[] {
  const rows: PlannedRow[] = [];
  const body: Body = { random, columns, rows, line: drawLineWriter(random, columns, hasNotes) };
  const everyRowApart = random.chance(0.07);
  const separates = random.chance(0.6);
  const headingsHaveValues = random.chance(0.35);
  const wraps = random.chance(0.12);
  if (random.chance(0.3)) addTotal(body, ["Total", "All", "All households"]);
  const longest = random.integer(2, 9);
  const isRuled = random.chance(0.35);
  const habits = { everyRowApart, separates, headingsHaveValues, wraps, longest, isRuled };
  while (rows.length < count) addSection(body, habits);
  if (random.chance(0.4)) {
    if (random.chance(0.5)) rows.push({ ...BLANK, isRuled });
    addTotal(body, ["Total", "All groups", "United Kingdom", "Weighted base"]);
  }
  return rows;
}

/** Draws the scale and the missing values of a bulletin once, for all its rows. */
function drawLineWriter(
  random: Random,
  { labels, values, isSpacer }: BulletinColumns,
  hasNotes: boolean,
): Body["line"] {
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
  return (level, label, isFilled) => [
    ...Array.from({ length: labels }, (_, at) => (at === level ? label : null)),
    ...Array.from({ length: values }, (_, at) => (isFilled ? value(at) : null)),
  ];
}

function addTotal({ random, rows, line }: Body, names: readonly string[]): void {
  rows.push({ kind: "total", values: line(0, random.pick(names), true) });
}

/** A section: space above it, its heading, its lines, sometimes a subtotal. */
function addSection(body: Body, habits: SectionHabits): void {
  const { random, rows, line } = body;
  if (habits.separates && rows.length > 0) rows.push(BLANK);
  if (habits.isRuled && random.chance(0.25)) addRuledHeading(body);
  if (random.chance(0.85))
    rows.push({ kind: "section", values: line(0, phrase(random, 1, 6), habits.headingsHaveValues) });
  for (let left = random.integer(1, habits.longest); left > 0; left--) {
    addItem(body, habits.wraps);
    if (habits.everyRowApart && left > 1) rows.push(BLANK);
  }
  if (random.chance(0.3))
    rows.push({ kind: "subtotal", values: line(0, `Total ${phrase(random, 1, 2)}`, true) });
}

/** A heading over the values of what follows, between ruled lines. */
function addRuledHeading({ random, columns, rows, line }: Body): void {
  const isRuled = true;
  if (rows.length > 0) rows.push({ ...rows.pop()!, isRuled });
  const first = Array.from({ length: columns.values }, (_, at) => at).find((at) => !columns.isSpacer(at))!;
  const heading = [...line(0, phrase(random, 1, 5), false)];
  heading[columns.labels + first] = phrase(random, 2, 7);
  rows.push({ kind: "section", values: heading }, { ...BLANK, isRuled }, BLANK);
}

/** A line of a section; a long label may take a row of its own above the values. */
function addItem({ random, columns, rows, line }: Body, wraps: boolean): void {
  const level = columns.labels > 1 && random.chance(0.75) ? random.integer(1, columns.labels - 1) : 0;
  if (wraps && random.chance(0.3))
    rows.push({ kind: "data", values: line(level, phrase(random, 4, 8), false) });
  rows.push({
    kind: "data",
    values: line(level, phrase(random, 1, 7), true),
    indent: level === 0 ? random.integer(0, 1) : 0,
  });
}

/**
 * One to four rows. The words of a heading stand below one another and begin at the first row or end at the
 * last.
 */
function drawHeaders(random: Random, { labels, values, isSpacer }: BulletinColumns): HeaderCell[][] {
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
    put(labels + at, texts);
  }
  // A row without headings cannot be the first of the header, as that row is the edge of the table.
  const used = levels.filter((cells) => cells.length > 0);
  if (random.chance(0.2)) {
    const across = random.chance(0.5) ? values : Math.max(2, Math.floor(values / 2));
    used.unshift([{ text: phrase(random, 1, 5), column: labels, columns: across, rows: 1 }]);
  }
  if (random.chance(0.2)) used.push([]);
  return used;
}
