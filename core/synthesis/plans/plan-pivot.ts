/** Plans pivot tables. */

import type { Random } from "../../base/random.ts";
import type { CellValue } from "../../excel/write/workbook-layout.ts";
import { rounded, sample, weighted } from "../draw.ts";
import type { Domain } from "../vocabulary/domain.ts";
import { drawPeriods } from "./plan-values.ts";
import {
  flatHeader,
  type HeaderCell,
  type PlannedRow,
  type PlannedValue,
  type TablePlan,
} from "./table-plan.ts";

/** The words that Excel writes into pivot tables, in some of its languages. */
const CAPTIONS = [
  { rows: "Row Labels", columns: "Column Labels", total: "Grand Total", blank: "(blank)" },
  { rows: "Row Labels", columns: "Column Labels", total: "Grand Total", blank: "(blank)" },
  {
    rows: "Zeilenbeschriftungen",
    columns: "Spaltenbeschriftungen",
    total: "Gesamtergebnis",
    blank: "(Leer)",
  },
  {
    rows: "Étiquettes de lignes",
    columns: "Étiquettes de colonnes",
    total: "Total général",
    blank: "(vide)",
  },
  { rows: "行ラベル", columns: "列ラベル", total: "総計", blank: "(空白)" },
  { rows: "Sorcímkék", columns: "Oszlopcímkék", total: "Végösszeg", blank: "(üres)" },
];

type Captions = (typeof CAPTIONS)[number];

/** A pivot table as Excel leaves it in the cells: compact, or with a column for each row field. */
export function planPivot(random: Random, domain: Domain, bodyRows: number, width: number): TablePlan {
  const captions = random.pick(CAPTIONS);
  const isTabular = width >= 4 && bodyRows >= 4 && random.chance(0.35);
  const fields = isTabular ? random.integer(2, Math.min(4, width - 1)) : 1;
  const valueCount = Math.max(1, width - fields);
  const hasColumnField = valueCount >= 2 && random.chance(0.6);
  const rowFields = sample(random, domain.dimensions, fields).map(({ heading }) => heading);
  while (rowFields.length < fields) rowFields.push(`Field${rowFields.length + 1}`);

  const hasTotals = random.chance(0.85);
  const data = drawData(random, valueCount, hasColumnField && hasTotals);
  const rows = isTabular
    ? staircase(random, domain, fields, bodyRows, data)
    : compact(random, domain, bodyRows, data, captions);
  if (hasTotals) rows.push({ kind: "total", values: [captions.total, ...nulls(fields - 1), ...data.row(1)] });

  const measure = random.pick(domain.measures).heading;
  const caption = `${random.pick(["Sum of ", "Sum of ", "Count of ", "Average of ", "Σ "])}${measure}`;
  const headers = hasColumnField
    ? columnFieldHeaders(random, domain, captions, caption, rowFields, valueCount, hasTotals)
    : [
        flatHeader([
          ...labelHeadings(isTabular, rowFields, captions),
          ...valueCaptions(domain, caption, valueCount),
        ]),
      ];
  if (!hasColumnField && isTabular && random.chance(0.4)) {
    headers.unshift([{ text: caption, column: 0, columns: 1, rows: 1 }]);
  } else if (!hasColumnField && valueCount >= 2 && random.chance(0.35)) {
    const upper: HeaderCell[] = [
      { text: random.pick(["Values", "Data"]), column: fields, columns: 1, rows: 1 },
    ];
    headers.unshift(upper);
  }
  const columns = Array.from({ length: fields + valueCount }, (_, at) => ({
    isRowHeader: at < fields,
    format: at >= fields && data.isFormatted ? ("decimal" as const) : null,
    adds: false,
  }));
  const plan: TablePlan = { headers, columns, rows, isRaw: random.chance(0.75) };
  const pivot = headers.length === 1 && fields === 1 ? pivotOf(plan, rowFields[0]!, captions) : null;
  return pivot ? { ...plan, pivot } : plan;
}

/** The pivot table of a plan with one row field; null where items repeat or are not texts. */
function pivotOf(
  { headers, rows }: TablePlan,
  rowField: string,
  captions: Captions,
): TablePlan["pivot"] | null {
  const hasTotal = rows.at(-1)!.kind === "total";
  const body = hasTotal ? rows.slice(0, -1) : rows;
  const items = body.map(({ values }) => values[0]).filter((item) => typeof item === "string");
  const isFlat = body.every(({ kind }) => kind === "data");
  const isDistinct = (texts: readonly string[]) =>
    new Set(texts.map((text) => text.toLowerCase())).size === texts.length;
  if (!isFlat || items.length < body.length || items.length === 0 || !isDistinct(items)) return null;
  const texts = headers[0]!.slice(1).map(({ text }) => String(text));
  const values = texts.map((caption, at) => ({
    caption,
    field: `${caption.replace(/^(Sum|Count|Average) of |^Σ /, "")} ${at + 1}`,
    amounts: body.map((row) => {
      const amount = row.values[at + 1];
      return typeof amount === "number" ? amount : null;
    }),
  }));
  if (!isDistinct([rowField, ...texts, ...values.map(({ field }) => field)])) return null;
  return {
    rowField,
    rowCaption: captions.rows,
    totalCaption: hasTotal ? captions.total : null,
    items,
    values,
  };
}

/**
 * Draws what the values of all rows have in common. `row` draws a row: its last value is the sum if there
 * are totals.
 */
function drawData(random: Random, count: number, hasTotalColumn: boolean) {
  const missing = random.pick([0, 0, 0, 0.2, 0.5]);
  const decimals = random.pick([0, 0, 2, 6]);
  const middle = 10 ** random.integer(0, 6);
  const row = (share: number): PlannedValue[] => {
    const values: (number | null)[] = [];
    let sum = 0;
    for (let at = 0; at < count; at++) {
      if (hasTotalColumn && at === count - 1) values.push(rounded(sum, decimals));
      else if (at > 0 && random.chance(share < 1 ? missing : missing / 3)) values.push(null);
      else {
        const value = rounded(middle * (0.2 + random.uniform()), decimals);
        sum += value;
        values.push(value);
      }
    }
    return values;
  };
  return { row, isFormatted: random.chance(0.2) };
}

type Data = ReturnType<typeof drawData>;

/** The labels of all fields in one column, with inner ones below the outer ones. */
function compact(
  random: Random,
  domain: Domain,
  count: number,
  data: Data,
  captions: Captions,
): PlannedRow[] {
  const outer = labels(random, domain, count);
  const isNested = count >= 4 && random.chance(0.4);
  const indent = random.chance(0.6) ? 1 : 0;
  const hasValues = random.chance(0.8);
  let inner = 0;
  return Array.from({ length: count }, (_, at): PlannedRow => {
    if (at === count - 1 && random.chance(0.1))
      return { kind: "data", values: [captions.blank, ...data.row(0.5)] };
    if (!isNested) return { kind: "data", values: [outer[at]!, ...data.row(0.5)] };
    const isOuter = inner === 0;
    inner = isOuter ? random.integer(1, 5) : inner - 1;
    const values = data.row(0.5);
    if (isOuter)
      return { kind: "section", values: [outer[at]!, ...(hasValues ? values : nulls(values.length))] };
    return { kind: "data", indent, values: [outer[(at * 7) % count]!, ...values] };
  });
}

/** A column for each field. A label stands where its group begins, and a subtotal may close the group. */
function staircase(random: Random, domain: Domain, fields: number, count: number, data: Data): PlannedRow[] {
  const names = labels(random, domain, count * fields);
  const repeats = random.chance(0.15);
  const isStepped = random.chance(0.3); // each label has a row of its own
  const hasSubtotals = random.chance(0.6);
  const isSpaced = random.chance(0.15); // an empty row after every group
  const rows: PlannedRow[] = [];
  let name = 0;
  let current: CellValue[] = [];
  while (rows.length < count) {
    const level =
      rows.length === 0
        ? 0
        : weighted(random, [
            [0, 1],
            [Math.min(1, fields - 1), 1.5],
            [fields - 1, 4],
          ]);
    if (hasSubtotals && rows.length > 2 && level < fields - 1) {
      const label = `${current[level]} Total`;
      rows.push({
        kind: "subtotal",
        values: [...nulls(level), label, ...nulls(fields - level - 1), ...data.row(1)],
      });
    }
    if (isSpaced && rows.length > 1 && level < fields - 1) rows.push({ kind: "blank", values: [] });
    current = current.slice(0, level);
    for (let field = level; field < fields; field++) current.push(names[name++ % names.length]!);
    if (isStepped) {
      for (let field = level; field < fields; field++) {
        rows.push({
          kind: "data",
          values: [...nulls(field), current[field]!, ...nulls(fields - field - 1), ...data.row(1)],
        });
      }
    } else {
      const shown = current.map((label, field) => (field >= level || repeats ? label : null));
      rows.push({ kind: "data", values: [...shown, ...data.row(0.5)] });
    }
  }
  return rows;
}

function labels(random: Random, domain: Domain, count: number): CellValue[] {
  const kind = random.pick(["values", "values", "values", "periods", "numbers"]);
  if (kind === "periods" && count <= 60) return drawPeriods(random, count);
  if (kind === "numbers") return Array.from({ length: count }, (_, at) => at + 1);
  const { heading, values } = random.pick(domain.dimensions);
  const all = random.shuffled(values);
  return Array.from({ length: count }, (_, at) => all[at] ?? `${heading} ${at + 1}`);
}

function labelHeadings(isTabular: boolean, fields: readonly string[], captions: Captions): string[] {
  return isTabular ? [...fields] : [captions.rows];
}

function valueCaptions(domain: Domain, caption: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) =>
    at === 0
      ? caption
      : `Sum of ${domain.measures[at % domain.measures.length]!.heading}${at >= domain.measures.length ? at : ""}`,
  );
}

/** Two rows: the name of the values and the column field, and the labels below. */
function columnFieldHeaders(
  random: Random,
  domain: Domain,
  captions: Captions,
  caption: string,
  fields: readonly string[],
  valueCount: number,
  hasTotals: boolean,
): HeaderCell[][] {
  const cell = (text: CellValue, column: number): HeaderCell => ({ text, column, columns: 1, rows: 1 });
  const first = fields.length;
  const isCompact = first === 1;
  const upper = [
    cell(caption, 0),
    cell(isCompact ? captions.columns : random.pick(domain.dimensions).heading, first),
  ];
  const headings = labels(random, domain, valueCount);
  if (hasTotals) headings[valueCount - 1] = captions.total;
  const lower = [...labelHeadings(!isCompact, fields, captions), ...headings].map(cell);
  return [upper, lower];
}

function nulls(count: number): null[] {
  return new Array<null>(Math.max(0, count)).fill(null);
}

/** The page filters above a pivot table: the field and the choice of each. */
export function drawPageFilters(random: Random, domain: Domain): [label: string, choice: string][] {
  const choice = random.pick(["(All)", "(Multiple Items)", "(Alle)", "(すべて)"]);
  return sample(random, domain.dimensions, random.integer(1, 3)).map(({ heading }) => [heading, choice]);
}
