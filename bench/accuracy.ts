/**
 * Prints how accurate a checkpoint is on labelled datasets, as a table in Markdown: F1 over tables at EoB 2
 * and EoB 0, by the number of tables on a sheet, beside connected blocks. Below it: the share of sheets
 * without a table that get none, the expected calibration error, and how many of the layout cases are right.
 *
 * usage: bun bench/accuracy.ts [CHECKPOINT] --root FOLDER [--split train|test] [--datasets real,field,saus]
 *
 * It measures the network alone (`--mode model`) at the score threshold that is stored with the weights. The
 * calibration counts scores from 0.05 on. The training split is the default: a testing_set may be evaluated
 * three times in all, so it has to be asked for by name.
 */

import type { PredictedTable } from "../core/base/predicted-table.ts";
import type { Range } from "../core/base/range.ts";
import { locateCheckpoint } from "../core/checkpoint/locate-checkpoint.ts";
import { findTables } from "../core/detection/find-tables.ts";
import { openSheetDetector } from "../core/detection/sheet-detector.ts";
import type { EvaluationSheet } from "../core/evaluation/load-split.ts";
import { connectedBlocks } from "../core/features/connected-blocks.ts";
import { type Calibration, calibration } from "../core/scoring/calibration.ts";
import { scoreSheets } from "../core/scoring/score-sheets.ts";
import { SCORE_THRESHOLDS } from "../core/scoring/threshold-table.ts";
import { layoutCases } from "../tests/support/layout-cases.ts";
import { benchArguments, orEnd } from "./bench-arguments.ts";
import { judgeCases, type Verdict } from "./judge-cases.ts";
import { type PublishedSplit, publishedSplit, SPLITS, TEST_REMINDER } from "./labelled-split.ts";

/** A sheet with what was found on it. */
interface Seen {
  readonly truth: readonly Range[];
  readonly found: readonly PredictedTable[];
  /** From a score of 0.05 on. */
  readonly all: readonly PredictedTable[];
  readonly blocks: readonly Range[];
}

/** Rows below each dataset, but for one that has all of its sheets. */
const GROUPS: readonly (readonly [name: string, least: number, most: number])[] = [
  ["… one table", 1, 1],
  ["… two tables", 2, 2],
  ["… three to five", 3, 5],
  ["… more than five", 6, Number.POSITIVE_INFINITY],
  ["… three and more", 3, Number.POSITIVE_INFINITY],
];

const values = benchArguments("accuracy", {
  checkpoint: {
    type: "positional",
    required: false,
    description: "A run's folder, a checkpoint file, latest or pretrained (pretrained)",
  },
  root: { type: "string", required: true, valueHint: "folder", description: "The folder of the datasets" },
  split: { type: "enum", options: [...SPLITS], default: "train", description: "The published split" },
  datasets: { type: "string", valueHint: "names", default: "real,field,saus", description: "The datasets" },
  device: { type: "string", valueHint: "name", default: "auto", description: "Device of the network" },
});
const split = values.split as PublishedSplit;
if (split === "test") console.error(TEST_REMINDER);
const checkpoint = orEnd(() => locateCheckpoint(values.checkpoint ?? "pretrained", {}));
const seen = new Map<string, Seen[]>();
for (const name of values.datasets.split(",")) seen.set(name, await lookAt(name));
const verdicts = await judged();
print(seen, verdicts);

async function lookAt(dataset: string): Promise<Seen[]> {
  const { sheets, skipped } = await publishedSplit(values.root, dataset, split);
  for (const { file, sheet, reason } of skipped) console.error(`left out: ${file} ${sheet ?? ""}: ${reason}`);
  const found = await find(sheets, undefined);
  const all = await find(sheets, SCORE_THRESHOLDS[0]);
  return sheets.map(({ ranges, grid }, at) => ({
    truth: ranges,
    found: found[at]!,
    all: all[at]!,
    blocks: connectedBlocks(grid),
  }));
}

async function find(
  sheets: readonly EvaluationSheet[],
  scoreThreshold: number | undefined,
): Promise<PredictedTable[][]> {
  const options = scoreThreshold === undefined ? {} : { scoreThreshold };
  await using detector = await openSheetDetector(checkpoint, { device: values.device, ...options });
  return await findTables(sheets, { detector, mode: "model" });
}

async function judged(): Promise<Verdict[]> {
  await using detector = await openSheetDetector(checkpoint, { device: values.device });
  return await judgeCases(layoutCases(), (sheets) => detector.detect(sheets));
}

function print(datasets: ReadonlyMap<string, readonly Seen[]>, cases: readonly Verdict[]): void {
  const everywhere = [...datasets.values()].flat();
  const lines = [
    ["F1 at EoB 2 / EoB 0", "sheets, tables", "network", "precision, recall at EoB 2", "connected blocks"],
    ["---", "---", "---", "---", "---"],
    ...[...datasets].flatMap(([name, sheets]) => [
      row(`\`${name}\`, \`${split === "test" ? "testing_set" : "training_set"}\``, sheets),
      ...GROUPS.flatMap(([title, least, most]) => {
        const inside = sheets.filter(({ truth }) => truth.length >= least && truth.length <= most);
        return inside.length === 0 || inside.length === sheets.length ? [] : [row(title, inside)];
      }),
    ]),
  ];
  console.log(lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n"));
  const without = everywhere.filter(({ truth }) => truth.length === 0);
  const none = without.filter(({ found }) => found.length === 0);
  const errors = [...datasets].map(([name, sheets]) => `${name} ${errorOf(sheets)}`);
  const right = cases.filter(({ isRight }) => isRight);
  console.log(
    [
      "",
      `- sheets without a table that get none: ${none.length} of ${without.length}`,
      "- expected calibration error (EoB 2, scores from 0.05): " +
        `${errors.join(", ")}; all ${errorOf(everywhere)}`,
      `- layout cases: ${right.length} of ${cases.length}` +
        (right.length > 0 ? ` (${right.map(({ name }) => name).join("; ")})` : ""),
    ].join("\n"),
  );
}

function row(name: string, sheets: readonly Seen[]): string[] {
  const ofNetwork = scoreSheets(
    sheets.map(({ truth, found }) => ({ truth, predicted: found.map(({ range }) => range) })),
  );
  const ofBlocks = scoreSheets(sheets.map(({ truth, blocks }) => ({ truth, predicted: blocks })));
  const [exact, , near] = ofNetwork;
  const [exactBlocks, , nearBlocks] = ofBlocks;
  const pair = (a: number, b: number) => `${a.toFixed(3)} / ${b.toFixed(3)}`;
  return [
    name,
    `${sheets.length}, ${near!.tables.truth}`,
    pair(near!.tables.f1, exact!.tables.f1),
    `${near!.tables.precision.toFixed(3)}, ${near!.tables.recall.toFixed(3)}`,
    pair(nearBlocks!.tables.f1, exactBlocks!.tables.f1),
  ];
}

function errorOf(sheets: readonly Seen[]): string {
  const { error }: Calibration = calibration(
    sheets.map(({ truth, all }) => ({ truth, predicted: all })),
    SCORE_THRESHOLDS[0]!,
  );
  return error === null ? "–" : error.toFixed(3);
}
