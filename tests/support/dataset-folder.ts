/** Small datasets on disk for tests. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DataOptions } from "../../core/config/data-options.ts";
import type { CellLayout, SheetLayout } from "../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";

/** Every file of a folder with its content. */
export function folderContents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1), readFileSync(path, "latin1")];
    }),
  );
}

/** A sheet filled with numbers from A1 to its last row and column. */
export function filledSheet(name: string, height: number, width: number): SheetLayout {
  const cells = Array.from({ length: height * width }, (_, at): CellLayout => {
    return { row: 1 + Math.floor(at / width), column: 1 + (at % width), value: at };
  });
  return { name, cells };
}

/** Writes `{root}/{name}`: workbooks by file name (or raw bytes), and the lines of the annotations. */
export function writeDataset(
  root: string,
  name: string,
  workbooks: Readonly<Record<string, readonly SheetLayout[] | Uint8Array>>,
  lines: readonly object[],
): void {
  for (const [fileName, content] of Object.entries(workbooks)) {
    const path = join(root, name, "files", fileName);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content instanceof Uint8Array ? content : encodeWorkbook({ sheets: content }));
  }
  mkdirSync(join(root, name, "files"), { recursive: true });
  mkdirSync(join(root, name, "annotations"), { recursive: true });
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  writeFileSync(join(root, name, "annotations", "annotations.jsonl"), text);
}

/** One line of the annotations. */
export function label(
  fileName: string,
  sheetName: string,
  regions: readonly string[],
  splitCode?: string,
): object {
  return {
    file_name: fileName,
    file_path: "files",
    sheet_name: sheetName,
    split_code: splitCode,
    table_regions: regions,
  };
}

/** Settings under which every sheet is trained on and nothing is cached. */
export function trainOnAll(root: string, ...names: string[]): DataOptions {
  return {
    dataset_names: names,
    root,
    train_ratio: 1,
    val_ratio: 0,
    test_ratio: 0,
    split_seed: 42,
    split_by: "workbook",
    respect_split_code: true,
    fold: null,
    max_rows: 100,
    max_cols: 50,
    on_large_sheet: "crop",
    on_bad_file: "skip",
    on_proposed_label: "use",
    cache: false,
  };
}
