/**
 * The one door between the training loop and the tensors: sheets in, numbers and flat gradients out. The loop never
 * holds a tensor; where and on how many workers the arithmetic happens is the engine's affair.
 */

import type { PackedGrid } from "../../features/packed-grid.ts";
import type { LossOptions } from "../../loss/detection-loss.ts";
import type { LossParts } from "../../loss/loss-parts.ts";
import type { DetectorConfig } from "../../model/detector-config.ts";

/** One sheet as the network sees it. */
export interface EngineSheet {
  grid: PackedGrid;
  /** T boxes, `T * 4` numbers: cx, cy, w, h as fractions of the sheet's own width and height. */
  boxes: Float32Array;
  /** "dataset/file/sheet", for messages. */
  label: string;
}

/** Sheets that go through the network together, padded to the largest. */
export interface MicroBatch {
  sheets: EngineSheet[];
  /** Keys of the dropout stream: whatever makes this micro-batch of this step unique. */
  seed: readonly (number | string)[];
  /** The share of this micro-batch's gradient in the step's. */
  weight: number;
}

/** What the network says about one sheet. */
export interface Detection {
  /** Q scores, 0 … 1; with a dense head those of the tables chosen among the queries, best first. */
  scores: Float32Array;
  /** `4` a score: cx, cy, w, h in 0 … 1 of the sheet's own width and height. */
  boxes: Float32Array;
  /** The sheet's own loss, if it was asked for. */
  loss?: LossParts;
}

export interface GradientEngine extends AsyncDisposable {
  /** The device with its details, for the run's facts: "wasm (TensorFlow.js 4.22, SIMD)". */
  readonly device: string;
  readonly workers: number;
  /** Takes over the weights, flat in `state_dict` order. Before the first step and after each optimiser update. */
  setParameters(flat: Float32Array): void;
  /**
   * Back-propagates every micro-batch of one optimiser step, dropout on.
   *
   * @param into Receives Σ weight · gradient; what it held is overwritten. Bits do not depend on `workers`.
   * @returns The (unweighted) loss of each micro-batch, in the order given.
   */
  gradient(step: readonly MicroBatch[], into: Float32Array): Promise<LossParts[]>;
  /** Runs the network without dropout. Per micro-batch one detection a sheet. */
  detect(sheets: readonly MicroBatch[], options: { withLoss: boolean }): Promise<Detection[][]>;
  /**
   * Live tensors and their bytes, over all workers, as of the last call that finished; `gpuBytes`: all that the engine has
   * allocated on a GPU, where it knows.
   */
  memory(): { numTensors: number; bytes: number; gpuBytes?: number };
  /** Ends the workers and frees the device's memory, as `await using` does. */
  dispose(): Promise<void>;
}

export interface EngineOptions {
  /** auto, cpu, cuda, native, webgpu, mps, wasm or js. */
  device: string;
  /** Threads that share the sheets of a step; `auto`: one a core. Devices that are one piece of hardware use 1. */
  workers: number | "auto";
  /** Seed of the run; dropout draws from it and from each micro-batch's own keys. */
  seed: number;
  detector: DetectorConfig;
  loss: LossOptions;
  /** Told what the user should know: a worker that died, a device that does not start. @default console.warn */
  warn?: (text: string) => void;
}
