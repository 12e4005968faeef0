/**
 * The messages between the pool and its workers. Weights and gradients are not sent: they lie in shared
 * memory.
 */

import type { SentError } from "../../base/thread-error.ts";
import type { LossParts } from "../../loss/loss-parts.ts";
import type { Detection, EngineOptions, MicroBatch } from "./gradient-engine.ts";
import type { SharedPart, SliceTask } from "./slice-task.ts";

/** Arrays that all threads share from the beginning. */
export interface SharedArrays {
  /**
   * Places for gradients: the lanes, in which they are added up, then spare places for those that wait.
   * Each is as long as all parameters together.
   */
  readonly places: readonly Float32Array[];
  /** One number per place: 1 while a worker writes into it. */
  readonly writing: Int32Array;
}

/** The first message to a worker, sent once. */
export interface OpenMessage {
  readonly kind: "open";
  readonly options: Omit<EngineOptions, "warn">;
  readonly shared: SharedArrays;
}

/** A piece of work, answered by exactly one `Answer`. */
export type Task =
  | {
      readonly kind: "gradient";
      readonly microBatch: MicroBatch;
      readonly place: number;
      readonly add: boolean;
    }
  | { readonly kind: "detect"; readonly microBatch: MicroBatch; readonly withLoss: boolean }
  | SliceTask;

/** Shares one more buffer, under a number. */
export interface ShareMessage {
  readonly kind: "share";
  readonly number: number;
  readonly buffer: SharedArrayBuffer;
}

/** All messages to a worker. `parameters` says that the weights changed: the worker reads them again. */
export type ToWorker =
  | OpenMessage
  | ShareMessage
  | { readonly kind: "parameters"; readonly flat: SharedPart }
  | { readonly kind: "task"; readonly task: Task };

export interface TensorMemory {
  readonly numTensors: number;
  readonly bytes: number;
}

export type Answer =
  | { readonly kind: "opened"; readonly device: string }
  | { readonly kind: "gradient"; readonly loss: LossParts; readonly memory: TensorMemory }
  | { readonly kind: "detections"; readonly detections: Detection[]; readonly memory: TensorMemory }
  /** Work on a slice is done. */
  | { readonly kind: "slice"; readonly squares: Float64Array; readonly memory: TensorMemory }
  /** The work threw. The worker itself goes on. */
  | { readonly kind: "failed"; readonly error: SentError };
