/** The statistics of a dataset as text for the console. */

import { commandLine } from "../../base/command-line.ts";
import { counted, progressBar, table } from "../../base/text-layout.ts";
import { type DatasetStatistics, MEASURES } from "./dataset-statistics.ts";
import type { Distribution, Measure } from "./distribution.ts";

const BAR_WIDTH = 30;

/** Counts, quantiles, the histogram of tables per sheet, and all channels. */
export function statisticsText(statistics: DatasetStatistics): string {
  const { dataset, sheets, workbooks, tables, sheetsWithoutTables, leftOut, skipped, distributions } =
    statistics;
  const [perSheet] = MEASURES as [Measure];
  return [
    `${dataset}: ${counted(sheets, "sheet")} of ${counted(workbooks, "workbook")}, ${counted(tables, "table")}, ` +
      `${counted(sheetsWithoutTables, "sheet")} without any${leftOut > 0 ? `, ${leftOut} left out (${commandLine("data", "check")} says why)` : ""}` +
      (skipped > 0 ? `, ${skipped} marked as skipped` : ""),
    quantiles(distributions),
    histogram(perSheet, distributions[perSheet.name]!),
    channels(statistics),
  ].join("\n\n");
}

function quantiles(distributions: DatasetStatistics["distributions"]): string {
  const rows = MEASURES.map(({ name, unit }) => {
    const { min, p10, median, p90, max, mean } = distributions[name]!;
    return [
      unit === "" ? name : `${name} (${unit})`,
      ...[min, p10, median, p90, max].map((value) => (value === null ? "–" : value.toFixed(0))),
      mean === null ? "–" : mean.toFixed(1),
    ];
  });
  return table(["", "min", "10 %", "median", "90 %", "max", "mean"], rows, 1);
}

function histogram({ name, bins }: Measure, { count, histogram: counts }: Distribution): string {
  const rows = bins.map(({ label }, index) => {
    const share = count === 0 ? 0 : counts[index]! / count;
    const bar = progressBar(share, BAR_WIDTH).replaceAll("░", " ");
    return `${label.padStart(6)}  ${bar} ${String(counts[index]).padStart(6)}  ${percent(share).padStart(7)}`;
  });
  return [name, ...rows].join("\n");
}

function channels({ channels: all }: DatasetStatistics): string {
  const rows = all.map(({ channel, ofSheets, ofCells, inTables, outside }) => [
    channel,
    ...[ofSheets, ofCells, inTables, outside].map((share) => (share === null ? "–" : percent(share))),
  ]);
  return table(["feature", "on sheets", "of cells", "in tables", "outside"], rows, 1);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
