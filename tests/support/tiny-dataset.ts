/** A dataset of a few small workbooks, written in milliseconds: for tests that train. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomStream } from "../../core/base/random.ts";
import { formatRange } from "../../core/base/range.ts";
import type { CellLayout } from "../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";

export interface TinyDatasetOptions {
  readonly name?: string;
  readonly workbooks?: number;
  /** Put into every cell text, sheet and file name: what must not be found elsewhere. */
  readonly marker?: string;
}

/** Writes `{root}/{name}/` with one sheet a workbook, each with one table at a random place under a title. */
export function writeTinyDataset(
  root: string,
  { name = "tiny", workbooks = 14, marker = "" }: TinyDatasetOptions = {},
): void {
  const files = join(root, name, "files");
  mkdirSync(files, { recursive: true });
  mkdirSync(join(root, name, "annotations"), { recursive: true });
  const lines: string[] = [];
  for (let index = 0; index < workbooks; index++) {
    const random = randomStream(1, "tiny dataset", index);
    const top = random.integer(2, 5);
    const left = random.integer(1, 4);
    const range = { top, left, bottom: top + random.integer(3, 9), right: left + random.integer(2, 5) };
    const cells: CellLayout[] = [{ row: 1, column: 1, value: `${marker}Title ${index}` }];
    for (let row = range.top; row <= range.bottom; row++) {
      for (let column = range.left; column <= range.right; column++) {
        const header = row === range.top;
        const value = header ? `${marker}Name ${column}` : random.integer(0, 5000) / 10;
        cells.push({ row, column, value, ...(header ? { style: { font: { bold: true } } } : {}) });
      }
    }
    const fileName = `${marker}book-${index}.xlsx`;
    const sheetName = `${marker.slice(0, 20)}Sheet1`;
    writeFileSync(join(files, fileName), encodeWorkbook({ sheets: [{ name: sheetName, cells }] }));
    lines.push(
      JSON.stringify({
        file_name: fileName,
        file_path: "files",
        sheet_name: sheetName,
        split_code: "training_set",
        table_regions: [formatRange(range)],
      }),
    );
  }
  writeFileSync(join(root, name, "annotations", "annotations.jsonl"), `${lines.join("\n")}\n`);
}
