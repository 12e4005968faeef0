/** Loads the feature grids of a workbook's sheets, from the cache on disk or else from the workbook. */

import { basename, join } from "node:path";
import { cacheFolder } from "../base/project-root.ts";
import { ByteSource, type NamedBytes } from "../excel/byte-source.ts";
import { openWorkbook } from "../excel/read-workbook.ts";
import type { OpenWorkbook, Sheet } from "../excel/workbook.ts";
import { fileSize } from "../files/file-state.ts";
import { featuriseSheet } from "./featurise.ts";
import { FEATURE_VERSION } from "./grid.ts";
import { readCachedGrids, writeCachedGrids } from "./grid-cache.ts";
import { endsBeforeValues, gridLimits } from "./grid-limits.ts";
import type { SheetGrid } from "./sheet-grid.ts";

/** A workbook's worksheets, in the order of its tabs. */
export interface WorkbookGrids {
  readonly sheets: readonly SheetGrid[];
  /** True where the grids came from the cache. */
  readonly fromCache: boolean;
  /** Why the grids could not be cached (a full disk, no permission); null if nothing went wrong. */
  readonly cacheError: Error | null;
}

export interface LoadGridsOptions {
  /** Where grids are kept between runs; null reads the workbook each time. */
  readonly cacheFolder: string | null;
  /** A larger sheet is cropped to its first `maxRows` rows and `maxCols` columns. */
  readonly maxRows: number;
  readonly maxCols: number;
  /** True: sheets are kept as whole as `gridLimits` can, whatever the other limits. @default false */
  readonly whole?: boolean;
}

/** How much of a file is hashed at a time. */
const CHUNK_BYTES = 4 * 2 ** 20;

/** The project's own cache folder, wherever the current folder is. */
export function featureCacheFolder(): string {
  return join(cacheFolder(), "features");
}

/**
 * Reads a workbook and builds the grids of all its worksheets, or takes them from the cache. The key of an
 * entry is made of the file's content, the version of the features and the limits. A damaged entry is built
 * again.
 *
 * @throws {WorkbookError} If the workbook cannot be read.
 */
export async function loadGrids(path: string, options: LoadGridsOptions): Promise<WorkbookGrids> {
  const { cacheFolder } = options;
  if (cacheFolder === null) {
    return { sheets: await buildGrids(path, options), fromCache: false, cacheError: null };
  }
  const source = ByteSource.open(path);
  let key: string;
  let bytes: Uint8Array | null;
  try {
    key = cacheKey(source, options);
    bytes = source.isInMemory ? source.read(0, source.size) : null;
  } finally {
    source.close();
  }
  const cached = readCachedGrids(cacheFolder, key);
  if (cached) return { sheets: cached, fromCache: true, cacheError: null };
  const sheets = await buildGrids(bytes ? { name: path, bytes } : path, options);
  let cacheError: Error | null = null;
  try {
    writeCachedGrids(cacheFolder, key, sheets);
  } catch (error) {
    cacheError = error as Error; // the grids are right; the next run builds them again
  }
  return { sheets, fromCache: false, cacheError };
}

/**
 * The grids of a workbook's worksheets if the cache has them. Unlike `loadGrids` it reads the workbook only
 * to hash it.
 *
 * @returns Null if the cache lacks them, also if the file cannot be read.
 */
export function cachedGrids(path: string, options: LoadGridsOptions): readonly SheetGrid[] | null {
  // Only files: opening a pipe may take forever.
  if (options.cacheFolder === null || fileSize(path) === null) return null;
  try {
    const source = ByteSource.open(path);
    try {
      return readCachedGrids(options.cacheFolder, cacheKey(source, options));
    } finally {
      source.close();
    }
  } catch {
    return null; // whoever reads the workbook next says why
  }
}

async function buildGrids(
  source: string | NamedBytes,
  { maxRows, maxCols, whole }: LoadGridsOptions,
): Promise<SheetGrid[]> {
  const workbook = await openWorkbook(source, whole ? {} : { maxRows, maxColumns: maxCols });
  try {
    const sheets: SheetGrid[] = [];
    for (let index = 0; index < workbook.entries.length; index++) {
      const limits = whole ? null : { maxRows, maxCols };
      sheets.push(gridOfSheet(await workbook.readSheet(index), workbook, limits));
    }
    return sheets;
  } finally {
    workbook.close();
  }
}

/**
 * The features of a sheet of an open workbook.
 *
 * @param limits The largest grid; null for as whole as `gridLimits` can.
 */
export function gridOfSheet(
  sheet: Sheet,
  workbook: Pick<OpenWorkbook, "file" | "notes">,
  limits: { readonly maxRows: number; readonly maxCols: number } | null,
): SheetGrid {
  const features = featuriseSheet(sheet, workbook.file, limits ?? gridLimits(sheet));
  const isCut = limits === null && features.grid ? endsBeforeValues(features.grid, sheet) : features.cropped;
  return {
    sheetName: sheet.name,
    hidden: sheet.state !== "visible",
    ...features,
    cropped: isCut,
    tables: sheet.tables.map(({ range }) => range),
    pivots: sheet.pivots,
    notes: [...workbook.notes, ...sheet.notes],
  };
}

function cacheKey(source: ByteSource, { maxRows, maxCols, whole }: LoadGridsOptions): string {
  const hash = new Bun.CryptoHasher("sha256");
  for (let at = 0; at < source.size; at += CHUNK_BYTES) hash.update(source.read(at, CHUNK_BYTES));
  // The only sheet of a text file is named like the file.
  if (/\.(csv|tsv)$/i.test(source.name)) hash.update(`\u0000${basename(source.name)}`);
  return `${hash.digest("hex").slice(0, 40)}-v${FEATURE_VERSION}-${whole ? "whole" : `${maxRows}x${maxCols}`}`;
}
