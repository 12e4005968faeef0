/** Reads the labels back from annotated copies of workbooks that a person has corrected. */

import { join } from "node:path";
import { plainName } from "../../../base/plain-name.ts";
import { UserError } from "../../../base/problem.ts";
import { problemLine } from "../../../base/problem-line.ts";
import { counted } from "../../../base/text-layout.ts";
import { workbookKind } from "../../../excel/workbook-names.ts";
import { Content, cellContent } from "../../../features/cell-content.ts";
import { featureCacheFolder } from "../../../features/load-grids.ts";
import type { PackedGrid } from "../../../features/packed-grid.ts";
import type { SheetGrid } from "../../../features/sheet-grid.ts";
import { fileSize } from "../../../files/file-state.ts";
import { type ReadResult, readWorkbooks } from "../../reading/read-workbooks.ts";
import type { ImportNote } from "../import-result.ts";
import { type DrawnSheet, readDrawnSheets } from "./drawn-copy-file.ts";
import { type DrawnTables, drawnTables, type RectangleFate } from "./drawn-tables.ts";

export interface ImportDrawnOptions {
  readonly maxRows: number;
  readonly maxCols: number;
  /** The folder with the workbooks that were drawn on, under the same names; null: it is not known. */
  readonly originals: string | null;
  /** True: hidden sheets count too. They are left out otherwise: nobody has seen them. */
  readonly hidden: boolean;
  /** True: a sheet without a rectangle is left out, and not taken for one without tables. */
  readonly drawnOnly: boolean;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called once a workbook is read; `share` of all the bytes is read then, 0 … 1. */
  readonly onWorkbook?: (share: number) => void;
}

/** The label of a sheet. */
export interface DrawnLabel {
  /** Path of the copy under its folder, with forward slashes. */
  readonly fileName: string;
  readonly sheetName: string;
  readonly tables: DrawnTables["tables"];
  /** True if another sheet of the workbook has a name that differs in case and surrounding blanks alone. */
  readonly hasTwin?: boolean;
}

export interface DrawnLabels {
  /** In the order of the copies and their tabs. */
  readonly labels: readonly DrawnLabel[];
  /** How many tables of the labels stand where they were proposed, and how many a person moved or drew. */
  readonly fates: Readonly<Record<RectangleFate, number>>;
  readonly doubtful: readonly ImportNote[];
  readonly leftOut: readonly ImportNote[];
}

/**
 * Reads a label for each sheet that has cells or rectangles.
 *
 * @param listed Paths under `folder`, with forward slashes.
 */
export async function importDrawn(
  folder: string,
  listed: readonly string[],
  options: ImportDrawnOptions,
): Promise<DrawnLabels> {
  const { originals } = options;
  const copies = listed.filter((name) => workbookKind(name) === "package");
  const others = listed.filter((name) => workbookKind(name) !== "package");
  const what = "rectangles are read from .xlsx, .xlsm, .xltx and .xltm alone: save the copy as one of them";
  const found = copies.map((): CopyLabels => ({ labels: [], doubtful: [], leftOut: [] }));
  const paths = copies.map((name) => join(folder, name));
  const beside = originals === null ? [] : copies.map((name) => join(originals, name)).filter(isFile);
  const originalSheets = new Map<string, readonly SheetGrid[]>();
  const grids = { cacheFolder: featureCacheFolder(), maxRows: options.maxRows, maxCols: options.maxCols };
  const { threads, signal } = options;
  const all = [...beside, ...paths];
  const results = new Array<ReadResult>(all.length);
  await readWorkbooks(all, {
    grids,
    keepGrids: true,
    threads,
    signal,
    onResult(index, result, share) {
      results[index] = result;
      options.onWorkbook?.(share);
    },
  });
  for (const [index, path] of beside.entries()) {
    const result = results[index]!;
    if (result.kind === "read") originalSheets.set(path, result.sheets);
  }
  for (const [index, path] of paths.entries()) {
    signal?.throwIfAborted();
    const original = originals === null ? null : join(originals, copies[index]!);
    const known = original === null ? undefined : originalSheets.get(original);
    const result = results[beside.length + index]!;
    found[index] = await labelsOf(copies[index]!, path, result, {
      ...options,
      original: known === undefined ? null : { path: original!, sheets: known },
    });
  }
  const labels = found.flatMap((of) => of.labels);
  const fates = { kept: 0, moved: 0, added: 0 };
  for (const { tables } of labels) for (const { fate } of tables) fates[fate]++;
  return {
    labels,
    fates,
    doubtful: found.flatMap((of) => of.doubtful),
    leftOut: [
      ...found.flatMap((of) => of.leftOut),
      ...others.map((where): ImportNote => ({ line: null, where, what })),
    ],
  };
}

function isFile(path: string): boolean {
  return fileSize(path) !== null;
}

type CopyLabels = Omit<DrawnLabels, "fates">;

interface CopyOptions extends ImportDrawnOptions {
  /** The workbook that was drawn on; null if it is not there. */
  readonly original: { readonly path: string; readonly sheets: readonly SheetGrid[] } | null;
}

async function labelsOf(
  fileName: string,
  path: string,
  result: ReadResult,
  options: CopyOptions,
): Promise<CopyLabels> {
  const [doubtful, leftOut]: [ImportNote[], ImportNote[]] = [[], []];
  const noteOn = (where: string) => (what: string) => ({ line: null, where, what });
  const left = (what: string) => {
    leftOut.push(noteOn(fileName)(what));
    return { labels: [], doubtful, leftOut };
  };
  if (result.kind === "failed") return left(problemLine(result.problems[0]!));
  let drawn: readonly DrawnSheet[];
  let own: readonly DrawnSheet[] | null = null;
  try {
    drawn = await readDrawnSheets(path);
    if (options.original !== null) own = await readDrawnSheets(options.original.path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return left(problemLine(error.problems[0]!));
  }
  const labels: DrawnLabel[] = [];
  const spelled = Map.groupBy(result.sheets, ({ sheetName }) => plainName(sheetName));
  for (const sheet of result.sheets) {
    const { sheetName, hidden, grid } = sheet;
    const hasTwin = spelled.get(plainName(sheetName))!.length > 1;
    const named = (each: { readonly sheetName: string }) => each.sheetName === sheetName;
    const note = noteOn(`${fileName}, sheet ${JSON.stringify(sheetName)}`);
    if (grid === null) continue;
    if (hidden && !options.hidden) {
      leftOut.push(note("it is hidden, so that nobody saw its rectangles (--hidden takes it)"));
      continue;
    }
    const { tables, doubts } = drawnTables(drawn.find(named), own && (own.find(named)?.shapes ?? []), sheet);
    doubtful.push(...doubts.map(note));
    if (tables.length === 0 && options.drawnOnly) continue;
    const change =
      options.original === null ? null : changedCells(sheet, options.original.sheets.find(named));
    if (change !== null) doubtful.push(note(change));
    labels.push({ fileName, sheetName, tables, hasTwin });
  }
  if (labels.length > 0 && labels.every(({ tables }) => tables.length === 0)) {
    const what =
      "no rectangle is on any sheet, so the label is no table. Some programs drop all shapes when they save " +
      "a workbook, openpyxl among them: then leave this copy out";
    doubtful.push(noteOn(fileName)(what));
  }
  return { labels, doubtful, leftOut };
}

/** How the cells of the copy differ from those of the original; null if both have values in the same ones. */
function changedCells(copy: SheetGrid, original: SheetGrid | undefined): string | null {
  if (original === undefined) return "the original workbook has no sheet of this name";
  const [a, b] = [copy.grid, original.grid];
  const cells = a === null || b === null ? 1 : differingCells(a, b);
  if (cells === 0) return null;
  return `${counted(cells, "cell")} with a value in one of copy and original alone: compare the label with the original`;
}

function differingCells(a: PackedGrid, b: PackedGrid): number {
  const [first, second] = [cellContent(a), cellContent(b)];
  const holds = (grid: PackedGrid, content: Uint8Array, row: number, column: number) =>
    row < grid.height && column < grid.width
      ? (content[row * grid.width + column]! & Content.Data) !== 0
      : false;
  let count = 0;
  for (let row = 0; row < Math.max(a.height, b.height); row++) {
    for (let column = 0; column < Math.max(a.width, b.width); column++) {
      if (holds(a, first, row, column) !== holds(b, second, row, column)) count++;
    }
  }
  return count;
}
