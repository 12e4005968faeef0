/**
 * Prints what a model says of a training over 8, 64 and 512 ranks, as tables in Markdown: the speed-up, and
 * how many ranks still do half of what one alone does. `scaling-cost.ts` has the formulas.
 *
 * usage: bun bench/scaling-model.ts [--sheets 8] [--steps 4000] [--start-ms 1000] [--latency-us 20]
 *          [--sheet-ms 37,430,90 --largest-ms 160,1900,320]
 *
 * The times per sheet are those of one thread on wasm, measured here on `workload.json` unless they are
 * given: for minimal, full and the shipped network, each with the average sheet and the largest of a step.
 *
 * - same batch: a step has as many sheets as on one rank, and the same bits;
 * - one sheet per rank: with more ranks than sheets the batch grows, and a training has fewer steps;
 * - uneven: the fastest network, but a rank waits for the largest sheet of a step.
 */

import { join } from "node:path";
import { commandLine } from "../core/base/command-line.ts";
import { usageError } from "../core/base/problem.ts";
import { PROJECT_ROOT } from "../core/base/project-root.ts";
import { detectorSettings } from "../core/detection/detector-settings.ts";
import { openEngine } from "../core/detection/open-engine.ts";
import { loadConfig } from "../core/hooks/load-config.ts";
import { DEFAULT_DETECTOR, type DetectorConfig } from "../core/model/detector-config.ts";
import { createParameters } from "../core/model/parameters.ts";
import { FULL_DETECTOR } from "../tests/support/full-detector.ts";
import { madeUpSheet } from "../tests/support/sheets.ts";
import { benchArguments, orEnd } from "./bench-arguments.ts";
import { lastThatPays, type Network, speedUp, type Training } from "./scaling-cost.ts";
import workload from "./workload.json";

const flags = benchArguments("scaling-model", {
  sheets: { type: "string", valueHint: "number", default: "8", description: "Sheets of a step on one rank" },
  steps: { type: "string", valueHint: "number", default: "4000", description: "Steps of the training" },
  "start-ms": { type: "string", valueHint: "ms", default: "1000", description: "Start of a process" },
  "latency-us": { type: "string", valueHint: "µs", default: "20", description: "Time of a short message" },
  "sheet-ms": { type: "string", valueHint: "ms,ms,ms", description: "Average sheet (measured)" },
  "largest-ms": { type: "string", valueHint: "ms,ms,ms", description: "Largest sheet of a step (measured)" },
});

const RANKS = [8, 64, 512];
const GIGABITS = [10, 100, 400];
/** Where the search for the last rank that pays ends. */
const MOST_RANKS = 4096;

const [sheets, steps, startMs, latencyUs] = (["sheets", "steps", "start-ms", "latency-us"] as const).map(
  (name) => orEnd(() => numbers(name, flags[name], 1)[0]!),
) as [number, number, number, number];
const { config } = await loadConfig(join(PROJECT_ROOT, "configs/pretrained.yaml"), []);
const detectors: Readonly<Record<string, DetectorConfig>> = {
  minimal: DEFAULT_DETECTOR,
  full: FULL_DETECTOR,
  "the shipped network": detectorSettings(config.model),
};
const given = orEnd(() => givenTimes(Object.keys(detectors).length));

const trainings: [string, Training][] = [];
for (const [index, [name, detector]] of Object.entries(detectors).entries()) {
  const parameters = createParameters(detector, 0).flat.length;
  const times = given?.[index] ?? (await measure(detector));
  trainings.push([name, { ...times, parameters, start: startMs / 1000, steps }]);
}

console.log("| network | parameters | average sheet | largest sheet of a step |\n|---|---|---|---|");
for (const [name, { parameters, sheet, largest }] of trainings) {
  const [millions, ...times] = [parameters / 1e6, sheet * 1000, largest * 1000];
  console.log(
    `| ${name} | ${millions.toFixed(1)} M | ${times.map((ms) => `${ms.toFixed(0)} ms`).join(" | ")} |`,
  );
}
printTable(`same batch, ${sheets} sheets per step`, () => sheets);
printTable("one sheet per rank", (ranks) => Math.max(sheets, ranks));

function printTable(title: string, sheetsOf: (ranks: number) => number): void {
  const columns = [...GIGABITS.map((gigabits) => `${gigabits} Gbit/s`), "uneven"];
  console.log(`\n| ${title} | ranks | ${columns.join(" | ")} |\n|---|---|${"---|".repeat(columns.length)}`);
  for (const [name, training] of trainings) {
    const even = { ...training, largest: training.sheet };
    const cases: [Training, Network][] = GIGABITS.map((gigabits) => [even, network(gigabits)]);
    cases.push([training, network(GIGABITS.at(-1)!)]);
    const row = (head: string, cells: string[]) =>
      console.log(`| ${name} | ${head} | ${cells.join(" | ")} |`);
    for (const ranks of RANKS) {
      const shape = { baseSheets: sheets, sheets: sheetsOf(ranks), ranks };
      row(
        String(ranks),
        cases.map(([each, over]) => speedUp(each, shape, over).toFixed(1)),
      );
    }
    const last = cases.map(([each, over]) => lastThatPays(each, sheets, sheetsOf, over, MOST_RANKS));
    row(
      "pays up to",
      last.map((ranks) => (ranks === MOST_RANKS ? `${MOST_RANKS} or more` : String(ranks))),
    );
  }
}

function network(gigabits: number): Network {
  return { bandwidth: (gigabits * 1e9) / 8, latency: latencyUs / 1e6 };
}

/** The sheets of the workload one by one on one thread, each at its fastest of two passes after a warm-up. */
async function measure(detector: DetectorConfig): Promise<Pick<Training, "sheet" | "largest">> {
  const loss = { lambda_cls: 2, lambda_l1: 5, lambda_iou: 2 };
  await using engine = await openEngine({ device: "wasm", workers: 1, seed: 0, detector, loss });
  const parameters = createParameters(detector, 0);
  const gradient = new Float32Array(parameters.flat.length);
  engine.setParameters(parameters.flat);
  const made = (workload.sheets as [number, number, number[][]][]).map(([rows, columns, boxes], index) =>
    madeUpSheet(rows, columns, boxes, `sheet ${index}`),
  );
  const times = made.map(() => Number.POSITIVE_INFINITY);
  for (let pass = 0; pass < 3; pass++) {
    for (const [index, sheet] of made.entries()) {
      const start = performance.now();
      await engine.gradient([{ sheets: [sheet], seed: [pass, index], weight: 1 }], gradient);
      if (pass > 0) times[index] = Math.min(times[index]!, (performance.now() - start) / 1000);
    }
  }
  const ofSteps: number[] = [];
  for (let start = 0; start < times.length; start += workload.accumulate) {
    ofSteps.push(Math.max(...times.slice(start, start + workload.accumulate)));
  }
  return { sheet: mean(times), largest: mean(ofSteps) };
}

/** The times of the command line, s; null if they are to be measured. */
function givenTimes(count: number): Pick<Training, "sheet" | "largest">[] | null {
  if (flags["sheet-ms"] === undefined) return null;
  const average = numbers("sheet-ms", flags["sheet-ms"], count);
  const largest =
    flags["largest-ms"] === undefined ? average : numbers("largest-ms", flags["largest-ms"], count);
  return average.map((ms, index) => ({ sheet: ms / 1000, largest: largest[index]! / 1000 }));
}

function numbers(option: string, text: string, count: number): number[] {
  const values = text.split(",").map(Number);
  if (values.length === count && values.every((value) => value > 0)) return values;
  throw usageError({
    where: "command line",
    message: `Cannot read --${option}`,
    expected: count === 1 ? "a number above 0" : `${count} numbers above 0, with commas`,
    got: text,
    fix: commandLine("bench", "scaling-model", "--help"),
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
