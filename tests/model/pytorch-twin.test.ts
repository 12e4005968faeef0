/** Tests docs/pytorch/table_detector.py against the project: same weights, same sheets, same numbers. */

import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { randomStream } from "../../core/base/random.ts";
import { formatRange } from "../../core/base/range.ts";
import { evaluationWeights, readCheckpoint } from "../../core/checkpoint/detector-state.ts";
import { loadStateDict } from "../../core/checkpoint/state-dict.ts";
import { detectorSettings } from "../../core/detection/detector-settings.ts";
import { batchOf } from "../../core/detection/engine/micro-batch.ts";
import { leaveOutTitles } from "../../core/detection/leave-out-titles.ts";
import { type CheckpointConfig, openSheetDetector } from "../../core/detection/sheet-detector.ts";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import { featuriseSheet, MAX_GRID_CELLS } from "../../core/features/featurise.ts";
import { gridLimits } from "../../core/features/grid-limits.ts";
import type { PackedGrid } from "../../core/features/packed-grid.ts";
import type { DetectorOutput } from "../../core/model/output-loss.ts";
import { layOutParameters } from "../../core/model/parameters.ts";
import { TrainedDetector } from "../../core/model/trained-detector.ts";
import { locatePretrained } from "../../core/pretrained/locate-pretrained.ts";
import { bestSet } from "../../core/proposals/best-set.ts";
import type { ScoredBox } from "../../core/proposals/select.ts";
import { openDevice } from "../../core/tensor/device.ts";
import { scoped } from "../../core/tensor/scoped.ts";
import { workbookParts, worksheet, zip } from "../excel/build-package.ts";
import { relativeError } from "../support/golden.ts";
import { findPyTorch } from "../support/pytorch.ts";
import { writeRandomCheckpoint } from "../support/random-checkpoint.ts";
import { runCommand } from "../support/run-command.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

setDefaultTimeout(300_000); // a busy machine is slow, not wrong

const TOLERANCE = 1e-4;

interface TwinSheet {
  logits: number[][];
  boxes: number[][];
  dense: number[] | null;
  proposals: number[][] | null;
  tables: { range: string; score: number }[];
}

interface Twin {
  threshold: number;
  sheets: TwinSheet[];
  batch_error?: number;
}

const pytorch = findPyTorch();
const folder = sharedFolder("pytorch-twin");
const WORKBOOK = join(PROJECT_ROOT, "docs/samples/budget.xlsx");
const SHEETS = ["Budget", "Staff"];

interface Sheet {
  readonly path: string;
  readonly grid: PackedGrid;
}

/** The sample's sheets, and their cells in files, written by the script that the page tells users to run. */
async function writtenSheets(): Promise<Sheet[]> {
  const { sheets } = await readWorkbook(WORKBOOK);
  const written: Sheet[] = [];
  for (const name of SHEETS) {
    const path = folder.join(`${name}.safetensors`);
    const { code, stderr } = await runCommand("docs/pytorch/write-cells.ts", [WORKBOOK, name, path]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const sheet = sheets.find((each) => each.name === name)!;
    const { grid } = featuriseSheet(sheet, WORKBOOK, gridLimits(sheet, MAX_GRID_CELLS));
    written.push({ path, grid: grid! });
  }
  return written;
}

/** What the project's own network says of each sheet alone, on the device `js`. */
async function ownOutputs(weights: string, sheets: readonly Sheet[]): Promise<DetectorOutput[]> {
  const checkpoint = readCheckpoint(weights);
  const { model } = checkpoint.extra!.config as unknown as CheckpointConfig;
  const settings = detectorSettings(model);
  const parameters = layOutParameters(settings);
  loadStateDict(evaluationWeights(checkpoint), parameters, weights);
  await openDevice("js");
  const detector = new TrainedDetector(settings);
  detector.setParameters(parameters.flat);
  try {
    return sheets.map(({ grid }) =>
      scoped(() => {
        const sheet = { grid, label: "", boxes: new Float32Array(0) };
        return detector.detect(batchOf({ sheets: [sheet], seed: [], weight: 1 }, settings));
      }),
    );
  } finally {
    detector.dispose();
  }
}

async function ownTables(weights: string, sheets: readonly Sheet[]): Promise<TwinSheet["tables"][]> {
  await using detector = await openSheetDetector(weights, { device: "js" });
  const found = await detector.detect(sheets.map(({ grid }) => ({ grid, label: "" })));
  return found.map((tables) => tables.map(({ range, score }) => ({ range: formatRange(range), score })));
}

/** Section `model` of a file of configs/. */
function modelOf(config: string): Record<string, unknown> {
  const text = readFileSync(join(PROJECT_ROOT, "configs", config), "utf8");
  return (parse(text) as { model?: Record<string, unknown> }).model ?? {};
}

const NETWORKS: readonly { name: string; weights: () => string }[] = [
  ...["minimal.yaml", "full.yaml"].map((config) => ({
    name: `the untrained network of configs/${config}`,
    weights: () => {
      const path = folder.join(`${config}.pt`);
      writeRandomCheckpoint(path, { model: modelOf(config), score: 0 });
      return path;
    },
  })),
  { name: "the weights that come with the project", weights: () => locatePretrained() },
  {
    name: "a network with hints, whose scores say how well proposals fit",
    weights: () => {
      const path = folder.join("fit.pt");
      const { dense_head, backbone, detr } = modelOf("small.yaml") as Record<string, object>;
      const model = {
        features: "tablesense43_hints",
        backbone,
        detr: { ...detr, scores: "fit" },
        dense_head,
      };
      writeRandomCheckpoint(path, { model, score: 0 });
      return path;
    },
  },
  {
    name: "a dense head alone",
    weights: () => {
      const path = folder.join("dense.pt");
      const dense_head = { enabled: true, only: true, widths: [8, 8], depths: [1, 1], up_depths: [1] };
      writeRandomCheckpoint(path, { model: { dense_head }, score: 0 });
      return path;
    },
  },
];

describe.skipIf(pytorch === null)("table_detector.py", () => {
  for (const { name, weights } of NETWORKS) {
    test(`has the logits, boxes, proposals and tables of ${name}`, async () => {
      const sheets = await writtenSheets();
      const path = weights();
      const script = join(import.meta.dir, "pytorch_twin.py");
      const twin = pytorch!.run(script, path, ...sheets.map((sheet) => sheet.path)) as Twin;
      const outputs = await ownOutputs(path, sheets);
      const tables = await ownTables(path, sheets);
      expect(twin.sheets).toHaveLength(sheets.length);
      for (const [index, { layers, dense }] of outputs.entries()) {
        const said = twin.sheets[index]!;
        expect(said.logits).toHaveLength(layers.length);
        for (const [k, layer] of layers.entries()) {
          expect(relativeError(said.logits[k]!, layer.logits)).toBeLessThan(TOLERANCE);
          expect(relativeError(said.boxes[k]!, layer.boxes)).toBeLessThan(TOLERANCE);
        }
        expect(said.dense === null).toBe(dense === null);
        if (dense !== null) {
          expect(relativeError(said.dense!, dense.logits)).toBeLessThan(TOLERANCE);
          const proposals = dense.sheets[0]!.proposals.map(({ x1, y1, x2, y2 }) => [x1, y1, x2, y2]);
          expect(proposals.length).toBeGreaterThan(0);
          expect(said.proposals).toEqual(proposals);
        }
        expect(said.tables.map(({ range }) => range)).toEqual(tables[index]!.map(({ range }) => range));
        for (const [k, { score }] of said.tables.entries()) {
          expect(Math.abs(score - tables[index]![k]!.score)).toBeLessThan(TOLERANCE);
        }
      }
      if (twin.batch_error !== undefined) expect(twin.batch_error).toBeLessThan(TOLERANCE);
    });
  }

  test("has the project's best set of any scored boxes", () => {
    const random = randomStream(1, "best sets");
    const sets = Array.from({ length: 40 }, () =>
      Array.from({ length: random.integer(0, 30) }, (): ScoredBox => {
        const [x1, y1] = [random.integer(0, 20), random.integer(0, 20)];
        const [x2, y2] = [x1 + random.integer(1, 12), y1 + random.integer(1, 12)];
        return { x1, y1, x2, y2, score: random.uniform() };
      }),
    );
    const pairs = (boxes: readonly ScoredBox[]) =>
      boxes.map(({ score, x1, y1, x2, y2 }) => [score, [x1, y1, x2, y2]]);
    const path = folder.write("sets.json", JSON.stringify(sets.map(pairs)));
    const said = pytorch!.run(join(import.meta.dir, "pytorch_twin.py"), "--best-set", path);
    expect(said).toEqual(sets.map((boxes) => pairs(bestSet(boxes))));
  });

  test("leaves out the titles that the project leaves out", async () => {
    const path = folder.join("title.xlsx");
    const cellOf = (letter: string, row: number) =>
      `<c r="${letter}${row}" t="inlineStr"><is><t>${letter} ${row}</t></is></c>`;
    const rows = [1, 2, 4, 5, 6].map((row) => {
      const letters = row === 1 ? ["A"] : ["A", "B", "C"];
      return `<row r="${row}">${letters.map((letter) => cellOf(letter, row)).join("")}</row>`;
    });
    const merges = '<mergeCells><mergeCell ref="A1:C1"/></mergeCells>';
    const sheets = { Title: worksheet(`<sheetData>${rows.join("")}</sheetData>${merges}`) };
    writeFileSync(path, zip(workbookParts(sheets)));
    const cells = folder.join("title.safetensors");
    await runCommand("docs/pytorch/write-cells.ts", [path, "Title", cells]);
    const [sheet] = (await readWorkbook(path)).sheets;
    const { grid } = featuriseSheet(sheet!, path, gridLimits(sheet!, MAX_GRID_CELLS));
    const boxes: ScoredBox[] = [0, 1, 2, 3].map((y1) => ({ x1: 0, y1, x2: 3, y2: 6, score: 0.9 - y1 / 10 }));
    const pairs = (all: readonly ScoredBox[]) =>
      all.map(({ score, x1, y1, x2, y2 }) => [score, [x1, y1, x2, y2]]);
    const given = folder.write("titles.json", JSON.stringify(pairs(boxes)));
    const script = join(import.meta.dir, "pytorch_twin.py");
    const own = leaveOutTitles(boxes, grid!);
    expect(own.length).toBeLessThan(boxes.length);
    expect(pytorch!.run(script, "--without-titles", given, cells)).toEqual(pairs(own));
  });
});

test("write-cells.ts does not write over a workbook", async () => {
  const path = folder.write("mine.xlsx", readFileSync(WORKBOOK));
  const { code, stderr } = await runCommand("docs/pytorch/write-cells.ts", [path, SHEETS[0]!, path]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("a file that ends with .safetensors")]);
  expect(readFileSync(path)).toEqual(readFileSync(WORKBOOK));
});
