/** Finds the tables of one workbook. */

import type { PredictedTable } from "../base/predicted-table.ts";
import type { Range } from "../base/range.ts";
import { excelObjects } from "../detection/excel-objects.ts";
import { mergeObjects } from "../detection/merge-objects.ts";
import { type Mode, usesExcelObjects, usesNetwork } from "../detection/modes.ts";
import type { DetectorInput } from "../detection/sheet-detector.ts";
import type { NamedBytes } from "../excel/byte-source.ts";
import { MOST_LIMITS, raisedLimits } from "../excel/read-limits.ts";
import { openWorkbook } from "../excel/read-workbook.ts";
import { describeNote } from "../excel/reading-note.ts";
import type { Sheet } from "../excel/workbook.ts";
import { featuriseSheet, MAX_GRID_CELLS } from "../features/featurise.ts";
import { endsBeforeValues, gridLimits } from "../features/grid-limits.ts";
import type { SheetTables } from "./workbook-prediction.ts";

/**
 * Finds the tables of sheets: `SheetDetector.detect`, on whatever thread. The grids may be unusable
 * afterwards.
 */
export type Detect = (sheets: readonly DetectorInput[]) => Promise<PredictedTable[][]>;

export interface PredictOptions {
  readonly mode: Mode;
  /** How many times as large as usual a workbook may be. @default 1 */
  readonly limits?: number | undefined;
  /** Called unless the mode is `excel`. */
  readonly detect: Detect;
}

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
 * @throws {WorkbookError} If the workbook cannot be read.
 */
export async function predictWorkbook(
  source: string | NamedBytes,
  { mode, limits = 1, detect }: PredictOptions,
): Promise<FoundTables> {
  const path = typeof source === "string" ? source : source.name;
  const workbook = await openWorkbook(source, raisedLimits(limits));
  try {
    const notes: string[] = [];
    const objects: Range[][] = [];
    const looked: (Range | null)[] = [];
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
      const { grid } = featuriseSheet(sheet, path, gridLimits(sheet, MAX_GRID_CELLS * limits));
      notes.push(...sheet.notes.map((note) => `${path}: ${describeNote(note)}`));
      objects[index] = [];
      looked[index] = null;
      found[index] = [];
      if (grid === null) continue;
      if (endsBeforeValues(grid, sheet)) {
        looked[index] = { top: 1, left: 1, bottom: grid.height, right: grid.width };
        notes.push(cutNote(path, sheet, grid, limits));
      }
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
    notes.unshift(...workbook.notes.map((note) => `${path}: ${describeNote(note)}`));
    const sheets = workbook.entries.map(({ name, part, state }, index) => ({
      sheet: name,
      part,
      hidden: state !== "visible",
      lookedAt: looked[index]!,
      tables: mergeObjects(objects[index]!, found[index]!),
    }));
    return { sheets, notes };
  } finally {
    workbook.close();
  }
}

function cutNote(
  path: string,
  { name, valueHeight, valueWidth }: Sheet,
  grid: { readonly height: number; readonly width: number },
  limits: number,
): string {
  const enough = Math.ceil((valueHeight * valueWidth) / MAX_GRID_CELLS);
  const hint = enough <= MOST_LIMITS ? `; --limits ${enough} looks at all of them` : "";
  return (
    `${path}: the sheet "${name}" has ${valueHeight} × ${valueWidth} cells up to its last value; ` +
    `its first ${grid.height} × ${grid.width} were looked at${enough > limits ? hint : ""}`
  );
}
