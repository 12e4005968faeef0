/**
 * Measures how good the proposals of networks with a dense head are on sheets that they were not trained on.
 *
 * usage: bun bench/proposals.ts CHECKPOINT … [--root FOLDER] [--dataset real] [--queries 64] [--device auto]
 *
 * Each checkpoint runs on the validation sheets of its own split (`data.split_seed`, …). The sheets of all
 * checkpoints count together, so several runs on different splits give one figure over many sheets. It prints
 * a table with one row per number of tables on a sheet: F1 at EoB 0 and 2 of the tables found, and the share
 * of the true tables that is among the proposals. The score threshold for F1 is the best one for EoB 2 on
 * these very sheets. F1 is therefore an upper bound; compare it only with other figures of this benchmark.
 */

import { usageError } from "../core/base/problem.ts";
import type { Range } from "../core/base/range.ts";
import { evaluationWeights, readCheckpoint } from "../core/checkpoint/detector-state.ts";
import { locateCheckpoint } from "../core/checkpoint/locate-checkpoint.ts";
import { loadStateDict } from "../core/checkpoint/state-dict.ts";
import type { Config } from "../core/config/config.ts";
import { loadDatasets } from "../core/dataset/load-datasets.ts";
import { condenseSheet } from "../core/detection/condense-sheet.ts";
import { decodeTables } from "../core/detection/decode.ts";
import { detectorSettings } from "../core/detection/detector-settings.ts";
import { batchOf, detectionsOf } from "../core/detection/engine/micro-batch.ts";
import { layOutParameters } from "../core/model/parameters.ts";
import { TrainedDetector } from "../core/model/trained-detector.ts";
import { chooseThreshold } from "../core/scoring/choose-threshold.ts";
import { eob } from "../core/scoring/eob.ts";
import { scoreSheets } from "../core/scoring/score-sheets.ts";
import { openDevice } from "../core/tensor/device.ts";
import { scoped } from "../core/tensor/scoped.ts";
import { benchArguments, optionNumber, orEnd } from "./bench-arguments.ts";

interface Seen {
  readonly truth: readonly Range[];
  readonly found: readonly { readonly range: Range; readonly score: number }[];
  readonly proposed: readonly Range[];
}

const GROUPS: readonly (readonly [name: string, least: number, most: number])[] = [
  ["all", 0, Number.POSITIVE_INFINITY],
  ["none", 0, 0],
  ["1", 1, 1],
  ["2", 2, 2],
  ["3–5", 3, 5],
  [">5", 6, Number.POSITIVE_INFINITY],
];

const values = benchArguments("proposals", {
  checkpoints: {
    type: "positional",
    valueHint: "checkpoint…",
    description: "Checkpoints of networks with a dense head",
  },
  root: {
    type: "string",
    valueHint: "folder",
    description: "The folder with the dataset (the checkpoint's)",
  },
  dataset: { type: "string", valueHint: "name", default: "real", description: "The dataset" },
  queries: { type: "string", valueHint: "number", default: "64", description: "Proposals per sheet" },
  device: { type: "string", valueHint: "name", default: "auto", description: "Device of the network" },
});
const queries = optionNumber("queries", values.queries);
await openDevice(values.device);
const seen: Seen[] = [];
for (const path of values._.map((named) => orEnd(() => locateCheckpoint(named))))
  seen.push(...(await lookAt(path)));
print(seen);

async function lookAt(path: string): Promise<Seen[]> {
  const checkpoint = readCheckpoint(path);
  const config = checkpoint.extra?.config as unknown as Config | undefined;
  if (config?.model.dense_head.enabled !== true) {
    throw usageError({
      file: path,
      message: "Cannot measure the proposals",
      expected: "a checkpoint with its configuration, of a network with a dense head",
      got: config === undefined ? "no configuration in it" : "a network without a dense head",
    });
  }
  const detector = { ...detectorSettings(config.model), num_queries: queries };
  const parameters = layOutParameters(detector);
  loadStateDict(evaluationWeights(checkpoint), parameters, path);
  const network = new TrainedDetector(detector);
  network.setParameters(parameters.flat);
  const { validation } = await loadDatasets(
    {
      ...config.data,
      dataset_names: [values.dataset],
      root: values.root ?? config.data.root,
      max_rows: 16_384,
      max_cols: 1024,
    },
    { splits: ["validation"] },
  );
  const result = validation.map(({ grid, ranges, label }): Seen => {
    const short = condenseSheet(grid);
    const batch = { sheets: [{ grid: short.grid, boxes: new Float32Array(0), label }], seed: [], weight: 1 };
    const output = scoped(() => network.detect(batchOf(batch, detector)));
    const loss = { ...config.model.loss, aux_loss: false };
    const { scores, boxes } = detectionsOf(output, batch, { detector, loss }, false)[0]!;
    return {
      truth: ranges,
      found: decodeTables(scores, boxes, short.grid, 0).map((table) => ({
        ...table,
        range: short.expand(table.range),
      })),
      proposed: output.dense!.sheets[0]!.proposals.map(({ x1, y1, x2, y2 }) =>
        short.expand({ top: y1 + 1, left: x1 + 1, bottom: y2, right: x2 }),
      ),
    };
  });
  network.dispose();
  return result;
}

function print(all: readonly Seen[]): void {
  const least = chooseThreshold(all, 2);
  const rows = GROUPS.map(([name, from, to]) => {
    const sheets = all.filter(({ truth }) => truth.length >= from && truth.length <= to);
    const scores = scoreSheets(
      sheets.map(({ truth, found }) => ({
        truth,
        predicted: found.filter(({ score }) => score >= least).map(({ range }) => range),
      })),
    );
    const f1 = (at: number) => scores.find((each) => each.eob === at)!.tables.f1.toFixed(3);
    const tables = sheets.reduce((sum, { truth }) => sum + truth.length, 0);
    return {
      "tables on the sheet": name,
      sheets: sheets.length,
      tables,
      "F1 EoB 2": f1(2),
      "F1 EoB 0": f1(0),
      "proposed EoB 2": proposedShare(sheets, 2),
      "proposed EoB 0": proposedShare(sheets, 0),
    };
  });
  console.log(`score from ${least.toFixed(3)}`);
  console.table(rows.filter(({ sheets }) => sheets > 0));
}

/** The share of true tables with a proposal at most `distance` cells off at every edge (EoB). */
function proposedShare(sheets: readonly Seen[], distance: number): string {
  const tables = sheets.flatMap(({ truth, proposed }) => truth.map((range) => ({ range, proposed })));
  const there = tables.filter(({ range, proposed }) =>
    proposed.some((other) => eob(other, range) <= distance),
  );
  return tables.length === 0 ? "" : (there.length / tables.length).toFixed(3);
}
