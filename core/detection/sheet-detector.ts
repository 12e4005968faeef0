/** Finds the tables of sheets with the weights of a checkpoint. */

import type { PredictedTable } from "../base/predicted-table.ts";
import { UserError } from "../base/problem.ts";
import { scoreThreshold as storedThreshold } from "../base/score-threshold.ts";
import { evaluationWeights, readCheckpoint } from "../checkpoint/detector-state.ts";
import { loadStateDict } from "../checkpoint/state-dict.ts";
import type { Config } from "../config/config.ts";
import { CHANNEL_COUNT } from "../features/grid.ts";
import type { PackedGrid } from "../features/packed-grid.ts";
import { layOutParameters } from "../model/parameters.ts";
import { condenseSheet } from "./condense-sheet.ts";
import { decodeTables } from "./decode.ts";
import { detectionDoubt } from "./detection-doubt.ts";
import { detectorSettings } from "./detector-settings.ts";
import { openEngine } from "./open-engine.ts";
import { joinTiles, tilesOf } from "./tile-sheet.ts";

/** A sheet whose tables are wanted. */
export interface DetectorInput {
  readonly grid: PackedGrid;
  /** For messages. */
  readonly label: string;
}

/**
 * The configuration of a checkpoint. Of section `data`, exported weights keep only the limits of a sheet,
 * and weights from PyTorch keep nothing.
 */
export type CheckpointConfig = Pick<Config, "model" | "evaluation"> & {
  readonly data?: Partial<Config["data"]>;
};

/** The tables of a sheet, best score first. */
interface ExaminedSheet {
  readonly tables: readonly PredictedTable[];
  /** 0 … 1, see `detectionDoubt`. */
  readonly doubt: number;
}

/**
 * A network with its weights on a device.
 *
 * Life cycle: `openSheetDetector` opens the device; `detect` may be called any number of times, one call
 * after the other; `dispose` frees the device and ends its workers.
 */
export interface SheetDetector extends AsyncDisposable {
  /** The configuration of the training; exported weights keep these sections only. */
  readonly config: CheckpointConfig;
  /** Least score of a table, 0 … 1, from the options, the configuration or the last validation. */
  readonly scoreThreshold: number;
  /** Whether the network reads hints: sheets for other networks need none. */
  readonly readsHints: boolean;
  /** The device with its details, for messages. */
  readonly device: string;
  /** The tables of each sheet, best score first, and how unsure they are. */
  examine(sheets: readonly DetectorInput[]): Promise<ExaminedSheet[]>;
  /** The tables of each sheet, best score first. */
  detect(sheets: readonly DetectorInput[]): Promise<PredictedTable[][]>;
  /** Frees the device, as `await using` does. */
  dispose(): Promise<void>;
}

export interface SheetDetectorOptions {
  /** As `training.device`. */
  readonly device: string;
  /**
   * Least score of a table, 0 … 1. @default `evaluation.score_threshold` of the checkpoint's configuration
   */
  readonly scoreThreshold?: number;
  /** As `EngineOptions.apart`. @default false */
  readonly apart?: boolean;
  /** As `EngineOptions.workers`. @default auto */
  readonly workers?: number | "auto" | undefined;
  /** @default console.warn */
  readonly warn?: (text: string) => void;
}

/**
 * Opens a checkpoint with the network that it describes. If it holds a running average of the weights, that
 * is used.
 *
 * @throws {UserError} If the file cannot be read or does not describe its network.
 */
export async function openSheetDetector(path: string, options: SheetDetectorOptions): Promise<SheetDetector> {
  const checkpoint = readCheckpoint(path);
  const config = checkpoint.extra?.config as unknown as CheckpointConfig | undefined;
  if (config?.model === undefined) {
    throw new UserError({
      file: path,
      message: "Cannot find tables with these weights",
      expected: "a checkpoint of this project, which holds its configuration",
      got: "weights without a description of their network",
      fix: "name a run's folder, or a checkpoint that a run wrote",
    });
  }
  const detector = detectorSettings(config.model);
  const parameters = layOutParameters(detector);
  loadStateDict(evaluationWeights(checkpoint), parameters, path);
  const engine = await openEngine({
    device: options.device,
    workers: options.workers ?? "auto",
    forwardOnly: true,
    seed: 0, // unused: dropout is off
    detector,
    loss: { ...config.model.loss, aux_loss: config.model.detr.aux_loss },
    ...(options.apart ? { apart: true } : {}),
    ...(options.warn ? { warn: options.warn } : {}),
  });
  engine.setParameters(parameters.flat);
  const stored = storedThreshold(config.evaluation.score_threshold, checkpoint.valMetrics);
  const scoreThreshold = options.scoreThreshold ?? stored;
  const examine = async (sheets: readonly DetectorInput[]): Promise<ExaminedSheet[]> => {
    const short = sheets.map(({ grid }) => condenseSheet(grid));
    const tiles = short.map(({ grid }) => tilesOf(grid));
    // One sheet per batch, so that the tables of a sheet do not depend on its neighbours.
    const batches = sheets.flatMap(({ label }, index) =>
      tiles[index]!.map(({ grid }) => ({
        sheets: [{ grid, label, boxes: new Float32Array(0) }],
        seed: [],
        weight: 1,
      })),
    );
    const detections = (await engine.detect(batches, { withLoss: false })).map(([detection]) => detection!);
    let next = 0;
    return sheets.map((_, index) => {
      const doubts: number[] = [];
      const found = tiles[index]!.map(({ grid }) => {
        const { scores, boxes, disagreement = 0 } = detections[next++]!;
        doubts.push(detectionDoubt(scores, scoreThreshold, disagreement));
        return decodeTables(scores, boxes, grid, scoreThreshold);
      });
      const tables = joinTiles(tiles[index]!, found);
      return {
        tables: tables.map(({ range, score }) => ({ range: short[index]!.expand(range), score })),
        doubt: Math.max(...doubts),
      };
    });
  };
  return {
    config,
    scoreThreshold,
    readsHints: detector.in_channels > CHANNEL_COUNT,
    device: engine.device,
    examine,
    async detect(sheets) {
      return (await examine(sheets)).map(({ tables }) => [...tables]);
    },
    dispose: () => engine.dispose(),
    [Symbol.asyncDispose]: () => engine.dispose(),
  };
}
