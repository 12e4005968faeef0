/** Tests the forms of extracted tables: CSV, JSON, Markdown, Parquet. */

import { describe, expect, test } from "bun:test";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { parseRange } from "../../core/base/range.ts";
import { ExtractedTable, type ReadTableOptions } from "../../core/extraction/extracted-table.ts";
import { markdownHead, markdownRows } from "../../core/extraction/markdown-table.ts";
import { type TableFormat, tableForm } from "../../core/extraction/table-format.ts";
import { formatted, range, tableSheet } from "./table-sheet.ts";

type Rows = Parameters<typeof tableSheet>[0];

interface Written {
  readonly bytes: Buffer;
  readonly pieces: readonly number[];
}

/** Writes A1 to the last cell of the rows. */
async function write(
  format: TableFormat,
  rows: Rows,
  { merges = [], ...options }: ReadTableOptions & { merges?: string[]; headerRows?: number } = {},
): Promise<Written> {
  const sheet = await tableSheet(rows, { merges: merges.map((text) => parseRange(text)!) });
  const place = { top: 1, left: 1, bottom: rows.length, right: Math.max(...rows.map((row) => row.length)) };
  const { headerRows = 1 } = options;
  const table = new ExtractedTable(sheet, { range: place, headerRows, headerColumns: 0 }, options);
  const pieces: Uint8Array[] = [];
  const sink = { write: (bytes: Uint8Array) => void pieces.push(bytes.slice()) };
  tableForm(format).write(table, { workbook: "b.xlsx", sheet: "S", score: 0.9 }, sink);
  return { bytes: Buffer.concat(pieces), pieces: pieces.map(({ length }) => length) };
}

const text = async (...args: Parameters<typeof write>) => (await write(...args)).bytes.toString("utf8");

const ROWS: Rows = [
  ["Name", "Born", "Share"],
  ["Ann, the first", formatted(43831, "yyyy-mm-dd"), formatted(0.25, "0%")],
  ['"Bob"\nthe second', null, { error: "#N/A" }],
];

describe("csv", () => {
  test("has all rows, quotes as RFC 4180 says, and ISO dates", async () => {
    expect(await text("csv", ROWS)).toBe(
      'Name,Born,Share\r\n"Ann, the first",2020-01-01,0.25\r\n"""Bob""\nthe second",,#N/A\r\n',
    );
  });

  test("has the values as Excel shows them if that is asked for", async () => {
    expect(await text("csv", ROWS, { formatted: true })).toContain('"Ann, the first",2020-01-01,25%\r\n');
  });

  test("keeps an empty row of a single column, which readers skip otherwise", async () => {
    expect(await text("csv", [["a"], [null], ["b"]])).toBe('a\r\n""\r\nb\r\n');
  });
});

describe("json", () => {
  test("has header and rows apart, with typed values, and where the table comes from", async () => {
    expect(JSON.parse(await text("json", ROWS))).toEqual({
      workbook: "b.xlsx",
      sheet: "S",
      range: "A1:C3",
      score: 0.9,
      header_rows: 1,
      header_columns: 0,
      columns: ["Name", "Born", "Share"],
      header: [["Name", "Born", "Share"]],
      rows: [
        ["Ann, the first", "2020-01-01", 0.25],
        ['"Bob"\nthe second', null, "#N/A"],
      ],
    });
  });

  test("is a document without header and without rows too", async () => {
    expect(JSON.parse(await text("json", [[1], [2]], { headerRows: 0 }))).toMatchObject({
      columns: ["A"],
      header: [],
      rows: [[1], [2]],
    });
    expect(JSON.parse(await text("json", [["a"], ["b"]], { headerRows: 9 }))).toMatchObject({
      header_rows: 2,
      header: [["a"], ["b"]],
      rows: [],
    });
  });
});

describe("markdown", () => {
  test("joins several header rows, and keeps every cell on its line and in its column", async () => {
    const rows: Rows = [
      ["Costs", "2025", null, "2026"],
      [null, "Q1", "Q2", "Q1"],
      ["a|b", "c\\d", "e\nf", "<b>"],
    ];
    expect(await text("markdown", rows, { headerRows: 2, merges: ["A1:A2", "B1:C1"] })).toBe(
      "| Costs | 2025 / Q1 | 2025 / Q2 | 2026 / Q1 |\n" +
        "| --- | --- | --- | --- |\n" +
        "| a\\|b | c\\\\d | e<br>f | \\<b> |\n",
    );
  });

  test("is read in pages: the head, and the rows from any one on", async () => {
    const sheet = await tableSheet([["n"], [1], [2], [3]]);
    const table = new ExtractedTable(sheet, { range: range("A1:A4"), headerRows: 1 });
    expect(markdownHead(table)).toBe("| n |\n| --- |\n");
    expect([...markdownRows(table, 1)]).toEqual(["| 2 |\n", "| 3 |\n"]);
    expect([...markdownRows(table, 3)]).toEqual([]);
  });

  test("has an empty head where the table has no header", async () => {
    expect(await text("markdown", [[1, null]], { headerRows: 0 })).toBe("|  |  |\n| --- | --- |\n| 1 |  |\n");
  });
});

describe("parquet", () => {
  async function read(rows: Rows, options?: Parameters<typeof write>[2]) {
    const { bytes } = await write("parquet", rows, options);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    return await parquetReadObjects({ file });
  }

  test("gives each column the one type that its values have", async () => {
    const rows: Rows = [
      ["whole", "number", "truth", "day", "moment", "mixed", "empty", "errors"],
      [1, 1.5, true, formatted(43831, "yyyy-mm-dd"), formatted(43831, "yyyy-mm-dd"), 1, null, 7],
      [2, 2, false, null, formatted(43831.5, "m/d/yy h:mm"), "x", null, { error: "#N/A" }],
    ];
    expect(await read(rows)).toEqual([
      {
        whole: 1n,
        number: 1.5,
        truth: true,
        day: new Date("2020-01-01"),
        moment: new Date("2020-01-01T00:00Z"),
        mixed: "1",
        empty: null,
        errors: 7n,
      },
      {
        whole: 2n,
        number: 2,
        truth: false,
        day: null,
        moment: new Date("2020-01-01T12:00Z"),
        mixed: "x",
        empty: null,
        errors: null,
      },
    ]);
  });

  test("names columns by the header, or by their letter, and each differently", async () => {
    const rows: Rows = [
      ["Total", null, "Total", "D"],
      [1, 2, 3, 4],
    ];
    expect(await read(rows)).toEqual([{ Total: 1n, B: 2n, "Total (2)": 3n, D: 4n }]);
  });

  test("has its columns where there is no row below the header", async () => {
    const { bytes } = await write("parquet", [["a", "b"]], { headerRows: 1 });
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    expect(parquetMetadata(file).schema.map(({ name }) => name)).toEqual(["table", "a", "b"]);
    expect(await parquetReadObjects({ file })).toEqual([]);
  });

  test("has the rows of several row groups in their order", async () => {
    const rows: Rows = [
      ["n", ...Array.from({ length: 255 }, () => null)],
      ...Array.from({ length: 1100 }, (_, n) => [n, ...Array.from({ length: 255 }, () => null)]),
      Array.from({ length: 256 }, (_, n) => n),
    ];
    const found = await read(rows);
    expect(found).toHaveLength(1101);
    expect(found.slice(0, 1100).map(({ n }) => Number(n))).toEqual(Array.from({ length: 1100 }, (_, n) => n));
  });
});

for (const format of ["csv", "json", "markdown", "parquet"] as const) {
  test(`${format} hands on a long table in pieces, never as a whole`, async () => {
    const rows: Rows = [
      ["text", "number"],
      ...Array.from({ length: 40_000 }, (_, row) => [`text number ${row * 7919}`, Math.sqrt(row)]),
    ];
    const { bytes, pieces } = await write(format, rows);
    expect(bytes.length).toBeGreaterThan(400_000);
    expect(pieces.length).toBeGreaterThan(format === "parquet" ? 1 : 10);
  });
}

test("ExtractedTable takes the header of the prediction, then of the Excel table, then of the rule", async () => {
  const rows: Rows = [
    ["a", "b"],
    [1, 2],
    [3, 4],
  ];
  const place = range("A1:B3");
  const plain = await tableSheet(rows);
  expect(new ExtractedTable(plain, { range: place }).headerRows).toBe(1);
  expect(new ExtractedTable(plain, { range: place, headerRows: 2 }).headerRows).toBe(2);
  expect(new ExtractedTable(plain, { range: place, headerRows: 0, headerColumns: 2 }).headerColumns).toBe(2);
  const excelTables = [{ name: "T", range: place, columns: ["x", "y"], hasHeader: false }];
  const known = await tableSheet(rows, { excelTables });
  expect(new ExtractedTable(known, { range: place }).headerRows).toBe(0);
  expect(new ExtractedTable(known, { range: place, headerRows: 2 }).headerRows).toBe(2);
  // A range that is not the Excel table's is judged by the rule.
  expect(new ExtractedTable(known, { range: range("A1:A3") }).headerRows).toBe(1);
});
