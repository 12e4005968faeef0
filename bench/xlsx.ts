/**
 * Measures speed and memory of reading workbooks into feature grids, on one thread.
 *
 * usage: bun bench/xlsx.ts FILE.xlsx ...
 *
 * Prints one JSON line: files, sheets, cells, seconds, cells_per_s, cells_per_s_median_file (the median over
 * files) and peak_rss_mb. The cells of a sheet are those from A1 to its last cell with a value. Sheets with
 * more than 1,000,000 cells are left out, but the time to open their workbook counts.
 */

import { openWorkbook } from "../core/excel/read-workbook.ts";
import { featuriseSheet } from "../core/features/featurise.ts";
import { CHANNEL_COUNT } from "../core/features/grid.ts";
import { type PackedGrid, unpackGrid } from "../core/features/packed-grid.ts";
import { benchArguments } from "./bench-arguments.ts";
import { median } from "./median.ts";

const MAX_CELLS = 1_000_000;
/** How many cells are turned into float32 features at a time: a million at once would take 172 MB. */
const STRIP_CELLS = 65_536;

async function main(paths: string[]): Promise<void> {
  let files = 0;
  let sheets = 0;
  let cells = 0;
  let milliseconds = 0;
  const rates: number[] = [];
  // reused for every strip, as a training reuses its batch
  const buffer = new Float32Array(STRIP_CELLS * CHANNEL_COUNT);
  for (const path of paths) {
    const before = cells;
    const start = performance.now();
    try {
      const workbook = await openWorkbook(path);
      for (let index = 0; index < workbook.entries.length; index++) {
        const sheet = await workbook.readSheet(index);
        const { valueHeight: height, valueWidth: width } = sheet;
        if (height * width === 0 || height * width > MAX_CELLS) continue;
        sheets++;
        cells += height * width;
        const { grid } = featuriseSheet(sheet, path, { maxRows: height, maxCols: width });
        unpackInStrips(grid!, buffer);
      }
      workbook.close();
    } catch (error) {
      console.error(JSON.stringify({ file: path, error: String(error).slice(0, 100) }));
      continue;
    }
    files++;
    const elapsed = performance.now() - start;
    milliseconds += elapsed;
    rates.push(((cells - before) / elapsed) * 1000);
  }
  if (files === 0) process.exitCode = 1;
  console.log(
    JSON.stringify({
      files,
      sheets,
      cells,
      seconds: Number((milliseconds / 1000).toFixed(3)),
      cells_per_s: milliseconds === 0 ? 0 : Math.round((cells / milliseconds) * 1000),
      cells_per_s_median_file: rates.length === 0 ? 0 : Math.round(median(rates)),
      peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    }),
  );
}

/** Turns all cells into float32 features, a few rows at a time. */
function unpackInStrips(grid: PackedGrid, buffer: Float32Array): void {
  const { height, width, cells } = grid;
  const rows = Math.max(1, Math.floor(STRIP_CELLS / width));
  for (let row = 0; row < height; row += rows) {
    const strip = {
      ...grid,
      height: Math.min(rows, height - row),
      cells: cells.subarray(row * width, (row + rows) * width),
    };
    unpackGrid(strip, buffer);
  }
}

if (import.meta.main) {
  const files = { type: "positional", valueHint: "file.xlsx…", description: "Workbooks" } as const;
  await main(benchArguments("xlsx", { files })._);
}
