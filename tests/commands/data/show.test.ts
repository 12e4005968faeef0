/** Tests the command that prints a sheet's cells and channels. */

import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cellTable, clippedText, fittingColumns } from "../../../core/commands/data/cell-table.ts";
import { CHANNEL_VIEWS } from "../../../core/commands/data/channel-views.ts";
import type { SheetLayout } from "../../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../../core/excel/write/write-workbook.ts";
import { CHANNEL_COUNT, CHANNELS } from "../../../core/features/grid.ts";
import { workbookParts, zip } from "../../excel/build-package.ts";
import { filledSheet } from "../../support/dataset-folder.ts";
import { sharedFolder } from "../../support/temporary-folder.ts";
import { runData } from "./run-data.ts";

const folder = sharedFolder("show").path;

const header = {
  font: { bold: true },
  fill: { pattern: "solid", foreground: { rgb: "00C6E0B4" } },
  border: { bottom: "thin" },
} as const;
const SHEETS: SheetLayout[] = [
  { name: "Cover", cells: [] },
  {
    name: "Sales",
    cells: [
      { row: 1, column: 1, value: "Figures of all regions" },
      { row: 3, column: 1, value: "Item", style: header },
      { row: 3, column: 2, value: "Price", style: header },
      { row: 4, column: 1, value: "a\nb" },
      { row: 4, column: 2, value: 12.5 },
      { row: 5, column: 1, value: "c 1" },
      { row: 5, column: 2, value: 7 },
    ],
    merges: [{ top: 1, left: 1, bottom: 1, right: 2 }],
    excelTables: [
      { name: "Prices", range: { top: 3, left: 1, bottom: 5, right: 2 }, columns: ["Item", "Price"] },
    ],
  },
  { ...filledSheet("Long", 40, 60), hidden: true },
];
writeFileSync(join(folder, "book.xlsx"), encodeWorkbook({ sheets: SHEETS }));

test("bun run data show prints a line per sheet and the cells of the first sheet that holds something", async () => {
  const { code, stdout, stderr } = await runData(folder, "show", "book.xlsx");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout.split("\n")).toEqual([
    '"Cover": empty',
    `"Sales": 5 x 2 cells, Excel's tables A3:B5, connected blocks A3:B5`,
    '"Long": 40 x 60 cells, hidden, connected blocks A1:BH40',
    "",
    '"Sales" A1:B5',
    "   A                 B",
    "1  Figures of all …",
    "2",
    "3  Item              Price",
    "4  a b               12.5",
    "5  c 1               7",
    "",
  ]);
});

test("bun run data show prints the channels that are named, over the range that is given", async () => {
  const args = ["--channels", "has_data,bg_color,merge,border,digit_proportion", "--range", "A1:B3"];
  const { code, stdout } = await runData(folder, "show", "book.xlsx", "Sales", ...args);
  expect(code).toBe(0);
  const sections = stdout.trimEnd().split("\n\n").slice(1);
  expect(sections).toEqual([
    '"Sales" A1:B3\n   A                 B\n1  Figures of all …\n2\n3  Item              Price',
    "has_data\n   A  B\n1  1  1\n2  ·  ·\n3  1  1",
    "bg_color\n   A      B\n1  white  white\n2  white  white\n3  green  green",
    "merge\n   A  B\n1  r  l\n2  ·  ·\n3  ·  ·",
    "border\n   A  B\n1  ·  ·\n2  ·  ·\n3  b  b",
    "digit_proportion\n   A  B\n1  ·  ·\n2  ·  ·\n3  ·  ·",
  ]);
});

test("bun run data show fits a terminal of 80 columns and says how to see the rest", async () => {
  const { stdout } = await runData(folder, "show", "book.xlsx", "Long");
  const lines = stdout.trimEnd().split("\n").slice(4);
  expect(lines.at(-1)).toBe("--range A1:BH40 shows the whole sheet");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines[21]).toStartWith("20  1140  1141");
  const whole = await runData(folder, "show", "book.xlsx", "Long", "--range", "A1:XFD1048576");
  expect(whole.stdout).toContain("\n40  2340");
});

test("bun run data show counts the sheet as training does: limits crop it", async () => {
  const { code, stdout } = await runData(folder, "show", "book.xlsx", "Long", "--data.max_rows=3");
  expect(code).toBe(0);
  expect(stdout).toContain('"Long": 40 x 60 cells, cropped to 3 x 60, hidden, connected blocks A1:BH3\n');
});

test("bun run data show refuses unknown names with the nearest one and exit code 2", async () => {
  const refusals = [
    [["Sale"], ['Cannot find the sheet "Sale"', 'fix       "Sales"']],
    [
      ["Sales", "--channels", "bold,bg_colour"],
      ['the channel "bg_colour"', "fix       --channels bg_color"],
    ],
    [
      ["Sales", "--range", "3:F20"],
      ["a range of cells, such as B3:F20", "3:F20"],
    ],
    [
      ["Sales", "--range", "D9"],
      ["cells in A1:B5", "D9:D9"],
    ],
    [["Sales", "--chanels", "bold"], ["--channels"]],
  ] as const;
  for (const [args, messages] of refusals) {
    const { code, stdout, stderr } = await runData(folder, "show", "book.xlsx", ...args);
    expect([args.join(" "), code, stdout]).toEqual([args.join(" "), 2, ""]);
    for (const message of messages) expect(stderr).toContain(message);
  }
});

test("bun run data show says that an empty sheet has no cells, and what is wrong with a file", async () => {
  const empty = await runData(folder, "show", "book.xlsx", "Cover");
  expect([empty.code, empty.stdout.trimEnd().split("\n").at(-1)]).toEqual([
    0,
    '"Cover" has no cells to show',
  ]);
  const missing = await runData(folder, "show", "nowhere.xlsx");
  expect([missing.code, missing.stderr]).toEqual([
    1,
    "nowhere.xlsx  Cannot read the workbook: there is no such file\n",
  ]);
});

test("bun run data show says that a workbook has no worksheet", async () => {
  writeFileSync(join(folder, "chart.xlsx"), zip(workbookParts({})));
  const shown = await runData(folder, "show", "chart.xlsx");
  expect([shown.code, shown.stdout]).toEqual([0, "no worksheet, only charts or macros\n"]);
  const named = await runData(folder, "show", "chart.xlsx", "Data");
  expect([named.code, named.stderr]).toEqual([2, expect.stringContaining("one of its sheets: none\n")]);
});

test("every channel has a view that shows it, and so has every group", () => {
  for (const [channel, name] of CHANNELS.entries()) {
    const values = new Float32Array(2 * CHANNEL_COUNT);
    values[CHANNEL_COUNT + channel] = name === "digit_proportion" ? 0.25 : 1;
    const shown = CHANNEL_VIEWS.filter(({ text }) => text(values, CHANNEL_COUNT) !== "·");
    const group = shown.find((view) => view.name !== name);
    expect(shown.map((view) => view.name)).toContain(name);
    expect(shown.length).toBeLessThanOrEqual(2);
    if (group) expect(name).toStartWith(group.name);
    expect(CHANNEL_VIEWS.every(({ text }) => text(values, 0) === "·")).toBeTrue();
  }
});

test("clippedText() keeps a text to one line without control characters, by the width that a terminal gives it", () => {
  expect(clippedText("a\n b\tc", 10)).toBe("a b c");
  expect(clippedText("\u001b[31mred", 10)).toBe("\u{fffd}[31mred");
  expect(clippedText("0123456789", 10)).toBe("0123456789");
  expect(clippedText("01234567890", 10)).toBe("012345678…");
  expect(clippedText("売上売上売上", 6)).toBe("売上…");
});

test("cellTable() aligns columns, and fittingColumns() counts those that fit beside the row numbers", () => {
  const range = { top: 9, left: 2, bottom: 10, right: 4 };
  const textOf = (row: number, column: number) => (column === 3 ? "売" : String(row * column));
  expect(cellTable({ range, longest: 8 }, textOf)).toEqual([
    "    B   C   D",
    " 9  18  売  36",
    "10  20  売  40",
  ]);
  expect([3, 6, 10, 14, 99].map((width) => fittingColumns([2, 2, 2], range, width))).toEqual([1, 1, 2, 3, 3]);
});
