/** Tests the reader of comma-separated values: separators, encodings, the line `sep=`. */

import { expect, test } from "bun:test";
import { cellText } from "../../core/excel/cell.ts";
import { csvLayout } from "../../core/excel/csv-separator.ts";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import { cellAddress } from "../support/cell-address.ts";

/** Address → text of every cell of a text file. */
async function cellsOf(text: string | Uint8Array, name = "made.csv"): Promise<Record<string, string>> {
  const { sheets } = await readWorkbook({ name, bytes: Buffer.from(text as string) });
  const [sheet] = sheets;
  const cells = Array.from({ length: sheet!.cells.length }, (_, cell) => cell);
  return Object.fromEntries(cells.map((cell) => [cellAddress(sheet!, cell), cellText(sheet!, cell)]));
}

/** The separator that is found in rows. */
const separatorOf = (rows: readonly string[], isTsv = false) => csvLayout(rows.join("\n"), isTsv).separator;

test("csvLayout() prefers the separator that gives equal rows to the one that occurs most", () => {
  const rows = Array.from({ length: 12 }, (_, i) => [
    `${i}`,
    `Long Street ${i}, Springfield, Old Town`,
    "a, b, c",
  ]);
  for (const separator of ["\t", ";", "|"])
    expect(separatorOf([["id", "address", "note"], ...rows].map((row) => row.join(separator)))).toBe(
      separator,
    );
  expect(separatorOf(["id;tags", "1;a,b,c", "2;d,e,f"])).toBe(";");
  expect(separatorOf(["id,tags", "1,a;b;c", "2,d;e;f"])).toBe(",");
  expect(separatorOf(["a,b,c,x|y", "a,b", "a,b,c", "a,b,c,d,x|z"])).toBe(",");
  expect(separatorOf(["Report, of 2020", "by me", "", "a;b;c", "1;2,5;3", ";;", "Sum;6;7"])).toBe(";");
});

test("csvLayout() takes commas inside numbers for decimal or thousands marks", () => {
  const decimals = Array.from({ length: 40 }, (_, i) => `${i},0;${i},5;${i},25;-${i},75 %`);
  expect(separatorOf(["t;x;y;z", ...decimals])).toBe(";");
  expect(separatorOf(decimals)).toBe(";");
  expect(separatorOf(["1,234;5,678", "2,345;6,789"])).toBe(";");
  expect(separatorOf(["x\ty", "1,5\t2,5"])).toBe("\t");
  expect(separatorOf(["1,5,2", "3,5,4"])).toBe(",");
});

test("csvLayout() does not count separators in quotes", () => {
  expect(separatorOf(['"a";"b"', '"1,5";"2,5"', '"x,y";"z"'])).toBe(";");
  expect(separatorOf(['"a","b"', '"1;5","2;5"', '"x;y","z"'])).toBe(",");
});

test("csvLayout() trusts the name of a .tsv file as long as most rows have a tab", () => {
  expect(separatorOf(["id\tcodes", "1\ta,b,c,d", "2\td,e,f,g"], true)).toBe("\t");
  expect(separatorOf(["a,b", "1,2"], true)).toBe(",");
});

test("csvLayout() reads the first rows of a long text, and needs no row at all", () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `${i};a, b;c`);
  expect(separatorOf(rows)).toBe(";");
  expect(separatorOf([])).toBe(",");
  expect(separatorOf(["", " "])).toBe(",");
});

test("a first line that names the separator is obeyed and is no row, in quotes too", async () => {
  const rows = "a;b,c\r\n0;1,5\r\n";
  for (const line of ["sep=;", '"sep=;"', "SEP=;"])
    expect(await cellsOf(`\uFEFF${line}\r\n${rows}`)).toEqual({ A1: "a", B1: "b,c", A2: "0", B2: "1,5" });
  expect(await cellsOf("sep=\\t\na\tb;c;d")).toEqual({ A1: "a", B1: "b;c;d" });
  expect(await cellsOf("separate,b\n1,2")).toEqual({ A1: "separate", B1: "b", A2: "1", B2: "2" });
});

test("texts in UTF-16 are read with and without a byte order mark, in both byte orders", async () => {
  const text = "köl,наме\n0,значение\n1,x\n";
  const little = Buffer.from(text, "utf16le");
  const big = Buffer.from(little).swap16();
  const expected = { A1: "köl", B1: "наме", A2: "0", B2: "значение", A3: "1", B3: "x" };
  for (const bytes of [little, big, Buffer.from(`\uFEFF${text}`, "utf16le")])
    expect(await cellsOf(bytes)).toEqual(expected);
});

test("a zero byte or two do not make a text UTF-16", async () => {
  const text = `name,note\n${"x,some words\n".repeat(40)}y,\u0000 \u0000\n`;
  expect((await cellsOf(text)).B2).toBe("some words");
});
