/** `bun run data show`: what a sheet holds and what the network sees of it, as text. */

import { nearest } from "../../base/nearest.ts";
import { type ExitCode, usageError } from "../../base/problem.ts";
import { clipRange, formatRange, type Range } from "../../base/range.ts";
import { outputColumns } from "../../console/output-columns.ts";
import { cellText, locateCells } from "../../excel/cell.ts";
import { openWorkbook } from "../../excel/read-workbook.ts";
import type { OpenWorkbook, Sheet } from "../../excel/workbook.ts";
import { connectedBlocks } from "../../features/connected-blocks.ts";
import { featuriseSheet, type GridLimits, type SheetFeatures } from "../../features/featurise.ts";
import { type PackedGrid, unpackVectors } from "../../features/packed-grid.ts";
import { defineDataCommand, rangeOption } from "../define-data-command.ts";
import { cellTable, columnWidths, fittingColumns } from "./cell-table.ts";
import { CHANNEL_VIEWS, type ChannelView, vectorStart } from "./channel-views.ts";
import { CONFIG_ARGUMENT, dataSettings } from "./data-settings.ts";

/** How many rows are shown where no range is given. */
const ROWS = 20;
/** How much of a text is shown, columns of the terminal. */
const LONGEST = 16;

export const show = defineDataCommand({
  name: "data show",
  description: "Print a sheet's cells and what the network sees of them",
  args: {
    workbook: { type: "positional", required: true, description: "A workbook" },
    sheet: {
      type: "positional",
      required: false,
      description: "The sheet to print (the first one that holds something)",
    },
    channels: {
      type: "string",
      valueHint: "names",
      description:
        "Also print these channels or groups of channels, separated by commas; all: each group and channel",
    },
    range: {
      type: "string",
      valueHint: "range",
      description: `The cells to print, B3:F20 (the first ${ROWS} rows, as many columns as fit)`,
    },
    config: CONFIG_ARGUMENT,
  },
  sections: ["data"],
  async run(args, overrides): Promise<ExitCode> {
    const views = chooseViews(args.channels);
    const range = rangeOption("range", args.range) ?? null;
    const { max_rows: maxRows, max_cols: maxCols } = dataSettings(args.config, overrides);
    const limits = { maxRows, maxCols };
    const workbook = await openWorkbook(args.workbook, { maxRows, maxColumns: maxCols });
    try {
      if (args.sheet !== undefined) checkSheet(args.sheet, workbook);
      const lines: string[] = [];
      let cells: string[] | null = null;
      for (let index = 0; index < workbook.entries.length; index++) {
        const sheet = await workbook.readSheet(index);
        const features = featuriseSheet(sheet, workbook.file, limits);
        lines.push(sheetFacts(sheet, features));
        const isMeant = args.sheet === undefined ? features.grid !== null : sheet.name === args.sheet;
        if (cells === null && isMeant) cells = sheetCells(sheet, features.grid, range, views, limits);
      }
      if (lines.length === 0) lines.push("no worksheet, only charts or macros");
      process.stdout.write(`${[...lines, ...(cells ?? [])].join("\n")}\n`);
      return 0;
    } finally {
      workbook.close();
    }
  },
});

/**
 * The views named, in the order in which they are named.
 *
 * @throws {UserError} If there is none of a name.
 */
function chooseViews(names: string | undefined): readonly ChannelView[] {
  if (names === undefined) return [];
  if (names.trim() === "all") return CHANNEL_VIEWS;
  return names
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean)
    .map((name) => {
      const view = CHANNEL_VIEWS.find((each) => each.name === name);
      if (view) return view;
      const known = CHANNEL_VIEWS.map((each) => each.name);
      const close = nearest(name, [...known, "all"]);
      throw usageError({
        where: "--channels",
        message: `Cannot show the channel ${JSON.stringify(name)}`,
        expected: `all, or some of ${known.join(", ")}`,
        got: name,
        fix: `--channels ${close ?? "all"}`,
      });
    });
}

function checkSheet(name: string, { file, entries }: OpenWorkbook): void {
  const names = entries.map((entry) => entry.name);
  if (names.includes(name)) return;
  const close = nearest(name, names);
  throw usageError({
    file,
    message: `Cannot find the sheet ${JSON.stringify(name)}`,
    expected: `one of its sheets: ${names.map((each) => JSON.stringify(each)).join(", ") || "none"}`,
    got: name,
    ...(names.length > 0 ? { fix: JSON.stringify(close ?? names[0]) } : {}),
  });
}

/** One line about a sheet. */
function sheetFacts(sheet: Sheet, { grid, height, width, cropped }: SheetFeatures): string {
  const listed = (what: string, ranges: readonly Range[]) =>
    ranges.length === 0 ? [] : [`${what} ${ranges.map(formatRange).join(" ")}`];
  const tables = sheet.tables.map(({ range }) => range);
  const facts = [
    grid === null ? "empty" : `${height} x ${width} cells`,
    ...(cropped && grid !== null ? [`cropped to ${grid.height} x ${grid.width}`] : []),
    ...(sheet.state === "visible" ? [] : [sheet.state === "hidden" ? "hidden" : "very hidden"]),
    ...listed("Excel's tables", tables),
    ...listed("pivot tables", sheet.pivots),
    ...listed("connected blocks", grid === null ? [] : connectedBlocks(grid)),
  ];
  return `${JSON.stringify(sheet.name)}: ${facts.join(", ")}`;
}

/** The texts of a sheet's cells, then each view. */
function sheetCells(
  sheet: Sheet,
  grid: PackedGrid | null,
  asked: Range | null,
  views: readonly ChannelView[],
  limits: GridLimits,
): string[] {
  if (grid === null) return ["", `${JSON.stringify(sheet.name)} has no cells to show`];
  const { height, width } = grid;
  const located = locateCells(sheet, height, width);
  const textOf = (row: number, column: number) => {
    const cell = located[(row - 1) * width + column - 1]! - 1;
    return cell < 0 ? "" : cellText(sheet, cell);
  };
  const whole = { top: 1, left: 1, bottom: height, right: width };
  const range = asked === null ? firstCells(whole, textOf) : clipRange(asked, height, width);
  if (range === null) {
    throw usageError({
      where: "--range",
      message: `Cannot show cells outside of the grid of the sheet ${JSON.stringify(sheet.name)}`,
      expected: `cells in ${formatRange(whole)}, of at most ${limits.maxRows} x ${limits.maxCols} cells (data.max_rows x data.max_cols)`,
      got: formatRange(asked!),
      fix: `--range ${formatRange(whole)}`,
    });
  }
  const layout = { range, longest: LONGEST };
  const values = unpackVectors(grid.vectors);
  const section = (title: string, of: (row: number, column: number) => string) => [
    "",
    title,
    ...cellTable(layout, of),
  ];
  return [
    ...section(`${JSON.stringify(sheet.name)} ${formatRange(range)}`, textOf),
    ...views.flatMap(({ name, text }) =>
      section(name, (row, column) => text(values, vectorStart(grid.cells, (row - 1) * width + column - 1))),
    ),
    ...(asked === null && formatRange(range) !== formatRange(whole)
      ? ["", `--range ${formatRange(whole)} shows the whole sheet`]
      : []),
  ];
}

/** The top-left part of a sheet that fits the terminal. */
function firstCells(whole: Range, textOf: (row: number, column: number) => string): Range {
  const rows = { ...whole, bottom: Math.min(ROWS, whole.bottom) };
  const lineWidth = outputColumns(process.stdout);
  // No column is narrower than one character: more of them than this cannot fit.
  const tried = { ...rows, right: Math.min(lineWidth, whole.right) };
  const widths = columnWidths({ range: tried, longest: LONGEST }, textOf);
  return { ...tried, right: fittingColumns(widths, tried, lineWidth) };
}
