/** Finds the tables of one workbook. */

import type { PredictedTable } from "../base/predicted-table.ts";
import { clipRange, type Range, rangeArea } from "../base/range.ts";
import { type BlankLineRules, type BlankLines, blankLines } from "../detection/blank-lines.ts";
import { excelObjects } from "../detection/excel-objects.ts";
import type { KeptLines } from "../detection/keep-lines.ts";
import { mergeObjects } from "../detection/merge-objects.ts";
import { type Mode, usesExcelObjects, usesNetwork } from "../detection/modes.ts";
import type { DetectorInput } from "../detection/sheet-detector.ts";
import type { NamedBytes } from "../excel/byte-source.ts";
import { MOST_LIMITS, raisedLimits } from "../excel/read-limits.ts";
import { openWorkbook } from "../excel/read-workbook.ts";
import { describeNote } from "../excel/reading-note.ts";
import type { Sheet, SheetEntry } from "../excel/workbook.ts";
import { featuriseSheet, MAX_GRID_CELLS } from "../features/featurise.ts";
import { endsBeforeValues, gridLimits } from "../features/grid-limits.ts";
import type { PackedGrid } from "../features/packed-grid.ts";
import { linesToLookAt, type PartToLookAt, sheetsToLookAt, WHOLE_WORKBOOK } from "./part-to-look-at.ts";
import { checkSheetMemory, LARGE_SHEET, openingBytes, sheetBytes, unreadSheetBytes } from "./sheet-memory.ts";
import type { SheetTables } from "./workbook-prediction.ts";

/**
 * Finds the tables of sheets: `SheetDetector.detect`, on whatever thread. The grids may be unusable
 * afterwards.
 */
export type Detect = (sheets: readonly DetectorInput[]) => Promise<PredictedTable[][]>;

export interface PredictOptions {
  readonly mode: Mode;
  /** Whether the grids need hints: false for a network that does not read them. @default true */
  readonly hints?: boolean | undefined;
  /** How many times as large as usual a workbook may be. @default 1 */
  readonly limits?: number | undefined;
  /** What of the workbook is looked at. @default all of it */
  readonly part?: PartToLookAt | undefined;
  /** How blank rows and columns join and split what the network finds. @default not at all */
  readonly gaps?: BlankLineRules | null | undefined;
  /** The most that one sheet may take in memory, bytes. @default any size */
  readonly sheetBytes?: number | undefined;
  /**
   * Called before a large sheet, text or table of shared strings is read or looked at. `keeps`: it stays in
   * memory after the network's next answer. @default nothing large waits
   */
  readonly takeTurn?: ((keeps: boolean) => Promise<void>) | undefined;
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

/** A sheet that was read. */
interface LookedSheet {
  readonly entry: SheetEntry;
  readonly lookedAt: Range | null;
  /** The part that is looked at; null if nothing is left of the sheet. */
  readonly kept: KeptLines | null;
  /** Excel's own tables, as ranges of the part. */
  readonly objects: readonly Range[];
  readonly gaps: BlankLines | null;
}

/** A sheet that waits for the network. */
interface Waiting {
  readonly position: number;
  readonly looked: LookedSheet;
  readonly input: DetectorInput;
}

/**
 * Reads a workbook sheet by sheet and finds the tables on each.
 *
 * @throws {WorkbookError} If the workbook cannot be read.
 * @throws {UserError} If it has no sheet of the name that is asked for.
 */
export async function predictWorkbook(
  source: string | NamedBytes,
  options: PredictOptions,
): Promise<FoundTables> {
  const { mode, limits = 1, part = WHOLE_WORKBOOK, gaps = null, detect } = options;
  const hints = options.hints !== false && usesNetwork(mode);
  const path = typeof source === "string" ? source : source.name;
  const most = options.sheetBytes ?? Number.POSITIVE_INFINITY;
  /** The strings that all sheets share: they are in memory beside each sheet. */
  let strings = 0;
  const workbook = await openWorkbook(source, {
    ...raisedLimits(limits),
    async beforeReading(size) {
      const bytes = openingBytes(size);
      checkSheetMemory(path, null, bytes, most);
      if (size.kind === "strings") strings = size.bytes;
      if (bytes >= LARGE_SHEET) await options.takeTurn?.(strings >= LARGE_SHEET);
    },
  });
  try {
    const notes: string[] = [];
    const sheets: SheetTables[] = [];
    let waiting: Waiting[] = [];
    let cells = 0;
    const flush = async () => {
      if (waiting.length === 0) return;
      const tables = await detect(waiting.map(({ input }) => input));
      for (const [at, { position, looked }] of waiting.entries()) {
        sheets[position] = sheetTables(looked, tables[at]!);
      }
      waiting = [];
      cells = 0;
    };
    /** Before a sheet of this size is in memory. @returns Whether it is a large one. */
    const makeRoom = async (name: string, bytes: number): Promise<boolean> => {
      checkSheetMemory(path, name, strings + bytes, most);
      if (bytes < LARGE_SHEET) return false;
      await flush();
      await options.takeTurn?.(false);
      return true;
    };
    for (const [position, index] of sheetsToLookAt(path, workbook.entries, part).entries()) {
      const { name } = workbook.entries[index]!;
      const wasLarge = await makeRoom(name, unreadSheetBytes(workbook.sheetBytes(index)));
      const sheet = await workbook.readSheet(index);
      const size = gridLimits(sheet, MAX_GRID_CELLS * limits);
      const isLarge =
        (await makeRoom(name, sheetBytes(sheet, size.maxRows, size.maxCols, hints))) || wasLarge;
      const { grid } = featuriseSheet(sheet, path, { ...size, hints });
      notes.push(...sheet.notes.map((note) => `${path}: ${describeNote(note)}`));
      const cut = grid !== null && endsBeforeValues(grid, sheet) && reachesPast(part.range, grid);
      if (cut) notes.push(cutNote(path, sheet, grid, limits));
      const kept = grid === null ? null : linesToLookAt(grid, sheet, part);
      const looked: LookedSheet = {
        entry: workbook.entries[index]!,
        lookedAt: grid === null ? null : lookedAt(grid, part.range, cut),
        kept,
        objects: kept !== null && usesExcelObjects(mode) ? objectsOn(sheet, kept) : [],
        gaps: kept !== null && gaps !== null ? blankLines(kept.grid, gaps) : null,
      };
      if (kept === null || !usesNetwork(mode)) {
        sheets[position] = sheetTables(looked, []);
        continue;
      }
      waiting.push({ position, looked, input: { grid: kept.grid, label: `${path}/${sheet.name}` } });
      cells += kept.grid.cells.length;
      if (isLarge || waiting.length === MOST_SHEETS || cells >= MOST_CELLS) await flush();
    }
    await flush();
    notes.unshift(...workbook.notes.map((note) => `${path}: ${describeNote(note)}`));
    return { sheets, notes };
  } finally {
    workbook.close();
  }
}

/** Excel's own tables and pivot tables on the part of the sheet, as ranges of the part. */
function objectsOn(sheet: Sheet, { grid, shorten }: KeptLines): readonly Range[] {
  const tables = sheet.tables.flatMap(({ range }) => shorten(range) ?? []);
  return excelObjects({ grid, tables, pivots: sheet.pivots.flatMap((range) => shorten(range) ?? []) }).tables;
}

/** @param found What the network found, as ranges of the part. */
function sheetTables(
  { entry, lookedAt, kept, objects, gaps }: LookedSheet,
  found: readonly PredictedTable[],
): SheetTables {
  const merged = mergeObjects(objects, found);
  const own = merged.slice(0, objects.length);
  const others = merged.slice(objects.length);
  const tables = [...own, ...(gaps?.apply(others, objects) ?? others)];
  return {
    sheet: entry.name,
    part: entry.part,
    hidden: entry.state !== "visible",
    lookedAt,
    tables: tables.map((table) => ({ ...table, range: kept!.expand(table.range) })),
  };
}

/** Whether cells that are asked for lie beyond the grid. */
function reachesPast(asked: Range | null, { height, width }: PackedGrid): boolean {
  return asked === null || asked.bottom > height || asked.right > width;
}

/**
 * The range that is looked at; null if it is the whole sheet. Of a sheet that was cut, cells that are asked
 * for beyond the cut were not looked at: then it is what is left of the sheet.
 */
function lookedAt(grid: PackedGrid, asked: Range | null, isCut: boolean): Range | null {
  const whole = { top: 1, left: 1, bottom: grid.height, right: grid.width };
  if (asked === null) return isCut ? whole : null;
  const part = clipRange(asked, grid.height, grid.width);
  const isWhole = part !== null && rangeArea(part) === rangeArea(whole);
  return isWhole && !isCut ? null : (part ?? (isCut ? whole : asked));
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
