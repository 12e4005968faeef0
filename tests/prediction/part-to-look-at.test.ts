/** Tests one sheet, one range, and workbooks without their hidden parts. */

import { afterAll, expect, test } from "bun:test";
import { UserError } from "../../core/base/problem.ts";
import { formatRange, parseRange } from "../../core/base/range.ts";
import type { BlankLineRules } from "../../core/detection/blank-lines.ts";
import type { Mode } from "../../core/detection/modes.ts";
import type { SheetLayout } from "../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { type PartToLookAt, WHOLE_WORKBOOK } from "../../core/prediction/part-to-look-at.ts";
import { predictWorkbook } from "../../core/prediction/predict-workbook.ts";
import { filledSheet } from "../support/dataset-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder("part");
afterAll(() => folder.remove());

const table = (range: string) => {
  const { right } = parseRange(range)!;
  const columns = Array.from({ length: right }, (_, at) => `Head ${at + 1}`);
  return { name: "Items", range: parseRange(range)!, columns };
};
const withHeads = (sheet: SheetLayout): SheetLayout => ({
  ...sheet,
  cells: sheet.cells.map((cell) => (cell.row === 1 ? { ...cell, value: `Head ${cell.column}` } : cell)),
});
const BOOK = folder.write(
  "book.xlsx",
  encodeWorkbook({
    sheets: [
      filledSheet("First", 20, 6),
      { ...withHeads(filledSheet("Own", 9, 3)), excelTables: [table("A1:C9")], hiddenRows: [2, 3, 9] },
      { ...filledSheet("Secret", 4, 4), hidden: true, hiddenRows: [1], hiddenColumns: [2, 3] },
      { name: "Empty", cells: [] },
    ],
  }),
);

interface Asked {
  readonly part?: Partial<PartToLookAt>;
  readonly mode?: Mode;
  readonly gaps?: BlankLineRules;
  /** What the network finds on each sheet: by default all of what it sees. */
  readonly find?: (range: string) => string[];
}

/** `sheet: size that the network sees → ranges of the sheet`, one for each sheet, with what was looked at. */
async function looked({ part, mode = "model", gaps, find = (all) => [all] }: Asked = {}): Promise<string[]> {
  const seen = new Map<string, string>();
  const { sheets } = await predictWorkbook(BOOK, {
    mode,
    part: { ...WHOLE_WORKBOOK, ...part },
    gaps,
    async detect(inputs) {
      return inputs.map(({ grid, label }) => {
        seen.set(label.slice(BOOK.length + 1), `${grid.height}x${grid.width}`);
        const all = formatRange({ top: 1, left: 1, bottom: grid.height, right: grid.width });
        return find(all).map((range) => ({ range: parseRange(range)!, score: 0.5 }));
      });
    },
  });
  return sheets.map(({ sheet, lookedAt, tables }) => {
    const only = lookedAt === null ? "" : ` only ${formatRange(lookedAt)}`;
    const found = tables
      .map(({ range, score }) => `${formatRange(range)}${score === 1 ? "!" : ""}`)
      .join(" ");
    return `${sheet}: ${seen.get(sheet) ?? "unseen"} → ${found || "none"}${only}`;
  });
}

test("without any wish all sheets are looked at as a whole", async () => {
  expect(await looked()).toEqual([
    "First: 20x6 → A1:F20",
    "Own: 9x3 → A1:C9",
    "Secret: 4x4 → A1:D4",
    "Empty: unseen → none",
  ]);
});

test("cells beyond the part of a sheet that can be looked at do not count as looked at", async () => {
  const { cells } = filledSheet("Far", 3, 4);
  const far = { name: "Far", cells: [...cells, { row: 1_000_000, column: 1000, value: 1 }] };
  const source = { name: "far.xlsx", bytes: encodeWorkbook({ sheets: [far] }) };
  const rangeOf = async (range: string) => {
    const part = { ...WHOLE_WORKBOOK, range: parseRange(range) };
    const detect = async () => [[]];
    const { sheets, notes } = await predictWorkbook(source, { mode: "model", part, detect });
    return [sheets[0]!.lookedAt && formatRange(sheets[0]!.lookedAt), notes.length];
  };
  expect(await rangeOf("A1:B3")).toEqual(["A1:B3", 0]);
  expect(await rangeOf("A16000:B20000")).toEqual(["A16000:B16777", 1]);
  expect(await rangeOf("A900000:B900100")).toEqual(["A1:ALL16777", 1]);
});

test("one sheet is looked at by its name, whatever its case, even if it is hidden", async () => {
  expect(await looked({ part: { sheet: "First" } })).toEqual(["First: 20x6 → A1:F20"]);
  const secret = await looked({ part: { sheet: "secret", skipHidden: true } });
  expect(secret).toEqual(["Secret: 3x2 → A2:D4"]);
});

test("a name that no sheet has is an error that lists the sheets and names the nearest", async () => {
  const failed = await looked({ part: { sheet: "Frist" } }).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(UserError);
  const [problem] = (failed as UserError).problems;
  expect(problem).toMatchObject({
    file: BOOK,
    message: 'Cannot find the sheet "Frist"',
    expected: 'one of its sheets: "First", "Own", "Secret", "Empty"',
    fix: '--sheet "First"',
  });
});

test("a range of cells is looked at alone, and ranges stay those of the sheet", async () => {
  expect(await looked({ part: { range: parseRange("B3:D90") } })).toEqual([
    "First: 18x3 → B3:D20 only B3:D20",
    "Own: 7x2 → B3:C9 only B3:C9",
    "Secret: 2x3 → B3:D4 only B3:D4",
    "Empty: unseen → none",
  ]);
  const beyond = await looked({ part: { sheet: "Own", range: parseRange("D1:F9") } });
  expect(beyond).toEqual(["Own: unseen → none only D1:F9"]);
  const whole = await looked({ part: { sheet: "Own", range: parseRange("A1:Z99") } });
  expect(whole).toEqual(["Own: 9x3 → A1:C9"]);
});

test("hidden sheets are left out, and hidden rows and columns are not seen", async () => {
  expect(await looked({ part: { skipHidden: true } })).toEqual([
    "First: 20x6 → A1:F20",
    "Own: 6x3 → A1:C8",
    "Empty: unseen → none",
  ]);
  const all = await looked({ part: { sheet: "Secret", range: parseRange("B1:C4"), skipHidden: true } });
  expect(all).toEqual(["Secret: unseen → none only B1:C4"]);
});

test("Excel's own tables are cut to what is looked at, and take the place of what the network finds", async () => {
  const own = (part: Partial<PartToLookAt>) => looked({ part: { sheet: "Own", ...part }, mode: "hybrid" });
  expect(await own({})).toEqual(["Own: 9x3 → A1:C9!"]);
  expect(await own({ skipHidden: true })).toEqual(["Own: 6x3 → A1:C8!"]);
  expect(await own({ range: parseRange("A1:B5") })).toEqual(["Own: 5x2 → A1:B5! only A1:B5"]);
});

test("blank lines join and split what the network finds, but not Excel's own tables", async () => {
  const join = { join: 9, split: null };
  const gaps = { rows: join, columns: { join: null, split: null } };
  const find = (all: string) => (all === "A1:F20" ? ["A1:F4", "A5:F20"] : ["A1:C3", "A4:C9"]);
  expect(
    await looked({ part: { sheet: "First" }, gaps: { ...gaps, rows: { join: 0, split: null } }, find }),
  ).toEqual(["First: 20x6 → A1:F20"]);
  expect(await looked({ part: { sheet: "Own" }, mode: "hybrid", gaps, find })).toEqual(["Own: 9x3 → A1:C9!"]);
});
