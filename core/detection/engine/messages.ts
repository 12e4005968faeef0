/** What the pool and its workers say to each other. Weights and gradients lie in shared memory, only the rest is sent. */

import type { SentError } from "../../base/thread-error.ts";
import type { LossParts } from "../../loss/loss-parts.ts";
import type { Detection, EngineOptions, MicroBatch } from "./gradient-engine.ts";

/** Shared by all threads; each array has the length of all parameters. */
export interface SharedArrays {
  readonly parameters: Float32Array;
  /** Where gradients go: the lanes that they add up in, then the places of those that have to wait. */
  readonly places: readonly Float32Array[];
  /** One a place: 1 while a worker writes into it. */
  readonly writing: Int32Array;
}

/** Sent once, first. */
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
  | { readonly kind: "detect"; readonly microBatch: MicroBatch; readonly withLoss: boolean };

/** `parameters`: the shared weights changed, read them before the next task. */
export type ToWorker =
  | OpenMessage
  | { readonly kind: "parameters" }
  | { readonly kind: "task"; readonly task: Task };

export interface TensorMemory {
  readonly numTensors: number;
  readonly bytes: number;
}

export type Answer =
  | { readonly kind: "opened"; readonly device: string }
  | { readonly kind: "gradient"; readonly loss: LossParts; readonly memory: TensorMemory }
  | { readonly kind: "detections"; readonly detections: Detection[]; readonly memory: TensorMemory }
  /** The work threw; the worker lives on. */
  | { readonly kind: "failed"; readonly error: SentError };
