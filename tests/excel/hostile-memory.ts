/**
 * Reads one workbook in a process of its own, and prints `{ result, seconds, peak }`: CPU time, and peak
 * memory in MB.
 */

import { readWorkbook } from "../../core/excel/read-workbook.ts";
import { WorkbookError } from "../../core/excel/workbook-error.ts";
import { featuriseSheet } from "../../core/features/featurise.ts";
import { peakMemoryMb } from "../support/peak-memory.ts";

const [path] = process.argv.slice(2) as [string];
const before = process.cpuUsage(); // not the clock: other processes may have the machine
let result = "read";
try {
  const { file, sheets } = await readWorkbook(path, { maxRows: 1000, maxColumns: 200 });
  for (const read of sheets) featuriseSheet(read, file, { maxRows: 1000, maxCols: 200 });
} catch (error) {
  result = error instanceof WorkbookError ? error.fault : String(error);
}
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ result, seconds: (user + system) / 1e6, peak: peakMemoryMb() }));
