/** The workbook of the README's first command: a budget of two sheets, made up, with three tables. */

import type {
  CellLayout,
  CellStyle,
  CellValue,
  SheetLayout,
} from "../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";

const TITLE: CellStyle = { font: { size: 16, bold: true } };
const NOTE: CellStyle = { font: { italic: true, color: { rgb: "FF595959" } } };
const HEADER: CellStyle = {
  font: { bold: true, color: { rgb: "FFFFFFFF" } },
  fill: { pattern: "solid", foreground: { rgb: "FF1F4E79" } },
  border: { bottom: "medium" },
};
const NUMBER_HEADER: CellStyle = { ...HEADER, alignment: { horizontal: "right" } };
const MONEY: CellStyle = { numberFormat: "#,##0" };
const TOTAL_STYLE = { font: { bold: true }, border: { top: "thin" } } satisfies CellStyle;
const TOTAL: CellStyle = TOTAL_STYLE;
const TOTAL_MONEY: CellStyle = { ...TOTAL_STYLE, numberFormat: "#,##0" };
const PERCENT: CellStyle = { numberFormat: "0.0%" };

const QUARTERS = ["Q1", "Q2", "Q3", "Q4"];
const COSTS: readonly (readonly [string, ...number[]])[] = [
  ["Salaries", 182_400, 182_400, 187_900, 191_300],
  ["Rent", 36_000, 36_000, 36_000, 36_000],
  ["Equipment", 14_250, 6_800, 9_120, 21_700],
  ["Travel", 7_940, 11_360, 5_210, 12_480],
  ["Training", 3_200, 4_750, 2_900, 6_100],
  ["Insurance", 5_150, 5_150, 5_150, 5_150],
];
const INCOME: readonly (readonly [string, number, number])[] = [
  ["Licences", 512_000, 548_300],
  ["Support", 268_500, 281_900],
  ["Workshops", 94_000, 88_750],
  ["Grants", 120_000, 120_000],
];
const STAFF: readonly (readonly [string, string, Date, number])[] = [
  ["Adeyemi", "Engineering", new Date(Date.UTC(2019, 2, 1)), 1],
  ["Brandt", "Engineering", new Date(Date.UTC(2021, 8, 15)), 0.8],
  ["Costa", "Sales", new Date(Date.UTC(2020, 0, 1)), 1],
  ["Dimitrov", "Support", new Date(Date.UTC(2022, 5, 1)), 0.5],
  ["Eriksen", "Support", new Date(Date.UTC(2018, 10, 1)), 1],
  ["Fontaine", "Administration", new Date(Date.UTC(2023, 3, 1)), 0.6],
];

/** The bytes of the workbook, the same every time. */
export function sampleWorkbook(): Uint8Array {
  return encodeWorkbook({ sheets: [budgetSheet(), staffSheet()] });
}

/** Costs by quarter in B4:G11, income by year in B15:E20, with a title, a note and a source around them. */
function budgetSheet(): SheetLayout {
  const cells: CellLayout[] = [];
  const put = (row: number, column: number, value: CellValue, style?: CellStyle): void => {
    cells.push({ row, column, value, ...(style && { style }) });
  };
  const putHeaders = (row: number, [first, ...others]: readonly string[]): void => {
    put(row, 2, first!, HEADER);
    for (const [i, text] of others.entries()) put(row, 3 + i, text, NUMBER_HEADER);
  };
  put(1, 2, "Budget 2026", TITLE);
  put(2, 2, "All amounts in euros. Draft of 12 November, not approved.", NOTE);
  putHeaders(4, ["Costs", ...QUARTERS, "Year"]);
  COSTS.forEach(([name, ...amounts], i) => {
    const row = 5 + i;
    put(row, 2, name);
    for (const [quarter, amount] of amounts.entries()) put(row, 3 + quarter, amount, MONEY);
    put(row, 7, { formula: `SUM(C${row}:F${row})`, cached: sum(amounts) }, MONEY);
  });
  put(11, 2, "Total", TOTAL);
  const quarterly = QUARTERS.map((_, quarter) => sum(COSTS.map((cost) => cost[1 + quarter] as number)));
  [...quarterly, sum(quarterly)].forEach((amount, i) => {
    const letter = "CDEFG"[i]!;
    put(11, 3 + i, { formula: `SUM(${letter}5:${letter}10)`, cached: amount }, TOTAL_MONEY);
  });
  putHeaders(15, ["Income", "2025", "2026", "Change"]);
  INCOME.forEach(([name, before, now], i) => {
    const row = 16 + i;
    put(row, 2, name);
    put(row, 3, before, MONEY);
    put(row, 4, now, MONEY);
    put(row, 5, { formula: `D${row}/C${row}-1`, cached: now / before - 1 }, PERCENT);
  });
  const before = sum(INCOME.map((each) => each[1]));
  const now = sum(INCOME.map((each) => each[2]));
  put(20, 2, "Total", TOTAL);
  put(20, 3, { formula: "SUM(C16:C19)", cached: before }, TOTAL_MONEY);
  put(20, 4, { formula: "SUM(D16:D19)", cached: now }, TOTAL_MONEY);
  put(20, 5, { formula: "D20/C20-1", cached: now / before - 1 }, { ...PERCENT, ...TOTAL_STYLE });
  put(22, 2, "Source: accounts of the finance department", NOTE);
  return {
    name: "Budget",
    cells,
    columnWidths: new Map([
      [1, 2],
      [2, 13],
      ...[3, 4, 5, 6, 7].map((column): [number, number] => [column, 9.5]),
    ]),
  };
}

/** A list of people in A1:D7, alone on its sheet. */
function staffSheet(): SheetLayout {
  const header = ["Name", "Department", "Since", "Share"].map((value, i) => ({
    row: 1,
    column: 1 + i,
    value,
    style: HEADER,
  }));
  const people = STAFF.flatMap((person, i) =>
    person.map((value, column) => ({
      row: 2 + i,
      column: 1 + column,
      value,
      ...(column === 3 && { style: { numberFormat: "0%" } }),
    })),
  );
  return {
    name: "Staff",
    cells: [...header, ...people],
    columnWidths: new Map([
      [2, 16],
      [3, 12],
    ]),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
