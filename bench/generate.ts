/**
 * How fast made-up workbooks are written.
 *
 * usage: bun run bench generate [--count 200]; prints one JSON line: workbooks of `bun run data generate` per
 * second, and workbooks of 3,000 cells encoded per second (the best of six rounds)
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateDataset } from "../core/dataset/generate-dataset.ts";
import type { CellLayout } from "../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../core/excel/write/write-workbook.ts";
import { benchArguments, optionNumber } from "./bench-arguments.ts";

const given = benchArguments("generate", {
  count: { type: "string", valueHint: "number", default: "200", description: "Workbooks to generate" },
});
const count = optionNumber("count", given.count);

async function secondsFor(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

const folder = mkdtempSync(join(tmpdir(), "bench-generate-"));
try {
  await generateDataset(folder, "warm-up", { count: 10, seed: 7 });
  const generated = await secondsFor(() => generateDataset(folder, "measured", { count, seed: 8 }));

  const style = { font: { bold: true }, numberFormat: "0.00" };
  const cells = Array.from({ length: 3000 }, (_, at): CellLayout => {
    const place = { row: 1 + Math.floor(at / 20), column: 1 + (at % 20) };
    return at % 3 === 0 ? { ...place, value: `text ${at}`, style } : { ...place, value: at / 7, style };
  });
  const rounds: number[] = [];
  for (let round = 0; round < 6; round++) {
    rounds.push(await secondsFor(() => encodeWorkbook({ sheets: [{ name: "Sheet1", cells }] })));
  }

  console.log(
    JSON.stringify({
      workbooks: count,
      generatedPerSecond: Number((count / generated).toFixed(1)),
      encodedPerSecond: Number((1 / Math.min(...rounds)).toFixed(1)),
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
