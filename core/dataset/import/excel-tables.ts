/** Makes a dataset of a folder of workbooks. Excel's own tables and pivot tables are the labels. */

import { join } from "node:path";
import { problemLine } from "../../base/problem-line.ts";
import { clipRange, formatRange, overlaps, type Range } from "../../base/range.ts";
import { Content, cellContent } from "../../features/cell-content.ts";
import { connectedBlocks } from "../../features/connected-blocks.ts";
import { featureCacheFolder } from "../../features/load-grids.ts";
import type { PackedGrid } from "../../features/packed-grid.ts";
import type { SheetGrid } from "../../features/sheet-grid.ts";
import { annotationLine } from "../annotation-line.ts";
import { type ReadResult, readWorkbooks } from "../reading/read-workbooks.ts";
import type { DatasetDraft } from "./dataset-draft.ts";
import type { ImportNote, ImportResult } from "./import-result.ts";

export interface ExcelTablesOptions {
  readonly maxRows: number;
  readonly maxCols: number;
  /** True: sheets with blocks of cells outside of Excel's tables are left out. */
  readonly completeOnly: boolean;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called once a workbook is read; `share` of all the bytes is read then, 0 … 1. */
  readonly onWorkbook?: (share: number) => void;
}

/** What is found on a sheet. */
type SheetLabel =
  | { readonly kind: "none" }
  | { readonly kind: "left out"; readonly reason: string }
  | { readonly kind: "label"; readonly regions: readonly Range[]; readonly beside: readonly Range[] };

/**
 * Writes a line for each sheet with at least one of Excel's tables. Nothing is known about the other
 * sheets, so they get none.
 *
 * @param workbooks Paths under `folder`, with forward slashes.
 * @returns The lines of the annotations, the counts and notes, and the number of sheets without one of
 *   Excel's tables.
 */
export async function importExcelTables(
  folder: string,
  workbooks: readonly string[],
  draft: DatasetDraft,
  options: ExcelTablesOptions,
): Promise<{ lines: string[]; result: ImportResult; sheetsWithout: number }> {
  const { maxRows, maxCols, completeOnly, threads, signal, onWorkbook } = options;
  const found = new Array<WorkbookLabels>(workbooks.length);
  await readWorkbooks(
    workbooks.map((name) => join(folder, name)),
    {
      grids: { cacheFolder: featureCacheFolder(), maxRows, maxCols },
      keepGrids: true,
      threads,
      signal,
      onResult(index, result, share) {
        const fileName = workbooks[index]!;
        onWorkbook?.(share);
        const labels = labelsOf(fileName, result, completeOnly);
        found[index] = labels;
        if (labels.lines.length > 0) draft.copy(join(folder, fileName), fileName);
      },
    },
  );
  const lines = found.flatMap((of) => of.lines);
  return {
    lines,
    sheetsWithout: found.reduce((sum, of) => sum + of.sheetsWithout, 0),
    result: {
      dataset: draft.final.name,
      folder: draft.final.folder,
      workbooks: found.filter((of) => of.lines.length > 0).length,
      sheets: lines.length,
      tables: found.reduce((sum, of) => sum + of.tables, 0),
      mended: [],
      doubtful: found.flatMap((of) => of.doubtful),
      leftOut: found.flatMap((of) => of.leftOut),
    },
  };
}

/** What is found in a workbook. */
interface WorkbookLabels {
  /** One line of the annotations for each sheet with tables. */
  readonly lines: string[];
  readonly tables: number;
  readonly sheetsWithout: number;
  readonly leftOut: readonly ImportNote[];
  readonly doubtful: readonly ImportNote[];
}

function labelsOf(fileName: string, result: ReadResult, completeOnly: boolean): WorkbookLabels {
  const [leftOut, doubtful]: [ImportNote[], ImportNote[]] = [[], []];
  if (result.kind === "failed") {
    leftOut.push({ line: null, where: fileName, what: problemLine(result.problems[0]!) });
    return { lines: [], tables: 0, sheetsWithout: 0, leftOut, doubtful };
  }
  const lines: string[] = [];
  let tables = 0;
  let sheetsWithout = 0;
  for (const sheet of result.sheets) {
    const { sheetName } = sheet;
    const note = (what: string) => ({
      line: null,
      where: `${fileName}, sheet ${JSON.stringify(sheetName)}`,
      what,
    });
    const label = labelOf(sheet);
    if (label.kind === "none") {
      sheetsWithout++;
      continue;
    }
    if (label.kind === "left out") {
      leftOut.push(note(label.reason));
      continue;
    }
    const { regions } = label;
    const beside = label.beside.map(formatRange);
    if (beside.length > 0) {
      const what = `other cells that no table of Excel's covers, perhaps tables too: ${beside.join(", ")}`;
      (completeOnly ? leftOut : doubtful).push(note(what));
      if (completeOnly) continue;
    }
    tables += regions.length;
    const more = { label_origin: "excel", ...(beside.length > 0 ? { unlabelled_blocks: beside } : {}) };
    lines.push(annotationLine({ fileName, sheetName, splitCode: null, regions, more }));
  }
  return { lines, tables, sheetsWithout, leftOut, doubtful };
}

/**
 * The label of a sheet. One doubtful table makes the sheet unusable: without that table its label is
 * incomplete.
 */
function labelOf(sheet: SheetGrid): SheetLabel {
  const { grid, height, width } = sheet;
  const inside = (range: Range) => clipRange(range, height, width);
  const objects = sheet.tables.flatMap((range) => inside(range) ?? []);
  const pivots = sheet.pivots.flatMap((range) => inside(range) ?? []);
  if (grid === null || objects.length + pivots.length === 0) return { kind: "none" };
  const all = distinct([...objects, ...pivots]);
  for (const [index, a] of all.entries()) {
    const other = all.slice(index + 1).find((b) => overlaps(a, b));
    if (other) {
      const reason = `its tables ${formatRange(a)} and ${formatRange(other)} overlap`;
      return { kind: "left out", reason };
    }
  }
  const single = all.find(({ top, left, bottom, right }) => top === bottom && left === right);
  if (single) return { kind: "left out", reason: `its table ${formatRange(single)} is a single cell` };
  for (const range of objects) {
    const reason = reachesPastData(range, grid);
    if (reason !== null) return { kind: "left out", reason };
  }
  const beside = connectedBlocks(grid).filter((block) => !all.some((range) => overlaps(block, range)));
  return { kind: "label", regions: all.sort((a, b) => a.top - b.top || a.left - b.left), beside };
}

/**
 * Why a table object is no label: it holds no data, or most of it lies below its data. Null if it is one.
 */
function reachesPastData(range: Range, grid: PackedGrid): string | null {
  const seen = clipRange(range, grid.height, grid.width);
  if (seen === null) return null; // it lies in the part that was cropped away
  const content = cellContent(grid);
  let last = 0;
  for (let row = seen.top; row <= seen.bottom; row++) {
    for (let column = seen.left; column <= seen.right; column++) {
      if ((content[(row - 1) * grid.width + column - 1]! & Content.Data) !== 0) last = row;
    }
  }
  if (last === 0) return `its table ${formatRange(range)} holds no data`;
  if (last === seen.top && seen.bottom > seen.top)
    return `its table ${formatRange(range)} is empty below its header`;
  const rows = seen.bottom - seen.top + 1;
  const filled = last - seen.top + 1;
  return filled * 2 <= rows && rows - filled > 2
    ? `its table ${formatRange(range)} reaches far past its data, which ends in row ${last}`
    : null;
}

function distinct(ranges: readonly Range[]): Range[] {
  return [...new Map(ranges.map((range) => [formatRange(range), range])).values()];
}
