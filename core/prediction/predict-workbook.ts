/** Finds the tables of one workbook. */

import type { PredictedTable } from "../base/predicted-table.ts";
import type { Range } from "../base/range.ts";
import { excelObjects } from "../detection/excel-objects.ts";
import { gridLimits } from "../detection/grid-limits.ts";
import { mergeObjects } from "../detection/merge-objects.ts";
import { type Mode, usesExcelObjects, usesNetwork } from "../detection/modes.ts";
import type { DetectorInput } from "../detection/sheet-detector.ts";
import { openWorkbook } from "../excel/read-workbook.ts";
import { featuriseSheet } from "../features/featurise.ts";
import type { SheetTables } from "./workbook-prediction.ts";

/**
 * Finds the tables of sheets: `SheetDetector.detect`, on whatever thread. The grids may be unusable
 * afterwards.
 */
export type Detect = (sheets: readonly DetectorInput[]) => Promise<PredictedTable[][]>;

export interface FoundTables {
  readonly sheets: readonly SheetTables[];
  readonly notes: readonly string[];
}

/**
 * The most sheets that are detected together, and the cells after which no sheet is added: all are in
 * memory.
 */
const MOST_SHEETS = 8;
const MOST_CELLS = 2 ** 20;

/** A sheet that waits for the network. */
interface Waiting {
  readonly index: number;
  readonly input: DetectorInput;
}

/**
 * Reads a workbook sheet by sheet and finds the tables on each.
 *
 * @param detect Called unless the mode is `excel`.
 * @throws {WorkbookError} If the workbook cannot be read.
 */
export async function predictWorkbook(path: string, mode: Mode, detect: Detect): Promise<FoundTables> {
  const workbook = await openWorkbook(path);
  try {
    const notes: string[] = [];
    const objects: Range[][] = [];
    const found: PredictedTable[][] = [];
    let waiting: Waiting[] = [];
    let cells = 0;
    const flush = async () => {
      if (waiting.length === 0) return;
      const tables = await detect(waiting.map(({ input }) => input));
      for (const [at, { index }] of waiting.entries()) found[index] = tables[at]!;
      waiting = [];
      cells = 0;
    };
    for (let index = 0; index < workbook.entries.length; index++) {
      const sheet = await workbook.readSheet(index);
      const { grid, cropped } = featuriseSheet(sheet, path, gridLimits(sheet));
      objects[index] = [];
      found[index] = [];
      if (grid === null) continue;
      if (cropped) notes.push(croppedNote(path, sheet, grid));
      if (usesExcelObjects(mode)) {
        const tables = sheet.tables.map(({ range }) => range);
        objects[index] = [...excelObjects({ grid, tables, pivots: sheet.pivots }).tables];
      }
      if (!usesNetwork(mode)) continue;
      waiting.push({ index, input: { grid, label: `${path}/${sheet.name}` } });
      cells += grid.cells.length;
      if (waiting.length === MOST_SHEETS || cells >= MOST_CELLS) await flush();
    }
    await flush();
    const sheets = workbook.entries.map(({ name, part }, index) => ({
      sheet: name,
      part,
      tables: mergeObjects(objects[index]!, found[index]!),
    }));
    return { sheets, notes };
  } finally {
    workbook.close();
  }
}

type Size = { readonly height: number; readonly width: number };

function croppedNote(path: string, sheet: Size & { readonly name: string }, grid: Size): string {
  const { name, height, width } = sheet;
  return (
    `${path}: the sheet "${name}" has ${height} × ${width} cells; ` +
    `its first ${grid.height} × ${grid.width} were looked at`
  );
}
