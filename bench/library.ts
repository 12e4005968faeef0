/**
 * Measures the library in steady state: a detector that stays open, as a server or another program has it.
 *
 * usage: bun bench/library.ts FOLDER [--limit 100] [--device cpu]
 *
 * It finds the tables of the folder's workbooks once to warm up, then one by one, then all at once. It prints
 * one JSON line with, among others:
 *
 * - cpu_s: seconds of processor time of all threads per workbook, one by one, which other programs change
 *   little;
 * - median_ms, p95_ms: time of one workbook on the clock;
 * - at_once_per_s: workbooks per second, many at once;
 * - open_s: seconds that the opening took, once.
 */

import { availableParallelism } from "node:os";
import { openDetector } from "../core/library/library.ts";
import { benchArguments, optionNumber } from "./bench-arguments.ts";
import { firstWorkbooks } from "./first-workbooks.ts";

const values = benchArguments("library", {
  folder: { type: "positional", required: true, description: "A folder of workbooks" },
  limit: { type: "string", valueHint: "number", default: "100", description: "The first so many of them" },
  device: { type: "string", valueHint: "name", default: "cpu", description: "Device of the network" },
});
const paths = firstWorkbooks(values.folder, optionNumber("limit", values.limit));
const start = performance.now();
await using detector = await openDetector({ device: values.device });
const openSeconds = (performance.now() - start) / 1000;

/** Milliseconds; a workbook that cannot be read counts as well. */
async function timeOf(path: string): Promise<number> {
  const before = performance.now();
  await detector.find(path).catch(() => null);
  return performance.now() - before;
}

for (const path of paths) await timeOf(path);
const cpu = process.cpuUsage();
const times: number[] = [];
for (const path of paths) times.push(await timeOf(path));
const { user, system } = process.cpuUsage(cpu);
times.sort((a, b) => a - b);
const together = performance.now();
await Promise.all(paths.map(timeOf));
const togetherSeconds = (performance.now() - together) / 1000;
console.log(
  JSON.stringify({
    device: detector.device,
    cores: availableParallelism(),
    workbooks: paths.length,
    open_s: rounded(openSeconds),
    cpu_s: rounded((user + system) / 1e6 / paths.length),
    median_ms: Math.round(times[times.length >> 1] ?? 0),
    p95_ms: Math.round(times[Math.floor(times.length * 0.95)] ?? 0),
    at_once_per_s: rounded(paths.length / togetherSeconds),
    peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
