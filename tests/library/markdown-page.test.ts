/** Tests the pages of a table: every row once, none over its number of tokens. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { UserError } from "../../core/base/problem.ts";
import { formatRange } from "../../core/base/range.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { estimatedTokens, markdownPage } from "../../core/library/markdown-page.ts";

/** A workbook with a header row and rows below it, and the range of its table. */
function workbook(texts: readonly (readonly string[])[]): {
  source: { name: string; bytes: Uint8Array };
  range: string;
} {
  const width = texts[0]!.length;
  const header = Array.from({ length: width }, (_, at) => `Name ${at + 1}`);
  const cells = [header, ...texts].flatMap((row, r) =>
    row.map((value, c) => ({ row: r + 1, column: c + 1, value: value === "" ? "-" : value })),
  );
  const bytes = encodeWorkbook({ sheets: [{ name: "Data", cells }] });
  const range = formatRange({ top: 1, left: 1, bottom: texts.length + 1, right: width });
  return { source: { name: "x.xlsx", bytes }, range };
}

const texts = fc.integer({ min: 1, max: 8 }).chain((width) =>
  fc.array(
    fc.array(
      fc.string({ maxLength: 60, unit: "binary" }).map((text) => text.replaceAll(/\p{C}/gu, "·")),
      { minLength: width, maxLength: width },
    ),
    {
      minLength: 1,
      maxLength: 30,
    },
  ),
);

test("the pages of a table have every row once, in order, and none is over its tokens", async () => {
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 50, max: 600 }), async (rows, maxTokens) => {
      const { source, range } = workbook(rows);
      let next = 1;
      let total = 0;
      do {
        const page = await markdownPage(source, 1, { sheet: "Data", range, firstRow: next, maxTokens });
        expect(estimatedTokens(page.markdown)).toBeLessThanOrEqual(maxTokens);
        expect([page.firstRow, page.markdown.split("\n").length - 3]).toEqual([
          next,
          page.lastRow - next + 1,
        ]);
        if (page.rows > 0) expect(page.lastRow).toBeGreaterThanOrEqual(next);
        total = page.rows;
        next = page.lastRow + 1;
      } while (next <= total);
      expect(next).toBe(total + 1);
    }),
    { numRuns: 60 },
  );
});

test("a row that does not fit has its texts cut first, and then fewer columns", async () => {
  const long = workbook([["x".repeat(1000), "short"]]);
  const cut = await markdownPage(long.source, 1, { sheet: "Data", range: long.range, maxTokens: 60 });
  expect(cut).toMatchObject({ isCut: true, lastRow: cut.rows });
  expect(cut.markdown).toContain("x…");
  expect(cut.markdown).toContain("short");
  const wide = workbook([Array.from({ length: 200 }, (_, at) => `value ${at}`)]);
  const narrow = await markdownPage(wide.source, 1, { sheet: "Data", range: wide.range, maxTokens: 100 });
  const columns = narrow.markdown.split("\n")[1]!.split("---").length - 1;
  expect(narrow.isCut).toBe(true);
  expect(columns).toBeGreaterThan(1);
  expect(columns).toBeLessThan(200);
});

test("bars and line breaks of texts stay in their field, also where they are cut", async () => {
  const { source, range } = workbook([["a | b\nc", "d"]]);
  const whole = await markdownPage(source, 1, { sheet: "Data", range });
  expect(whole.markdown).toContain("| a \\| b<br>c | d |");
  const bars = workbook([["|".repeat(500), "d"]]);
  const cut = await markdownPage(bars.source, 1, { sheet: "Data", range: bars.range, maxTokens: 60 });
  for (const line of cut.markdown.trimEnd().split("\n")) {
    expect(line.replaceAll(/\\./g, "").split("|").length - 1).toBe(3);
  }
});

test("a row, a range, a sheet or a number of tokens that is none is refused with what there is", async () => {
  const { source, range } = workbook([["a"], ["b"]]);
  for (const [options, expected] of [
    [{ sheet: "Other", range }, 'one of "Data"'],
    [{ sheet: "Data", range: "A1:" }, "a range such as B4:G11"],
    [{ sheet: "Data", range, firstRow: 9 }, "a row of the table, from 1 to"],
    [{ sheet: "Data", range, firstRow: 1.5 }, "a row of the table, from 1 to"],
    [{ sheet: "Data", range, maxTokens: 49 }, "a number from 50"],
  ] as const) {
    const error = await markdownPage(source, 1, options).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).problems[0]!.expected).toStartWith(expected);
  }
});

test("estimatedTokens() takes four letters, two digits and one other character for a token", () => {
  expect(["", "abcd", "abcde", "12", "123", "é", "日本", "| a |"].map(estimatedTokens)).toEqual([
    0, 1, 2, 1, 2, 1, 2, 2,
  ]);
});
