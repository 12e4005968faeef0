/** Measures which stage of a prediction takes how much processor time, on one thread. */

import { keep, type Tensor, tensor } from "@tensorflow/tfjs-core";
import { usageError } from "../core/base/problem.ts";
import { evaluationWeights, readCheckpoint } from "../core/checkpoint/detector-state.ts";
import { loadStateDict } from "../core/checkpoint/state-dict.ts";
import { condenseSheet } from "../core/detection/condense-sheet.ts";
import { decodeTables } from "../core/detection/decode.ts";
import { detectorSettings } from "../core/detection/detector-settings.ts";
import type { MicroBatch } from "../core/detection/engine/gradient-engine.ts";
import { batchOf, detectionsOf } from "../core/detection/engine/micro-batch.ts";
import type { CheckpointConfig } from "../core/detection/sheet-detector.ts";
import { joinTiles, tilesOf } from "../core/detection/tile-sheet.ts";
import { openWorkbook } from "../core/excel/read-workbook.ts";
import { featuriseSheet, MAX_GRID_CELLS } from "../core/features/featurise.ts";
import { CHANNEL_COUNT } from "../core/features/grid.ts";
import { gridLimits } from "../core/features/grid-limits.ts";
import type { PackedGrid } from "../core/features/packed-grid.ts";
import { backbone } from "../core/model/backbone.ts";
import { denseInput, findings, runDenseHead } from "../core/model/dense-stage.ts";
import { detect } from "../core/model/detector.ts";
import type { DetectorConfig } from "../core/model/detector-config.ts";
import { NO_NETWORK_DROPOUT } from "../core/model/dropout-sites.ts";
import { layOutParameters } from "../core/model/parameters.ts";
import { Weights } from "../core/model/weights.ts";
import { openDevice } from "../core/tensor/device.ts";
import { scoped } from "../core/tensor/scoped.ts";

/** The stages, in the order in which a sheet goes through them. */
const STAGES = [
  "reading",
  "features",
  "shortening",
  "batch",
  "dense head",
  "proposals",
  "backbone",
  "encoder and decoder",
  "tables",
] as const;

type Stage = (typeof STAGES)[number];

/** What a profile found. */
export interface PredictionProfile {
  /** Sheets with cells, and the windows of them that the network looked at. */
  readonly sheets: number;
  readonly windows: number;
  /** Milliseconds of processor time per sheet, of all threads of the process. */
  readonly stages: Readonly<Record<Stage, number>>;
}

/**
 * Takes workbooks through all stages on this thread.
 *
 * @param warmUp Workbooks that are taken through first and do not count: compiled code is faster.
 * @throws {UserError} If the device computes asynchronously, so that its stages cannot be told apart.
 */
export async function profilePrediction(
  checkpoint: string,
  device: string,
  paths: readonly string[],
  warmUp: readonly string[],
): Promise<PredictionProfile> {
  const { name } = await openDevice(device, { gradients: false });
  if (name === "webgpu") {
    const [expected, got] = ["a device that computes synchronously: cuda, native, wasm or js", name];
    throw usageError({ message: "Cannot profile predictions on this device", expected, got });
  }
  const profiler = new Profiler(checkpoint);
  for (const path of warmUp) await profiler.take(path);
  profiler.forget();
  for (const path of paths) await profiler.take(path);
  return profiler.profile();
}

/** A table of the profile, with each stage's share. */
export function profileText({ stages }: PredictionProfile): string {
  const total = STAGES.reduce((sum, stage) => sum + stages[stage], 0);
  const line = (name: string, milliseconds: number) =>
    `${name.padEnd(22)}${milliseconds.toFixed(2).padStart(9)}${((100 * milliseconds) / total).toFixed(1).padStart(8)}`;
  const head = `${"stage".padEnd(22)}${"ms/sheet".padStart(9)}${"%".padStart(8)}`;
  return [head, ...STAGES.map((stage) => line(stage, stages[stage])), line("all", total)].join("\n");
}

class Profiler {
  readonly #config: DetectorConfig;
  readonly #weights: Weights;
  readonly #times = new Map<Stage, number>();
  #sheets = 0;
  #windows = 0;
  /** Processor time at the end of the last stage, ms. */
  #last = 0;

  constructor(checkpoint: string) {
    const read = readCheckpoint(checkpoint);
    const { model } = read.extra!.config as unknown as CheckpointConfig;
    this.#config = detectorSettings(model);
    const parameters = layOutParameters(this.#config);
    loadStateDict(evaluationWeights(read), parameters, checkpoint);
    const tensors = new Map<string, Tensor>();
    for (const [at, name] of parameters.names.entries()) {
      tensors.set(name, keep(tensor(parameters.view(name), [...parameters.shapes[at]!])));
    }
    this.#weights = new Weights(tensors);
  }

  /** Takes a workbook through all stages; one that cannot be read is left out. */
  async take(path: string): Promise<void> {
    this.#last = processorTime();
    const workbook = await openWorkbook(path).catch(() => null);
    if (workbook === null) return;
    try {
      for (const [index] of workbook.entries.entries()) {
        const sheet = await workbook.readSheet(index);
        this.#end("reading");
        const hints = this.#config.in_channels > CHANNEL_COUNT;
        const { grid } = featuriseSheet(sheet, path, { ...gridLimits(sheet, MAX_GRID_CELLS), hints });
        this.#end("features");
        if (grid !== null) this.#look(grid);
      }
    } catch {
      // a broken sheet: the prediction reports it, and what was measured of its workbook counts
    } finally {
      workbook.close();
    }
  }

  forget(): void {
    this.#times.clear();
    this.#sheets = 0;
    this.#windows = 0;
  }

  profile(): PredictionProfile {
    const perSheet = (stage: Stage) => (this.#times.get(stage) ?? 0) / Math.max(1, this.#sheets);
    const stages = Object.fromEntries(STAGES.map((stage) => [stage, perSheet(stage)]));
    return { sheets: this.#sheets, windows: this.#windows, stages: stages as Record<Stage, number> };
  }

  #look(grid: PackedGrid): void {
    const tiles = tilesOf(condenseSheet(grid).grid);
    this.#end("shortening");
    const found = tiles.map((tile) => {
      const { scores, boxes } = scoped(() => this.#detect(tile.grid));
      return decodeTables(scores, boxes, tile.grid, 0.5);
    });
    joinTiles(tiles, found);
    this.#end("tables");
    this.#sheets++;
    this.#windows += tiles.length;
  }

  /** The stages of the network, as `TrainedDetector.detect` has them. */
  #detect(grid: PackedGrid) {
    const microBatch: MicroBatch = {
      sheets: [{ grid, label: "", boxes: new Float32Array(0) }],
      seed: [],
      weight: 1,
    };
    const [config, weights] = [this.#config, this.#weights];
    const batch = batchOf(microBatch, config);
    this.#end("batch");
    let dense = null;
    let input = null;
    if (config.dense_head) {
      const output = runDenseHead(weights, batch, config, NO_NETWORK_DROPOUT.dense);
      const logits = output.logits.dataSync() as Float32Array;
      this.#end("dense head");
      dense = { logits, sheets: findings(logits, batch, config) };
      this.#end("proposals");
      input = denseInput(output, dense.sheets, batch, config);
      this.#end("batch");
    }
    if (config.dense_head?.only !== true) {
      // Measured by itself: `detect` runs it once more, which is taken off again below.
      for (const map of backbone(weights.of("backbone"), batch, config, input?.cells)) map.dataSync();
    }
    const ofBackbone = this.#end("backbone");
    const tensors = config.dense_head?.only
      ? []
      : detect(weights, batch, config, NO_NETWORK_DROPOUT.decoder, input);
    const layers = tensors.map(({ logits, boxes }) => ({
      logits: logits.dataSync() as Float32Array,
      boxes: boxes.dataSync() as Float32Array,
    }));
    this.#end("encoder and decoder", ofBackbone);
    const loss = { lambda_cls: 0, lambda_l1: 0, lambda_iou: 0 };
    return detectionsOf({ layers, dense }, microBatch, { detector: config, loss }, false)[0]!;
  }

  /** Ends a stage. @param less Time that belongs to another stage, ms. @returns What it took, ms. */
  #end(stage: Stage, less = 0): number {
    const now = processorTime();
    const taken = now - this.#last;
    this.#times.set(stage, (this.#times.get(stage) ?? 0) + taken - less);
    this.#last = now;
    return taken;
  }
}

/** Of all threads of this process, ms. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
