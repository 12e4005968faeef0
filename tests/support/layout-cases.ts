/** Layouts that people really use and that detectors fail on, with the ranges that are right. */

import { type Random, randomStream } from "../../core/base/random.ts";
import type { CellLayout, CellStyle, CellValue } from "../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";

/** A file with one sheet. */
export interface LayoutCase {
  readonly name: string;
  /** The file's ending, with its dot. */
  readonly ending: ".xlsx" | ".csv";
  readonly bytes: Uint8Array;
  /** Each is a right answer: the ranges of the sheet's tables, from top to bottom. */
  readonly right: readonly (readonly string[])[];
}

/** The same bytes each time. */
export function layoutCases(): readonly LayoutCase[] {
  return [
    raggedList(100, 40, 2),
    raggedList(500, 200, 20),
    sparseCodeList(),
    bulletin(),
    spacerColumn(),
    farLabels(),
    criteria(),
  ];
}

/** A list of which some rows have two values more, where a text had a separator in it. */
function raggedList(rows: number, firstLong: number, long: number): LayoutCase {
  const lines: CellValue[][] = [["Number", "Customer", "Place", "Sum"]];
  for (let at = 0; at < rows; at++) {
    const isLong = at >= firstLong && at < firstLong + long;
    lines.push([at, `Customer ${at}`, `Place ${at % 20}`, 4 * at, ...(isLong ? ["moved", 7] : [])]);
  }
  const end = rows + 1;
  return workbook(`a list of ${rows} rows, of which ${long} are longer`, lines, [
    [`A1:F${end}`],
    [`A1:D${end}`],
  ]);
}

/** Codes and names, most without a number; some numbers without a code; a last column with a few values. */
function sparseCodeList(): LayoutCase {
  const random = randomStream(1, "sparse code list");
  const lines = ["Code,Name,Number,"];
  for (let at = 0; at < 2237; at++) {
    const [code, number] = [`B${String(at).padStart(5, "0")}`, 500_000_000 + 11 * at];
    const kind = random.uniform();
    if (at >= 334 && at < 346) lines.push(`,,,0${number}`);
    else if (kind < 0.73) lines.push(`${code},"Measure ${at}, general support of schools",,`);
    else if (kind < 0.85) lines.push(`${code},Grant ${at},${number},`);
    else lines.push(`,,${number},`);
  }
  const bytes = Buffer.from(lines.map((line) => `${line}\r\n`).join(""));
  return { name: "a code list with many gaps", ending: ".csv", bytes, right: [["A1:D2238"]] };
}

/** Four header rows, one of them blank, months of five years, a line of totals after a heading, and notes. */
function bulletin(): LayoutCase {
  const random = randomStream(1, "bulletin");
  const lines: CellValue[][] = [
    [4, "Visits by purpose, museums and parks"],
    [null, null, null, null, null, null, null, null, "thousands"],
    [null, null, "All visits", null, "Purpose of the visit"],
    [null, null, null, null, "Holiday", "Lesson", "Friends", "Event", "Unknown"],
    [],
    [null, null, "NSA", "SA", "NSA", "NSA", "NSA", "NSA", "NSA"],
  ];
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  for (let month = 0; month < 60; month++) {
    const year = month % 12 === 0 ? 2015 + month / 12 : null;
    lines.push([year, months[month % 12]!, ...numbers(random, 7, 100, 4000, 10)]);
  }
  lines.push(
    ["% change on the year before"],
    [],
    ["Last 12 months", null, ...numbers(random, 7, 5000, 30000, 1)],
  );
  lines.push(
    [],
    [],
    ["No adjustment was made for some purposes."],
    ["Figures are provisional."],
    ["1 See below."],
  );
  return workbook("a bulletin with four header rows", lines, [["A3:I69"]], { B1: BOLD });
}

/** A list under a title, whose first column is followed by an empty one. */
function spacerColumn(): LayoutCase {
  const tasks = Array.from({ length: 6 }, (_, at) => {
    return [`Draft ${at}`, null, "Eve", at % 2 === 0 ? "New" : "Ready"];
  });
  const lines = [["STATUS"], [], ["Work", null, "Person", "State"], ...tasks];
  return workbook("a list with a spacer column", lines, [["A3:D9"]]);
}

/** Two tables below each other. The labels of the second are four columns away from its values. */
function farLabels(): LayoutCase {
  const random = randomStream(1, "far labels");
  const letters = [..."ABCDEFGHIJKLMN"];
  const lines: CellValue[][] = [
    ["SHARE HOLDERS"],
    ["As of March 31"],
    [],
    ["CLASS", null, ...letters.slice(0, 9).map((letter) => `'${letter}'`)],
    [null, null, ...Array.from({ length: 9 }, () => "sold, units")],
    ...letters.map((letter) => [`Class ${letter}`, letter, ...numbers(random, 9, 5000, 900_000, 1)]),
    ["SUM OF ALL", null, ...numbers(random, 9, 10_000_000, 100_000_000, 1)],
    [],
    [],
    [],
    [
      "SHARES IN PERCENT",
      null,
      null,
      null,
      null,
      null,
      "All classes",
      "Class B",
      "Class D",
      "Class G",
      "Class K",
    ],
    ...[
      "Units sold that are held by private persons, part of all units",
      "Units taken back of those sold",
      "Units left of those sold",
      "Private units sold before the law was changed",
      "Private units taken back",
      "Private units left",
      "Day of sale known",
      "Day of sale not known",
      "Owner known",
      "Owner not known",
      "Known in both respects",
      "Known in neither respect",
      "What is left",
    ].map((label) => [label, null, null, null, null, null, ...numbers(random, 5, 0, 1, 10_000)]),
  ];
  const styles: Record<string, CellStyle> = { A20: BOLD };
  for (let row = 25; row <= 37; row++) for (const column of "GHIJK") styles[`${column}${row}`] = PERCENT;
  return workbook("labels far from their values", lines, [["A4:K20", "A24:K37"]], styles);
}

/** Criteria of a filter, and settings below them: no table. */
function criteria(): LayoutCase {
  const lines = [
    [],
    [],
    ["Kind of entry", null, null, "Present", "Period"],
    ["Bought", "Sold", "Open", "2015-09-30", 201509],
    [],
    [],
    ["Public", "no"],
    ["Output", "summary.xlsx"],
    ["For", "board"],
    ["Title", "September"],
  ];
  return workbook("criteria and settings", lines, [[]]);
}

const BOLD: CellStyle = { font: { bold: true } };
const PERCENT: CellStyle = { numberFormat: "0.0%" };

/** Numbers in a range, rounded to a part of 1 / `parts`. */
function numbers(random: Random, count: number, least: number, most: number, parts: number): number[] {
  return Array.from({ length: count }, () => random.integer(least * parts, most * parts) / parts);
}

/** @param styles By address. */
function workbook(
  name: string,
  lines: readonly (readonly CellValue[])[],
  right: LayoutCase["right"],
  styles: Readonly<Record<string, CellStyle>> = {},
): LayoutCase {
  const cells = lines.flatMap((line, row) =>
    line.flatMap((value, column): CellLayout[] => {
      if (value === null) return [];
      const style = styles[`${String.fromCharCode(65 + column)}${row + 1}`];
      return [{ row: row + 1, column: column + 1, value, ...(style === undefined ? {} : { style }) }];
    }),
  );
  const bytes = encodeWorkbook({ sheets: [{ name: "Sheet1", cells }] });
  return { name, ending: ".xlsx", bytes, right };
}
