/**
 * The only way from the training loop to the tensors: sheets in, numbers and flat gradients out. The loop
 * never holds a tensor. The engine decides where the arithmetic happens, and on how many workers.
 */

import type { PackedGrid } from "../../features/packed-grid.ts";
import type { LossOptions } from "../../loss/detection-loss.ts";
import type { LossParts } from "../../loss/loss-parts.ts";
import type { DetectorConfig } from "../../model/detector-config.ts";
import type { GradientNorms } from "../../optim/gradient-norms.ts";
import type { Learner } from "../../optim/learner.ts";
import type { UpdateOptions } from "../../optim/update-slice.ts";
import type { SliceTask } from "./slice-task.ts";

/** One sheet as the network sees it. */
export interface EngineSheet {
  grid: PackedGrid;
  /** T boxes, `T * 4` numbers: cx, cy, w, h as fractions of the sheet's width and height. */
  boxes: Float32Array;
  /** "dataset/file/sheet", for messages. */
  label: string;
}

/** Sheets that go through the network together, padded to the largest. */
export interface MicroBatch {
  sheets: EngineSheet[];
  /** Keys of the stream of dropout. They must differ between all micro-batches of a run. */
  seed: readonly (number | string)[];
  /** The weight of this micro-batch's gradient in the gradient of the step. */
  weight: number;
}

/** The output of the network for one sheet. */
export interface Detection {
  /** Q scores, 0 … 1. With a dense head, the scores of the tables that were selected, best first. */
  scores: Float32Array;
  /** 4 numbers per score: cx, cy, w, h as fractions of the sheet's width and height. */
  boxes: Float32Array;
  /** How far the dense maps and the tables are apart, 0 … 1; without a dense head, it is missing. */
  disagreement?: number;
  /** The loss of the sheet alone, with `withLoss`. */
  loss?: LossParts;
}

/**
 * The network on a device.
 *
 * Life cycle: `openEngine` opens the device and starts the workers. `setParameters` comes first, and again
 * after each update of the weights. Then `gradient` and `detect` may be called, one call after the other;
 * the next call waits for the promise of the one before. Disposal ends the workers and frees the memory of
 * the device; nothing may be called afterwards.
 */
export interface GradientEngine extends AsyncDisposable {
  /** The device with its details, for the run's facts: "wasm (TensorFlow.js 4.22, SIMD)". */
  readonly device: string;
  readonly workers: number;
  /**
   * Takes the weights, flat in the order of `state_dict`. It copies them, unless they lie in shared memory:
   * such an array must not change before the next work is done or the weights are set again.
   */
  setParameters(flat: Float32Array): void;
  /**
   * Begins to train, with updates made by all threads and processes of the engine. Absent, or null, if they
   * do not share the learner's memory. Use `openLearning`.
   */
  learn?(learner: Learner): Learning | null;
  /**
   * Back-propagates every micro-batch of one optimiser step, with dropout.
   *
   * @param into Receives Σ weight · gradient. Its bits do not depend on `workers`.
   * @returns The (unweighted) loss of each micro-batch, in the order given.
   */
  gradient(step: readonly MicroBatch[], into: Float32Array): Promise<LossParts[]>;
  /** Runs the network without dropout. @returns For each micro-batch, one detection per sheet. */
  detect(sheets: readonly MicroBatch[], options: { withLoss: boolean }): Promise<Detection[][]>;
  /**
   * Live tensors and their bytes over all workers, after the last call that finished. `gpuBytes` is all
   * memory that the engine has allocated on a GPU, if it knows.
   */
  memory(): { numTensors: number; bytes: number; gpuBytes?: number };
  /** Ends the workers and frees the device's memory, as `await using` does. */
  dispose(): Promise<void>;
}

export interface StepGradient {
  /** The (unweighted) loss of each micro-batch, in the order given. */
  readonly losses: LossParts[];
  readonly norms: GradientNorms;
  /** The gradient before clipping, laid out as the parameters. It is valid until the next step. */
  readonly values: Float32Array;
}

/** How the step is made; the rest is known to whoever learns. */
export type StepUpdate = Omit<UpdateOptions, "step">;

/**
 * The training of one learner on one engine.
 *
 * Life cycle: `gradient`, then `update` or none, and so on; each waits for the promise of the one before. The
 * engine is given the learner's weights before the first step, and again after something else.
 */
export interface Learning {
  /** Back-propagates every micro-batch of a step. Nothing of the learner changes. */
  gradient(step: readonly MicroBatch[]): Promise<StepGradient>;
  /**
   * Updates the learner with the last gradient, and gives the new weights to the engine. If it is rejected,
   * the learner may be half updated and is of no use.
   */
  update(options: StepUpdate): Promise<void>;
}

/** An engine that also gives the parts of a step's gradient, for a sum that several processes make. */
export interface ChainEngine extends GradientEngine {
  /**
   * Back-propagates the micro-batches of the chains; a chain is a list of indices into `step`, and no index
   * stands twice.
   *
   * @param chains At most `maxLanes` of the network's size.
   * @returns The loss of each micro-batch, by index, and for each chain the sum of its gradients, added in
   *   the order of the chain. The sums are valid until the next call, and may be written to.
   */
  chainSums(
    step: readonly MicroBatch[],
    chains: readonly (readonly number[])[],
  ): Promise<{ readonly losses: LossParts[]; readonly sums: readonly Float32Array[] }>;
  /**
   * Does a task on a slice of the parameters, of which each thread takes a part.
   *
   * @param task Its arrays lie in shared memory.
   * @param offsets Where the parameters begin within the slice.
   * @returns For a task of kind `sum`, the sum of the squares of each parameter.
   */
  onSlice(task: SliceTask<Float32Array>, offsets: readonly number[]): Promise<Float64Array>;
}

export interface EngineOptions {
  /** auto, cpu, cuda, native, webgpu, mps, wasm or js. */
  device: string;
  /** Threads that share the sheets of a step; `auto` means one per core. A device that is a GPU uses 1. */
  workers: number | "auto";
  /** Seed of the run. Dropout depends on it and on the keys of each micro-batch. */
  seed: number;
  detector: DetectorConfig;
  loss: LossOptions;
  /**
   * True: a device of the CPU computes in threads of its own even where one is enough, so that nothing of
   * TensorFlow.js is loaded into this one. @default false
   */
  apart?: boolean;
  /** True: `gradient` is never called, and what only gradients need is not loaded. @default false */
  forwardOnly?: boolean;
  /**
   * Prints what the user should know: that a worker died, that a device does not start.
   *
   * @default console.warn
   */
  warn?: (text: string) => void;
}
