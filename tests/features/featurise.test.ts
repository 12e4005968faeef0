/** Tests the features of whole sheets. */

import { expect, test } from "bun:test";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import { WorkbookError } from "../../core/excel/workbook-error.ts";
import { featurise, featuriseSheet } from "../../core/features/featurise.ts";
import { CHANNEL_COUNT, CHANNELS, type Channel } from "../../core/features/grid.ts";
import { type Parts, relationships, sheetOf, styles, workbook, worksheet } from "../excel/build-package.ts";

const LIMITS = { maxRows: 1000, maxCols: 200 };

type CellFeatures = Partial<Record<Channel, number>>;

/** Rows of cells; of each the channels that are not 0, without those that every plain cell has. */
async function features(sheet: string, extra: Parts = {}, limits = LIMITS): Promise<CellFeatures[][]> {
  const { sheets } = await readWorkbook(workbook(sheet, extra));
  const { height, width, data } = featurise(sheets[0]!, limits);
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => {
      const cell: CellFeatures = {};
      for (const [channel, name] of CHANNELS.entries()) {
        const value = data[(row * width + column) * CHANNEL_COUNT + channel]!;
        if (value !== 0) cell[name] = value;
      }
      return cell;
    }),
  );
}

const PLAIN = { font_color_black: 1, bg_color_white: 1, font_size_m: 1, is_locked: 1 } as const;
const EMPTY = { ...PLAIN, is_visibly_empty: 1, length_s: 1 } as const;

test("a plain cell has data, a length and the defaults; an empty one only the defaults", async () => {
  const grid = await features(sheetOf('<c t="str"><v>ab 1</v></c><c/><c r="C1"><v>42</v></c>'));
  expect(grid).toEqual([
    [
      { ...PLAIN, has_data: 1, length_s: 1, digit_proportion: Math.fround(1 / 3) },
      EMPTY,
      { ...PLAIN, has_data: 1, length_s: 1, digit_proportion: 1 },
    ],
  ]);
});

test("lengths and digits are of the text that the value stands for", async () => {
  const text = (value: string) => `<c t="str"><v>${value}</v></c>`;
  const cells = [
    text("1".repeat(10)),
    text("x".repeat(50)),
    text("é".repeat(99)),
    text("😀".repeat(100)),
    text("\u3000 1\u00a0a"),
  ];
  const dates = styles({ cellXfs: '<xf numFmtId="0"/><xf numFmtId="22"/>' });
  const [row] = await features(
    sheetOf(
      `${cells.join("")}<c><v>-0.125</v></c><c s="1"><v>45351.5</v></c><c t="b"><v>1</v></c><c t="e"><v>#DIV/0!</v></c><c><v>1E-7</v></c>`,
    ),
    { "xl/styles.xml": dates },
  );
  const seen = row!.map((cell) => [
    (["length_s", "length_m", "length_l", "length_xl"] as const).find((name) => cell[name]),
    cell.digit_proportion ?? 0,
  ]);
  expect(seen).toEqual([
    ["length_m", 1],
    ["length_l", 0],
    ["length_l", 0],
    ["length_xl", 0],
    ["length_s", 0.5],
    ["length_s", Math.fround(4 / 6)], // -0.125
    ["length_m", Math.fround(14 / 19)], // 2024-02-29T12:00:00
    ["length_s", 0],
    ["length_s", Math.fround(1 / 7)], // #DIV/0!
    ["length_s", Math.fround(2 / 4)], // 1e-7
  ]);
});

test("formulas count as data; one whose result is the empty string is visibly empty", async () => {
  const [row] = await features(
    sheetOf(
      '<c><f>SUM(B2)</f><v>7</v></c><c t="str"><f>A1</f><v></v></c><c><f>A12+1</f></c><c t="str"><v></v></c><c><v>1</v></c>',
    ),
  );
  const seen = row!.map(({ has_data = 0, has_formula = 0, is_visibly_empty = 0 }) => [
    has_data,
    has_formula,
    is_visibly_empty,
  ]);
  expect(seen).toEqual([
    [1, 1, 0],
    [1, 1, 1],
    [1, 1, 0],
    [0, 0, 1],
    [1, 0, 0],
  ]);
  expect(row![2]!.digit_proportion).toBe(Math.fround(3 / 5)); // the expression, A12+1
});

test("cells of a merged range look like their anchor and know their neighbours", async () => {
  const sheet = worksheet(
    '<sheetData><row r="2"><c r="B2" s="1" t="str"><v>Title 12</v></c><c r="C2"><v>5</v></c></row></sheetData><mergeCells><mergeCell ref="B2:C3"/></mergeCells>',
  );
  const grid = await features(sheet, {
    "xl/styles.xml": styles({
      fonts: "<font><sz val='11'/></font><font><b/><sz val='11'/></font>",
      cellXfs: '<xf fontId="0"/><xf fontId="1"/>',
    }),
  });
  const look = { ...PLAIN, bold: 1, has_data: 1, length_s: 1 } as const;
  expect(grid[1]![1]).toEqual({
    ...look,
    digit_proportion: Math.fround(2 / 7),
    merge_right: 1,
    merge_bottom: 1,
  });
  expect(grid[1]![2]).toEqual({ ...look, is_visibly_empty: 1, merge_left: 1, merge_bottom: 1 });
  expect(grid[2]![1]).toEqual({ ...look, is_visibly_empty: 1, merge_right: 1, merge_top: 1 });
  expect(grid[2]![2]).toEqual({ ...look, is_visibly_empty: 1, merge_left: 1, merge_top: 1 });
  expect(grid[0]![0]).toEqual(EMPTY);
});

test("styles give format, colours, bold, strike, borders and protection", async () => {
  const sheet = sheetOf('<c s="1"><v>1</v></c><c s="2"><v>1</v></c><c s="3"/><c s="4"><v>1</v></c>');
  const [row] = await features(sheet, {
    "xl/styles.xml": styles({
      fonts: '<font><sz val="11"/></font><font><b/><strike/><sz val="11"/><color rgb="FFFF0000"/></font>',
      fills:
        '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="solid"><fgColor theme="4" tint="0.6"/></patternFill></fill><fill><patternFill patternType="solid"><fgColor rgb="00FFFF00"/></patternFill></fill><fill><patternFill patternType="lightGray"><fgColor auto="1"/><bgColor indexed="17"/></patternFill></fill>',
      borders:
        '<border/><border><left style="thin"/><right style="none"/><top/><bottom style="double"/></border>',
      cellXfs:
        '<xf/><xf numFmtId="9" fontId="1" fillId="1" borderId="1"/><xf fillId="2"><protection locked="0" hidden="1"/></xf><xf fillId="3"/><xf numFmtId="49"/>',
    }),
  });
  const value = { has_data: 1, digit_proportion: 1, length_s: 1 };
  const { font_color_black: _, bg_color_white: __, ...bare } = PLAIN;
  expect(row).toEqual([
    {
      ...bare,
      ...value,
      is_formatted: 1,
      font_color_red: 1,
      bg_color_blue: 1,
      bold: 1,
      strikethrough: 1,
      border_left: 1,
      border_bottom: 1,
    },
    { ...value, font_color_black: 1, bg_color_yellow: 1, font_size_m: 1, is_hidden: 1 },
    { ...bare, is_visibly_empty: 1, length_s: 1, font_color_black: 1, bg_color_green: 1 },
    { ...PLAIN, ...value, is_formatted: 1 },
  ]);
});

test("a fill is visible whatever the alpha of its colour: openpyxl writes 00 for opaque ones", async () => {
  const solid = (color: string) => `<fill><patternFill patternType="solid">${color}</patternFill></fill>`;
  const fills = [
    solid('<fgColor rgb="00C6E0B4"/>'),
    solid('<fgColor rgb="FFC6E0B4"/>'),
    solid('<fgColor rgb="C6E0B4"/>'),
    solid('<fgColor rgb="00000000"/>'),
    solid(""),
    '<fill><patternFill patternType="none"><fgColor rgb="00C6E0B4"/></patternFill></fill>',
    '<fill><patternFill patternType="lightGray"><bgColor rgb="000000FF"/></patternFill></fill>',
  ];
  const cells = fills.map((_, index) => `<c s="${index}"><v>1</v></c>`).join("");
  const [row] = await features(sheetOf(cells), {
    "xl/styles.xml": styles({
      fills: fills.join(""),
      cellXfs: fills.map((_, index) => `<xf fillId="${index}"/>`).join(""),
    }),
  });
  const seen = row!.map((cell) => Object.keys(cell).find((name) => name.startsWith("bg_color_")));
  const colors = ["green", "green", "green", "black", "white", "white", "blue"];
  expect(seen).toEqual(colors.map((color) => `bg_color_${color}`));
});

test("font sizes are classed by the median of the cells with a value", async () => {
  const sizes = [10, 10, 10, 6.9, 7, 10.5];
  const fonts = sizes.map((size) => `<font><sz val="${size}"/></font>`).join("");
  const xfs = sizes.map((_, index) => `<xf fontId="${index}"/>`).join("");
  const cells = sizes.map((_, index) => `<c s="${index}"><v>1</v></c>`).join("");
  // The hundred empty cells of the largest font change nothing.
  const blanks = '<c s="5"/>'.repeat(100);
  const [row] = await features(sheetOf(`${cells}${blanks}`), {
    "xl/styles.xml": styles({ fonts, cellXfs: xfs }),
  });
  const seen = row!.map((cell) =>
    (["font_size_s", "font_size_m", "font_size_l"] as const).find((name) => cell[name]),
  );
  expect(seen.slice(0, 6)).toEqual([
    "font_size_m",
    "font_size_m",
    "font_size_m",
    "font_size_s",
    "font_size_m",
    "font_size_l",
  ]);
});

test("positions without a cell have the style of their row, else of their column; the grid ends with the values", async () => {
  const sheet = worksheet(
    '<cols><col min="2" max="16384" style="1"/></cols><sheetData><row r="1"><c r="C1"><v>1</v></c></row><row r="2" s="2" customFormat="1"/><row r="3"><c r="A3"><v>1</v></c><c r="F9" s="1"/></row><row r="10" s="0" customFormat="1"/><row r="11" customFormat="1"><c r="A11"><v>1</v></c></row></sheetData>',
  );
  const fonts =
    "<font><sz val='11'/></font><font><b/><sz val='11'/></font><font><strike/><sz val='11'/></font>";
  const xfs = '<xf/><xf fontId="1"/><xf fontId="2"/>';
  const grid = await features(sheet, { "xl/styles.xml": styles({ fonts, cellXfs: xfs }) });
  const marks = grid.map((row) =>
    row.map((cell) => (cell.bold ? "b" : cell.strikethrough ? "s" : "-")).join(""),
  );
  expect(marks.slice(0, 3)).toEqual(["-b-", "sss", "-bb"]);
  // The first style of the workbook is a style too.
  expect(marks.slice(8)).toEqual(["-bb", "---", "-bb"]);
});

test("tables, their header rows and comments are marked", async () => {
  const grid = await features(sheetOf("<c><v>1</v></c>"), {
    "xl/worksheets/_rels/sheet1.xml.rels": relationships(
      ["a", "table", "../t1.xml"],
      ["b", "table", "../t2.xml"],
      ["c", "comments", "../c.xml"],
    ),
    "xl/t1.xml": '<table displayName="A" ref="A1:B3" headerRowCount="2"/>',
    "xl/t2.xml": '<table displayName="B" ref="D1:D2" headerRowCount="0"/>',
    "xl/c.xml":
      '<comments><commentList><comment ref="C4"><text><t>x</t></text></comment></commentList></comments>',
  });
  const marks = grid.map((row) =>
    row
      .map(
        ({ is_in_table = 0, is_in_table_header = 0, has_comment = 0 }) =>
          is_in_table + is_in_table_header + 4 * has_comment,
      )
      .join(""),
  );
  expect(marks).toEqual(["2201", "2201", "1100", "0040"]);
});

test("a larger sheet is cropped to its top-left part, and says so", async () => {
  const { sheets } = await readWorkbook(workbook(sheetOf("<c><v>1</v></c>".repeat(5), "<c><v>2</v></c>")));
  const { grid, height, width, cropped } = featuriseSheet(sheets[0]!, "f", { maxRows: 1, maxCols: 3 });
  expect([grid!.height, grid!.width, height, width, cropped]).toEqual([1, 3, 2, 5, true]);
  expect(featuriseSheet(sheets[0]!, "f", { maxRows: 2, maxCols: 5 }).cropped).toBe(false);
});

test("an empty sheet has no grid, however much of it is formatted", async () => {
  const { sheets } = await readWorkbook(
    workbook(sheetOf('<c r="A1" t="str"><v></v></c><c r="XFD1" s="1"/>')),
  );
  expect(featuriseSheet(sheets[0]!, "f", LIMITS).grid).toBeNull();
  expect(featurise(sheets[0]!, LIMITS).data.length).toBe(0);
});

test("a grid that no memory would hold is refused with the limits to set", async () => {
  const { sheets } = await readWorkbook(workbook(sheetOf('<c r="XFD1048576"><v>1</v></c>')));
  expect(() => featuriseSheet(sheets[0]!, "f", { maxRows: 1_048_576, maxCols: 16_384 })).toThrow(
    WorkbookError,
  );
  expect(featuriseSheet(sheets[0]!, "f", LIMITS).grid!.cells.length).toBe(200_000);
});
