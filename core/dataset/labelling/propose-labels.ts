/** Proposes labels for a folder of workbooks, for a person to correct. */

import { join } from "node:path";
import type { Problem } from "../../base/problem.ts";
import { formatRange, MAX_COLUMN, MAX_ROW } from "../../base/range.ts";
import { featureCacheFolder } from "../../features/load-grids.ts";
import type { PackedGrid } from "../../features/packed-grid.ts";
import type { SheetGrid } from "../../features/sheet-grid.ts";
import { annotationLine } from "../annotation-line.ts";
import { readWorkbooks } from "../reading/read-workbooks.ts";
import type { ProposedTable } from "./proposed-table.ts";

/** A sheet as the finder of its tables sees it. */
interface SheetToLabel extends Pick<SheetGrid, "tables" | "pivots"> {
  readonly grid: PackedGrid;
  /** For messages. */
  readonly label: string;
}

/** Finds the tables of the sheets of one workbook. */
export type FindTables = (sheets: readonly SheetToLabel[]) => Promise<readonly (readonly ProposedTable[])[]>;

export interface ProposeOptions {
  readonly find: FindTables;
  /** Written into every line as `label_origin`. */
  readonly origin: string;
  /** The largest grid; null to look at sheets as whole as they can be. */
  readonly limits: { readonly maxRows: number; readonly maxCols: number } | null;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called once a workbook is done; `share` of all the bytes is read then, 0 … 1. */
  readonly onWorkbook?: (share: number) => void;
}

export interface Proposal {
  /** One line per sheet, in the order of the workbooks and their tabs. */
  readonly lines: readonly string[];
  readonly tables: number;
  readonly sheetsWithoutTables: number;
  /** Sheets that are too large: only their upper left part was looked at. */
  readonly cropped: readonly string[];
  /** Workbooks that cannot be read. */
  readonly failed: readonly Problem[];
}

const WHOLE = { maxRows: MAX_ROW, maxCols: MAX_COLUMN, whole: true };

/**
 * Proposes a line for each sheet with content.
 *
 * @param workbooks Paths under `folder`, with forward slashes.
 */
export async function proposeLabels(
  folder: string,
  workbooks: readonly string[],
  options: ProposeOptions,
): Promise<Proposal> {
  const { find, origin, limits, threads, signal, onWorkbook } = options;
  const lines = workbooks.map((): string[] => []);
  const cropped = workbooks.map((): string[] => []);
  const failed = workbooks.map((): readonly Problem[] => []);
  let tables = 0;
  let sheetsWithoutTables = 0;
  await readWorkbooks(
    workbooks.map((name) => join(folder, name)),
    {
      grids: { cacheFolder: featureCacheFolder(), ...(limits ?? WHOLE) },
      keepGrids: true,
      threads,
      signal,
      async onResult(index, result, share) {
        const fileName = workbooks[index]!;
        if (result.kind === "failed") failed[index] = result.problems;
        else {
          const sheets = result.sheets.flatMap(({ grid, ...facts }) => (grid ? [{ ...facts, grid }] : []));
          const label = (sheetName: string) => `${fileName}/${sheetName}`;
          const found = await find(sheets.map((sheet) => ({ ...sheet, label: label(sheet.sheetName) })));
          for (const [at, sheet] of sheets.entries()) {
            const proposed = inReadingOrder(found[at]!);
            tables += proposed.length;
            if (proposed.length === 0) sheetsWithoutTables++;
            if (sheet.cropped) cropped[index]!.push(label(sheet.sheetName));
            lines[index]!.push(line(fileName, sheet, proposed, origin));
          }
        }
        onWorkbook?.(share);
      },
    },
  );
  return {
    lines: lines.flat(),
    tables,
    sheetsWithoutTables,
    cropped: cropped.flat(),
    failed: failed.flat(),
  };
}

function line(
  fileName: string,
  { sheetName, hidden, cropped, grid: { height, width } }: SheetGrid & { readonly grid: PackedGrid },
  tables: readonly ProposedTable[],
  origin: string,
): string {
  const scores = tables.flatMap(({ score }) => (score === null ? [] : [Number(score.toFixed(3))]));
  const looked = formatRange({ top: 1, left: 1, bottom: height, right: width });
  const more = {
    label_origin: origin,
    ...(scores.length > 0 ? { scores } : {}),
    ...(tables.length > 0 ? { proposed: tables.map(proposal) } : {}),
    ...(hidden ? { hidden } : {}),
    ...(cropped ? { looked_at: looked } : {}),
  };
  return annotationLine({
    fileName,
    sheetName,
    splitCode: null,
    regions: tables.map(({ range }) => range),
    more,
  });
}

/** What stays in the line when somebody corrects its regions. */
function proposal({ range, score, source }: ProposedTable): object {
  return { range: formatRange(range), score: score === null ? null : Number(score.toFixed(3)), source };
}

/** From top to bottom, then from left to right; each range once. */
function inReadingOrder(tables: readonly ProposedTable[]): ProposedTable[] {
  const byRange = new Map<string, ProposedTable>();
  for (const table of tables) {
    const key = formatRange(table.range);
    if (!byRange.has(key)) byRange.set(key, table);
  }
  return [...byRange.values()].sort((a, b) => a.range.top - b.range.top || a.range.left - b.range.left);
}
