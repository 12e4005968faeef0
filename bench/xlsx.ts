/**
 * Speed and memory of reading workbooks into feature grids, on one thread.
 *
 * usage: bun bench/xlsx.ts FILE.xlsx ...
 *
 * Prints one JSON line: files, sheets, cells, seconds, cells_per_s, cells_per_s_median_file, peak_rss_mb. Cells are those
 * from A1 to a sheet's last cell with a value; sheets with more than 1,000,000 of them are left out, but opening their
 * workbook counts. The median is over files.
 */

import { openWorkbook } from "../core/excel/read-workbook.ts";
import { featuriseSheet } from "../core/features/featurise.ts";
import { CHANNEL_COUNT } from "../core/features/grid.ts";
import { unpackGrid } from "../core/features/packed-grid.ts";

const MAX_CELLS = 1_000_000;

async function main(paths: string[]): Promise<void> {
  let files = 0;
  let sheets = 0;
  let cells = 0;
  let milliseconds = 0;
  const rates: number[] = [];
  let buffer = new Float32Array(0); // one for all sheets, as a batch is filled again and again
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
        const size = height * width * CHANNEL_COUNT;
        if (size > buffer.length) buffer = new Float32Array(size);
        unpackGrid(grid!, buffer);
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
  console.log(
    JSON.stringify({
      files,
      sheets,
      cells,
      seconds: Number((milliseconds / 1000).toFixed(3)),
      cells_per_s: Math.round((cells / milliseconds) * 1000),
      cells_per_s_median_file: Math.round(median(rates)),
      peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    }),
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

if (import.meta.main) await main(process.argv.slice(2));
