/**
 * Measures the speed of `bun run predict`, from .xlsx files to ranges.
 *
 * usage: bun bench/predict.ts [--checkpoint FILE] [--config configs/small.yaml] [--files 60] [--rows 100]
 *                             [--columns 30] [--folder FOLDER] [--device auto] [--profile]
 *
 * It makes workbooks of one filled sheet, or takes those of a folder, and finds their tables: some of them
 * once to warm up, then all of them, measured. Without a checkpoint it uses the network of the
 * configuration, untrained, which finds nothing and costs the same. It prints one JSON line with, among
 * others:
 *
 * - sheets_per_s: sheets per second on the clock;
 * - sheets_per_core_s: sheets per second of processor time of all threads, which other programs change
 *   little;
 * - waiting: the share of the time in which the network had no sheet to look at;
 * - one_file_s: seconds of the whole command on one of the files.
 *
 * With `--profile`, a table follows: the processor time of each stage, on one thread.
 */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Json } from "../core/base/json.ts";
import { PROJECT_ROOT } from "../core/base/project-root.ts";
import { randomStream } from "../core/base/random.ts";
import { locateCheckpoint } from "../core/checkpoint/locate-checkpoint.ts";
import { parameterTensors } from "../core/checkpoint/state-dict.ts";
import { writePtFile } from "../core/checkpoint/write-pt.ts";
import { detectorSettings } from "../core/detection/detector-settings.ts";
import { openSheetDetector } from "../core/detection/sheet-detector.ts";
import type { CellLayout } from "../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../core/excel/write/write-workbook.ts";
import { loadConfig } from "../core/hooks/load-config.ts";
import { createParameters } from "../core/model/parameters.ts";
import { predictWorkbooks } from "../core/prediction/predict-workbooks.ts";
import { benchArguments, optionNumber } from "./bench-arguments.ts";
import { firstWorkbooks } from "./first-workbooks.ts";

const values = benchArguments("predict", {
  checkpoint: {
    type: "string",
    valueHint: "file",
    description: "A run, a checkpoint file, latest or pretrained (the configuration's network, untrained)",
  },
  config: {
    type: "string",
    valueHint: "file",
    default: join(PROJECT_ROOT, "configs", "small.yaml"),
    description: "The configuration whose network is measured without a checkpoint",
  },
  files: { type: "string", valueHint: "number", default: "60", description: "Workbooks, of one sheet each" },
  rows: { type: "string", valueHint: "number", default: "100", description: "Rows of each sheet" },
  columns: { type: "string", valueHint: "number", default: "30", description: "Columns of each sheet" },
  folder: {
    type: "string",
    valueHint: "folder",
    description: "Take the first --files workbooks of this folder instead of made-up ones",
  },
  device: { type: "string", valueHint: "name", default: "auto", description: "Device of the network" },
  profile: { type: "boolean", description: "Print the processor time of each stage too, on one thread" },
});
const [files, height, width] = (["files", "rows", "columns"] as const).map((name) =>
  optionNumber(name, values[name]),
) as [number, number, number];
const folder = mkdtempSync(join(tmpdir(), "bench-predict-"));
try {
  const named = values.checkpoint;
  const checkpoint = named === undefined ? await untrained(values.config) : locateCheckpoint(named);
  const paths = workbookPaths();
  const detector = await openSheetDetector(checkpoint, { device: values.device });
  const run = async (some: readonly string[]) => {
    const counts = { sheets: 0, tables: 0, failed: 0, busy: 0 };
    await predictWorkbooks(some, {
      mode: "model",
      detector: {
        readsHints: detector.readsHints,
        async detect(sheets) {
          const since = performance.now();
          const tables = await detector.detect(sheets);
          counts.busy += performance.now() - since;
          return tables;
        },
      },
      onOutcome(_, outcome) {
        if (outcome.kind === "failed") {
          if (values.folder === undefined) throw new Error(JSON.stringify(outcome.problems));
          counts.failed++;
          return;
        }
        counts.sheets += outcome.sheets.length;
        counts.tables += outcome.sheets.reduce((sum, each) => sum + each.tables.length, 0);
      },
    });
    return counts;
  };
  await run(paths.slice(0, 12));
  const start = performance.now();
  const cpu = process.cpuUsage();
  const { sheets, tables, failed, busy } = await run(paths);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await detector.dispose();
  console.log(
    JSON.stringify({
      device: detector.device,
      cores: availableParallelism(),
      sheets,
      cells: values.folder === undefined ? height * width : null,
      tables,
      failed,
      seconds: round(seconds),
      sheets_per_s: round(sheets / seconds),
      sheets_per_core_s: round((sheets * 1e6) / (user + system)),
      waiting: round(1 - busy / 1000 / seconds),
      one_file_s: round(await oneFile(checkpoint, paths[0]!)),
      peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    }),
  );
  if (values.profile) {
    const { profilePrediction, profileText } = await import("./profile-prediction.ts");
    console.log(profileText(await profilePrediction(checkpoint, values.device, paths, paths.slice(0, 4))));
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** The workbooks to measure. */
function workbookPaths(): string[] {
  if (values.folder !== undefined) return firstWorkbooks(values.folder, files);
  return Array.from({ length: files }, (_, index) => makeWorkbook(index));
}

async function untrained(configFile: string): Promise<string> {
  const { config } = await loadConfig(configFile, []);
  const parameters = createParameters(detectorSettings(config.model), 1);
  const path = join(folder, "untrained.pt");
  const extra = { config: config as unknown as Json };
  writePtFile(path, { format_version: 1, model_state_dict: parameterTensors(parameters), extra });
  return path;
}

/** A title, and a table with a header and rows of texts and numbers down to the last row and column. */
function makeWorkbook(index: number): string {
  const random = randomStream(1, "bench predict", index);
  const cells: CellLayout[] = [{ row: 1, column: 1, value: `Report ${index}` }];
  const header = { font: { bold: true } };
  for (let row = 3; row <= height; row++) {
    for (let column = 1; column <= width; column++) {
      if (row === 3) cells.push({ row, column, value: `Column ${column}`, style: header });
      else if (column % 5 === 1) cells.push({ row, column, value: `Item ${random.integer(1, 400)}` });
      else cells.push({ row, column, value: random.integer(0, 100_000) / 100 });
    }
  }
  const path = join(folder, `${index}.xlsx`);
  writeFileSync(path, encodeWorkbook({ sheets: [{ name: "Sheet1", cells }] }));
  return path;
}

async function oneFile(checkpoint: string, path: string): Promise<number> {
  const start = performance.now();
  const command = [process.execPath, join(PROJECT_ROOT, "core", "commands", "predict.ts"), checkpoint, path];
  const child = Bun.spawn([...command, "--device", values.device], { stdout: "ignore", stderr: "inherit" });
  await child.exited;
  return (performance.now() - start) / 1000;
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
